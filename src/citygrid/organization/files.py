"""The lines of bodies.csv, posts.csv, roles.toml, people.csv, duties.csv and demo.toml: read, checked,
written. Pure.

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
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    BODIES: ("code", "name", "kind", "side", "level"),
    POSTS: ("code", "name", "body", "role"),
    PEOPLE: ("login", "name"),
    DUTIES: ("duty_grid", "weekdays", "starts", "ends"),
}
ROLE_KEYS = ("name", "name_en", "side", "scope", "judging", "outside", "exclusive", "rights")


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
    demo_password: str | None = None
    calendars: frozenset[str] = frozenset()


def read(folder: Path, report: Report) -> Files:
    """The files of a folder; those that are not there are empty. What cannot be read is in the report."""
    demo = _toml(folder, DEMO, report).get("password")
    return Files(
        roles=_roles(folder, report),
        bodies=_rows(folder, BODIES, report),
        posts=_rows(folder, POSTS, report),
        people=_rows(folder, PEOPLE, report),
        duties=_rows(folder, DUTIES, report),
        demo_password=demo if isinstance(demo, str) else None,
        calendars=frozenset(path.stem for path in (folder / "calendars").glob("*.toml")),
    )


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
    _check(name, lines, report)
    return lines


def _check(name: str, lines: Sequence[Line], report: Report) -> None:
    key = COLUMNS[name][0]
    seen: dict[str, int] = {}
    for line in lines:
        for column in NEEDED[name]:
            if not line[column]:
                report.add(name, line.number, column, "missing", "%(column)s is missing.", {"column": column})
        if name != DUTIES and line[key] in seen:
            params = {"value": line[key], "line": seen[line[key]]}
            report.add(name, line.number, key, "twice", "%(value)s stands on line %(line)s already.", params)
        seen.setdefault(line[key], line.number)


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
