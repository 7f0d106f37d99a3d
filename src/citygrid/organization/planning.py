"""What a set of rows would change in the organization: the same for a city folder, a workbook and a form. Pure.

A row is known again by its key (`files.KEYS`). Rows may lack columns: what a row does not say stays as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from citygrid.organization.files import (
    BODIES,
    COLUMNS,
    DESKS,
    EXTENSIONS,
    KEYS,
    KINDS,
    MEMBERS,
    PEOPLE,
    POSTS,
    RECORDS,
    RELATIONS,
    SEATS,
    Files,
    Line,
)

ORDER = (KINDS, BODIES, POSTS, PEOPLE, SEATS, RELATIONS, RECORDS, MEMBERS, DESKS, EXTENSIONS)
"""The tables as they are written: none points at a later one."""
FIELDS: Mapping[str, str] = {
    KINDS: "kinds",
    BODIES: "bodies",
    POSTS: "posts",
    PEOPLE: "people",
    SEATS: "seats",
    RELATIONS: "relations",
    RECORDS: "records",
    MEMBERS: "members",
    DESKS: "desks",
    EXTENSIONS: "extensions",
}
"""Table -> its field of `Files`."""
LISTS = frozenset({(BODIES, "areas"), (POSTS, "areas"), (RECORDS, "team_people"), (KINDS, "sides")})
KEPT = frozenset({PEOPLE, RECORDS})
"""Tables whose rows never end: accounts are closed by hand, a record gets another version."""
FOLLOWING = frozenset({RELATIONS, RECORDS, MEMBERS, DESKS, EXTENSIONS})
"""Tables whose rows end with their body."""
_APART = str.maketrans(dict.fromkeys(",;，；、\n\t", " "))

What = Literal["made", "changed", "ended"]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that is made, changed or ended. `before` is empty for a new row, `after` for one that ends; `line` is
    where it stands (0: nowhere)."""

    table: str
    key: tuple[str, ...]
    what: What
    before: Mapping[str, str]
    after: Mapping[str, str]
    line: int = 0

    @property
    def differing(self) -> list[str]:
        """The columns whose cells are not the same."""
        return [name for name in columns(self.table) if self.before.get(name, "") != self.after.get(name, "")]


@dataclass(frozen=True, slots=True)
class Plan:
    """`files`: the organization as it would be. `changes` in the order in which they are written."""

    files: Files
    changes: tuple[Change, ...]

    def of(self, tables: Collection[str]) -> "list[Change]":
        """The changes of some tables."""
        return [change for change in self.changes if change.table in tables]


def columns(table: str) -> tuple[str, ...]:
    """The columns that count: a person's posts are rows of their own."""
    return tuple(name for name in COLUMNS[table] if (table, name) != (PEOPLE, "posts"))


def canonical(table: str, cells: Mapping[str, str]) -> dict[str, str]:
    """The cells in the one way in which they are compared: lists sorted and parted by one blank."""
    return {
        name: " ".join(sorted(set(text.translate(_APART).split()))) if (table, name) in LISTS else text
        for name, text in cells.items()
    }


def plan(
    current: Files,
    wanted: Mapping[str, Sequence[Line]],
    complete: Collection[str] = (),
    ended: Mapping[str, Collection[tuple[str, ...]]] | None = None,
) -> Plan:
    """The organization with the wanted rows in it. What a table of `complete` lacks ends, and the keys of `ended`."""
    changes: list[Change] = []
    merged: dict[str, Any] = {}
    for table in ORDER:
        lines, gone = lines_of(current, table), set((ended or {}).get(table, ()))
        if table in wanted or gone:
            whole = table in complete and table not in KEPT
            lines, found = _merged(table, lines, wanted.get(table, ()), whole, gone)
            changes += found
        if table in FOLLOWING:
            lines, found = _following(table, lines, merged[FIELDS[BODIES]], current.bodies)
            changes += found
        merged[FIELDS[table]] = lines
    return Plan(replace(current, **merged), tuple(changes))


def lines_of(all_lines: Files, table: str) -> list[Line]:
    """The lines of a table."""
    found: list[Line] = getattr(all_lines, FIELDS[table])
    return found


def key_of(table: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    """What the row is known again by."""
    return tuple(cells.get(name, "") for name in KEYS[table])


def _merged(
    table: str, lines: Iterable[Line], wanted: Sequence[Line], complete: bool, ended: Collection[tuple[str, ...]]
) -> tuple[list[Line], list[Change]]:
    known = {key_of(table, line.cells): Line(line.file, 0, canonical(table, line.cells)) for line in lines}
    changes: list[Change] = []
    told: dict[tuple[str, ...], Line] = {}
    twice: list[Line] = []
    for line in wanted:
        key = key_of(table, line.cells)
        before = known.get(key)
        cells = _whole(table, line.cells, before.cells if before else {})
        if key in told:  # the check says so
            twice.append(Line(line.file, line.number, cells))
            continue
        told[key] = Line(line.file, line.number, cells)
        if before is None:
            changes.append(Change(table, key, "made", {}, cells, line.number))
        elif any(before.cells.get(name, "") != cells[name] for name in columns(table)):
            changes.append(Change(table, key, "changed", before.cells, cells, line.number))
    gone = [key for key in known if key not in told and (complete or key in ended)]
    changes += [Change(table, key, "ended", known[key].cells, {}) for key in gone]
    left = known.keys() - told.keys() - set(gone)
    return [*told.values(), *twice, *(known[key] for key in known if key in left)], changes


def _following(
    table: str, lines: Sequence[Line], bodies: Iterable[Line], before: Iterable[Line]
) -> tuple[list[Line], list[Change]]:
    """Rows of bodies that end, and that nobody asked for, end too."""
    alive = {line["code"] for line in bodies}
    gone = {line["code"] for line in before} - alive
    if not gone:
        return list(lines), []
    ending = [line for line in lines if not line.number and gone & {line["body"], line.cells.get("other", "")}]
    changes = [Change(table, key_of(table, line.cells), "ended", line.cells, {}) for line in ending]
    kept = [line for line in lines if line not in ending]
    return kept, [] if table in KEPT else changes


def _whole(table: str, cells: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    said = canonical(table, cells)
    return {name: said.get(name, before.get(name, "")) for name in COLUMNS[table]}
