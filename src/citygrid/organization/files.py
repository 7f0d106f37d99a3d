"""The lines of bodies.csv, posts.csv, roles.toml, people.csv, duties.csv, demo.toml and of what is known of bodies
beside (kinds, relations, records, members, desks, extensions): read, checked, written. Pure.

Lists inside a cell are parted by blanks. Files are UTF-8 with a header, sorted by their first columns, so
that what was imported is exported with the same bytes.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citygrid.standards.reports import Report

BODIES, POSTS, ROLES, PEOPLE, DUTIES = "bodies.csv", "posts.csv", "roles.toml", "people.csv", "duties.csv"
KINDS, RELATIONS, RECORDS = "body_kinds.csv", "relations.csv", "unit_records.csv"
MEMBERS, DESKS, EXTENSIONS = "members.csv", "desks.csv", "extensions.csv"
SEATS = "seats"
"""Who holds which post: the column `posts` of people.csv, a sheet of its own in a workbook."""
DEMO = "demo.toml"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    BODIES: (
        "code",
        "name",
        "short_name",
        "name_en",
        "kind",
        "side",
        "level",
        "parent",
        "areas",
        "calendar",
        "partner_address",
        "active_since",
        "active_until",
    ),
    POSTS: ("code", "name", "name_en", "body", "role", "areas"),
    PEOPLE: ("login", "name", "posts"),
    DUTIES: ("duty_grid", "post", "person", "weekdays", "starts", "ends", "first_day", "last_day"),
    KINDS: ("code", "name", "name_en", "nature", "sides"),
    RELATIONS: ("kind", "body", "other", "sector", "since", "until"),
    RECORDS: ("body", "leader", "department", "contact", "team", "team_people", "funding"),
    MEMBERS: ("body", "person", "name", "office", "part", "since", "until"),
    DESKS: ("body", "number", "kind", "station"),
    EXTENSIONS: ("body", "number", "desk", "post"),
    SEATS: ("login", "post"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    BODIES: ("code", "name", "kind", "side", "level"),
    POSTS: ("code", "name", "body", "role"),
    PEOPLE: ("login", "name"),
    DUTIES: ("duty_grid", "weekdays", "starts", "ends"),
    KINDS: ("code", "name", "nature"),
    RELATIONS: ("kind", "body", "other"),
    RECORDS: ("body",),
    MEMBERS: ("body", "part", "since"),
    DESKS: ("body", "number", "kind"),
    EXTENSIONS: ("body", "number"),
    SEATS: ("login", "post"),
}
KEYS: Mapping[str, tuple[str, ...]] = {
    BODIES: ("code",),
    POSTS: ("code",),
    PEOPLE: ("login",),
    KINDS: ("code",),
    RELATIONS: ("kind", "body", "other", "sector"),
    RECORDS: ("body",),
    MEMBERS: ("body", "person", "name", "since"),
    DESKS: ("body", "number"),
    EXTENSIONS: ("body", "number"),
    SEATS: ("login", "post"),
}
"""What a row is known again by; it stands once in a file."""
ROLE_FLAGS = ("judging", "outside", "second_factor", "one_device")
ROLE_NUMBERS = {"idle_minutes": 1440, "longest_hours": 336}
"""Whole numbers from 1, and the largest; a browser forgets a session after 336 hours anyway."""
ROLE_KEYS = ("name", "name_en", "side", "scope", "judging", "outside", "exclusive", "second_factor", "one_device",
             "idle_minutes", "longest_hours", "rights")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row with where it stands; `cells` has every column, empty where the file lacks it."""

    file: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def many(self, column: str) -> list[str]:
        return self.cells[column].split()


@dataclass(slots=True)
class Files:
    """All that was read."""

    roles: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: list[Line] = field(default_factory=list)
    posts: list[Line] = field(default_factory=list)
    people: list[Line] = field(default_factory=list)
    duties: list[Line] = field(default_factory=list)
    kinds: list[Line] = field(default_factory=list)
    relations: list[Line] = field(default_factory=list)
    records: list[Line] = field(default_factory=list)
    members: list[Line] = field(default_factory=list)
    desks: list[Line] = field(default_factory=list)
    extensions: list[Line] = field(default_factory=list)
    seats: list[Line] = field(default_factory=list)
    demo_password: str | None = None
    calendars: frozenset[str] = frozenset()


