"""Who held a case, and for how long (S0-24, S1-49): the main line cut into parts that add up to the whole, exactly.

At any moment the main line stands on one work item; a merged case stands on none and follows its main case. A part ends
when the line moves, its holder changes, or another clock stops or goes on. Natural time is counted in microseconds;
working time is counted beside it, by the calendar of whoever holds it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from citygrid.process.evolving import evolve
from citygrid.process.model import Case, Entry, Holder
from citygrid.process.states import TERMINAL, State

MERGED = "merged"
"""`Part.kind` while the case follows its main case: nobody holds it here."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """A clock that stood still: kind of its work item, and the act that stopped it."""

    kind: str
    act: str


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch of the main line. `entries`: numbers of the entries from the one that began it to its last."""

    start: datetime
    end: datetime
    item: int | None
    kind: str
    holder: Holder | None
    due: datetime | None
    stopped: tuple[Stopped, ...] = ()
    entries: tuple[int, ...] = ()

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder has of the whole: natural time, and the parts that make it up."""

    holder: Holder | None
    kinds: tuple[str, ...]
    natural: timedelta
    parts: tuple[int, ...]


_Mark = tuple[int | None, str, Holder | None, tuple[Stopped, ...]]


def parts_of(entries: Iterable[Entry], until: datetime) -> list[Part]:
    """The parts of a timeline from receipt to the end of the case, or to `until` while it is open; none is empty.

    They touch and do not overlap: their lengths add up to the whole. What took no time goes to the part after it."""
    case: Case | None = None
    stops: dict[int, Stopped] = {}
    found: list[Part] = []
    begun: datetime | None = None
    seqs: list[int] = []
    mark: _Mark | None = None
    due: datetime | None = None
    for entry in entries:
        case = evolve(case, entry)
        _note_stops(stops, case, entry.type)
        now = _mark_of(case, stops)
        if begun is None:
            begun = entry.effective_at
        if now == mark:
            seqs.append(entry.seq)
            due = case.line.due if case.line is not None else None
            continue
        at = max(begun, min(entry.effective_at, case.closed_at or entry.effective_at))
        if mark is not None and at > begun:
            found.append(_part(begun, at, mark, due, seqs))
            begun, seqs = at, []
        seqs.append(entry.seq)
        mark, due = now, case.line.due if case.line is not None else None
        if case.state in TERMINAL:
            # What comes after the end (a reply, a call back, an appeal) holds nothing up.
            return found
    if begun is not None and mark is not None and until > begun:
        found.append(_part(begun, until, mark, due, seqs))
    return found


def _part(start: datetime, end: datetime, mark: _Mark, due: datetime | None, seqs: Sequence[int]) -> Part:
    item, kind, holder, stopped = mark
    return Part(start, end, item, kind, holder, due, stopped, tuple(seqs))


def _mark_of(case: Case, stops: dict[int, Stopped]) -> _Mark:
    line = case.line
    stopped = tuple(stops[i.no] for i in sorted(case.work, key=lambda i: i.no) if i.no in stops)
    if line is None:
        return None, MERGED if case.state is State.MERGED else case.state.value, None, stopped
    return line.no, line.kind, line.holder, stopped


def _note_stops(stops: dict[int, Stopped], case: Case, act: str) -> None:
    """Which clocks stand still after an act; each remembers what stopped it."""
    still = {i.no: i.kind for i in case.work if i.paused_at is not None}
    for gone in stops.keys() - still.keys():
        del stops[gone]
    for no, kind in still.items():
        stops.setdefault(no, Stopped(kind, act))


def whole(parts: Sequence[Part]) -> timedelta:
    """Natural time of all parts."""
    return sum((one.length for one in parts), timedelta())


def shares(parts: Sequence[Part]) -> list[Share]:
    """The whole by holder, the longest first. Holders count by body and role: colleagues of one desk are one."""
    by: dict[tuple[int | None, str] | None, list[int]] = {}
    for at, one in enumerate(parts):
        key = None if one.holder is None else (one.holder.body, one.holder.role)
        by.setdefault(key, []).append(at)
    found = [
        Share(
            None if key is None else Holder(key[0], key[1]),
            tuple(dict.fromkeys(parts[i].kind for i in numbers)),
            sum((parts[i].length for i in numbers), timedelta()),
            tuple(numbers),
        )
        for key, numbers in by.items()
    ]
    return sorted(found, key=lambda one: -one.natural)
