"""Which rows belong together: the rows of a case, and cases that are linked (merged, split, reopened).

The file is read twice: once to count the rows of each case and to see the links, once to hand over groups of linked
cases as soon as their last row was read. So a file may be sorted by case or by time, and need not fit in memory."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from citygrid.history.columns import Row

_LINKING = frozenset({"merge", "split", "reopen"})


@dataclass(slots=True)
class Plan:
    """`rows`: how many rows each case has. `numbers`: each number that the source gives to the first (case, name) that
    has it. `given`: (name, number, moment as text) of them all. `_above`: union-find over linked cases."""

    rows: dict[str, int] = field(default_factory=dict)
    total: int = 0
    without_case: int = 0
    numbers: dict[str, tuple[str, str]] = field(default_factory=dict)
    given: list[tuple[str, str, str]] = field(default_factory=list)
    _above: dict[str, str] = field(default_factory=dict)
    _members: dict[str, list[str]] = field(default_factory=dict)

    def group(self, case: str) -> str:
        """The case that stands for the group of this one."""
        while case in self._above:
            case = self._above[case]
        return case

    def members(self, leader: str) -> list[str]:
        """The cases of a group that have rows."""
        return self._members.get(leader, [leader])

    def link(self, one: str, other: str) -> None:
        first, second = self.group(one), self.group(other)
        if first != second:
            self._above[second] = first

    def close(self) -> "Plan":
        """All rows were seen: groups are complete."""
        for case in self._above:
            leader = self.group(case)
            if case in self.rows:
                self._members.setdefault(leader, [leader] if leader in self.rows else []).append(case)
        return self


def plan(rows: Iterable[Row]) -> Plan:
    """The first reading of a file."""
    found = Plan()
    for row in rows:
        found.total += 1
        case = row.cells.get("case", "")
        if not case:
            found.without_case += 1
            continue
        found.rows[case] = found.rows.get(case, 0) + 1
        if "_no" in row.cells.get("data", ""):
            _note_numbers(found, case, row)
        if row.cells.get("act") in _LINKING:
            for other in _others(row):
                found.link(case, other)
    return found.close()


def _note_numbers(found: Plan, case: str, row: Row) -> None:
    for name, number in _more(row).items():
        if name in ("report_no", "case_no") and isinstance(number, str):
            found.numbers.setdefault(number, (case, name))
            found.given.append((name, number, row.cells.get("at", "")))


def _more(row: Row) -> dict[str, Any]:
    """The content of `data`; nothing when it is not an object."""
    try:
        more = json.loads(row.cells.get("data", "{}"))
    except ValueError:
        return {}
    return more if isinstance(more, dict) else {}


def _others(row: Row) -> Iterator[str]:
    if "parent" in row.cells:
        yield row.cells["parent"]
    more = _more(row)
    if "new" in more:
        yield str(more["new"])
    parts = more.get("parts")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict) and "case" in part:
            yield str(part["case"])


def groups(rows: Iterable[Row], planned: Plan) -> Iterator[list[tuple[str, list[Row]]]]:
    """The second reading: groups of linked cases, each with all its rows, as soon as they are complete. Rows without
    a case come alone, with an empty number."""
    waiting: dict[str, list[Row]] = {}
    missing = dict.fromkeys(planned._above.values(), 0)
    for case, count in planned.rows.items():
        if case in planned._above or case in missing:
            leader = planned.group(case)
            missing[leader] = missing.get(leader, 0) + count
    for row in rows:
        case = row.cells.get("case", "")
        if not case:
            yield [("", [row])]
            continue
        kept = waiting.setdefault(case, [])
        kept.append(row)
        if len(kept) < planned.rows[case]:
            continue
        leader = planned.group(case)
        if leader not in missing:
            yield [(case, waiting.pop(case))]
            continue
        missing[leader] -= len(kept)
        if not missing[leader]:
            yield [(one, waiting.pop(one)) for one in planned.members(leader)]