def read(folder: Path, report: Report) -> Files:
    """The files of a folder; those that are not there are empty. What cannot be read is in the report."""
    demo = _toml(folder, DEMO, report).get("password")
    people = _rows(folder, PEOPLE, report)
    return Files(
        roles=_roles(folder, report),
        bodies=_rows(folder, BODIES, report),
        posts=_rows(folder, POSTS, report),
        people=people,
        duties=_rows(folder, DUTIES, report),
        kinds=_rows(folder, KINDS, report),
        relations=_rows(folder, RELATIONS, report),
        records=_rows(folder, RECORDS, report),
        members=_rows(folder, MEMBERS, report),
        desks=_rows(folder, DESKS, report),
        extensions=_rows(folder, EXTENSIONS, report),
        seats=[seat for line in people for seat in seats_of(line)],
        demo_password=demo if isinstance(demo, str) else None,
        calendars=frozenset(path.stem for path in (folder / "calendars").glob("*.toml")),
    )


def seats_of(person: Line) -> list[Line]:
    """The posts of a line of people.csv, one line each, in their order and each once."""
    wanted = dict.fromkeys(person.many("posts"))
    return [Line(PEOPLE, person.number, {"login": person["login"], "post": post}) for post in wanted]


def csv_text(name: str, rows: Iterable[list[str]]) -> str:
    """The file's text with its header, rows sorted."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS[name])
    writer.writerows(sorted(rows))
    return out.getvalue()


def roles_text(roles: Mapping[str, Mapping[str, Any]]) -> str:
    """roles.toml: one table a role, sorted by code; what is empty or false is left out."""
    parts = []
    for code in sorted(roles):
        lines = [f"[{code}]"]
        for key in ROLE_KEYS:
            value = roles[code].get(key)
            if value is True:
                lines.append(f"{key} = true")
            elif isinstance(value, int) and value:
                lines.append(f"{key} = {value}")
            elif isinstance(value, list) and value:
                lines.append(f"{key} = [{', '.join(map(_quoted, value))}]")
            elif value:
                lines.append(f"{key} = {_quoted(str(value))}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _rows(folder: Path, name: str, report: Report) -> list[Line]:
    path = folder / name
    if not path.exists():
        return []
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True)
        header = reader.fieldnames or []
        rows = [(reader.line_num, row) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        report.add(name, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return []
    for column in header:
        if column not in COLUMNS[name]:
            report.add(name, 1, column, "unknown_column", "There is no column %(column)s.", {"column": column})
    lines = [
        Line(name, number, {column: (row.get(column) or "").strip() for column in COLUMNS[name]})
        for number, row in rows
    ]
    check_lines(name, lines, report)
    return lines


def check_lines(name: str, lines: Sequence[Line], report: Report) -> None:
    """What must not be empty, and rows that stand twice."""
    columns = KEYS.get(name)
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        for column in NEEDED[name]:
            if not line[column]:
                report.add(name, line.number, column, "missing", "%(column)s is missing.", {"column": column})
        if columns is None:
            continue
        key = tuple(line[column] for column in columns)
        if key in seen:
            params = {"value": " ".join(filter(None, key)), "line": seen[key]}
            report.add(name, line.number, columns[0], "twice", "%(value)s stands on line %(line)s already.", params)
        seen.setdefault(key, line.number)


def _roles(folder: Path, report: Report) -> dict[str, dict[str, Any]]:
    roles: dict[str, dict[str, Any]] = {}
    for code, facts in _toml(folder, ROLES, report).items():
        if not isinstance(facts, dict):
            report.add(ROLES, 0, code, "not_a_role", "%(code)s is not a table of a role.", {"code": code})
            continue
        for key in facts.keys() - set(ROLE_KEYS):
            where = f"{code}.{key}"
            report.add(ROLES, 0, where, "unknown_key", "A role has no %(key)s.", {"key": key})
        roles[code] = facts
    return roles


def _toml(folder: Path, name: str, report: Report) -> dict[str, Any]:
    path = folder / name
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        report.add(name, 0, "", "unreadable", "The file cannot be read: %(why)s.", {"why": str(error)})
        return {}
