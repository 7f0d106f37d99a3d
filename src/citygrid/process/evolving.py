"""`evolve`: an entry makes the next case. It computes nothing anew: all that was computed stands in the entry."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from operator import attrgetter
from typing import Any

from citygrid.process.coding import ASSIGNMENT, FINDING, ITEM, REQUEST, load_fields
from citygrid.process.model import Case, Entry
from citygrid.process.upcasting import upcast

_NAMES = tuple(f.name for f in fields(Case))
_READ = attrgetter(*_NAMES)
# The slots themselves: a copy of some seventy fields is the hottest loop of an import.
_WRITE: dict[str, Callable[[Case, Any], None]] = {name: getattr(Case, name).__set__ for name in _NAMES}
_WRITERS = tuple(_WRITE.values())


def _put(rows: tuple[Any, ...], new: Any) -> tuple[Any, ...]:
    """Replace the row with the same number, or add it at the end (numbers count from 1 without gaps)."""
    at = new.no - 1
    if at < len(rows):
        return (*rows[:at], new, *rows[at + 1 :])
    return (*rows, new)


def _work(case: Case | None, data: Any) -> tuple[Any, ...]:
    work = {} if case is None else {item.no: item for item in case.work}
    for closed in data.get("close", ()):
        del work[closed["no"]]
    for row in data.get("change", ()):
        item = ITEM.load(row)
        work[item.no] = item
    for row in data.get("open", ()):
        item = ITEM.load(row)
        work[item.no] = item
    return tuple(work.values())


_ROWS = (
    ("assign", "assignments", ASSIGNMENT),
    ("request", "requests", REQUEST),
    ("finding", "findings", FINDING),
)


def evolve(case: Case | None, entry: Entry) -> Case:
    """The case after this entry. `case` is None for the first. One copy of the case, whatever the act."""
    entry = upcast(entry)
    data = entry.data
    changes = load_fields(data["set"])
    changes["version"] = entry.seq
    if "close" in data or "open" in data or "change" in data:
        changes["work"] = _work(case, data)
    for key, name, record in _ROWS:
        if key in data:
            rows = getattr(case, name) if case is not None else ()
            for row in data[key]:
                rows = _put(rows, record.load(row))
            changes[name] = rows
    if case is None:
        return Case(id=entry.case, **changes)
    new = object.__new__(Case)
    for write, value in zip(_WRITERS, _READ(case), strict=True):
        write(new, value)
    for name, value in changes.items():
        _WRITE[name](new, value)
    return new


def replay(entries: Iterable[Entry]) -> Case:
    """The case that a whole timeline gives."""
    case: Case | None = None
    for entry in entries:
        case = evolve(case, entry)
    if case is None:
        raise ValueError("a timeline has at least one entry")
    return case
