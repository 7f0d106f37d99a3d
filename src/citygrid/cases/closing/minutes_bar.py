"""The minutes bar: who held the case, in words and widths, for the case page and the dossier (S0-24, S1-49)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from citygrid.cases import naming
from citygrid.process import Case, Entry
from citygrid.process.acts import ACTS, ITEM_KINDS
from citygrid.process.minutes import MERGED, Part, parts_of, shares, whole
from citygrid.process.model import Holder
from citygrid.process.rules import Rules
from citygrid.process.states import TERMINAL
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import say, span
from citygrid.worktime import CalendarGap, Unit

WIDTH = 1000
"""Of the whole bar, in units of its drawing."""
TONES = 6
"""Colours that holders take in turn; words stand beside each, so none means anything by itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part as the page shows it. `x`, `width`: of `WIDTH`. `entries`: numbers of its events in the timeline."""

    what: str
    holder: str
    start: datetime
    end: datetime
    natural: str
    working: str
    stopped: str
    late: bool
    tone: int
    x: int
    width: int
    entries: tuple[int, ...]

    @property
    def first(self) -> int:
        return self.entries[0] if self.entries else 0


@dataclass(frozen=True, slots=True)
class Held:
    """What one holder had of the whole."""

    holder: str
    what: str
    natural: str
    working: str
    tone: int
    first: int


@dataclass(frozen=True, slots=True)
class Bar:
    """All pieces, the sums by holder, and the whole. `running`: the last piece has not ended."""

    pieces: tuple[Piece, ...]
    holders: tuple[Held, ...]
    natural: str
    working: str
    running: bool


def bar_of(case: Case, entries: Sequence[Entry], at: datetime) -> Bar:
    """The bar of a case from its receipt to its end, or to now."""
    parts = parts_of(entries, at)
    worked = [_worked(_rules(one.start), one) for one in parts]
    found, roles = shares(parts), roles_of(one.holder for one in parts)
    tones = {_key(one.holder): number % TONES for number, one in enumerate(found)}
    edges = _edges(parts)
    pieces = tuple(
        _piece(one, minutes, holder_words(one.holder, roles), tones[_key(one.holder)], edges[i : i + 2])
        for i, (one, minutes) in enumerate(zip(parts, worked, strict=True))
    )
    holders = tuple(
        Held(
            holder_words(one.holder, roles),
            _(", ").join(kind_words(kind) for kind in one.kinds),
            span(one.natural),
            working_words(_sum([worked[i] for i in one.parts])),
            tones[_key(one.holder)],
            pieces[one.parts[0]].first,
        )
        for one in found
    )
    running = case.state not in TERMINAL
    return Bar(pieces, holders, span(whole(parts)), working_words(_sum(worked)), running)


def _key(holder: Holder | None) -> tuple[int | None, str] | None:
    return None if holder is None else (holder.body, holder.role)


def _edges(parts: Sequence[Part]) -> list[int]:
    """Where each part begins, and where the last ends: rounded so that the widths add up to the whole."""
    total = whole(parts)
    edges, done = [0], timedelta()
    for one in parts:
        done += one.length
        edges.append(round(WIDTH * (done / total)) if total else 0)
    return edges


def _piece(part: Part, worked: timedelta | None, holder: str, tone: int, edges: Sequence[int]) -> Piece:
    x, end = edges
    return Piece(
        what=kind_words(part.kind),
        holder=holder,
        start=part.start,
        end=part.end,
        natural=span(part.length),
        working=working_words(worked),
        stopped=_(", ").join(
            _("%(clock)s stopped by %(act)s") % {"clock": kind_words(one.kind), "act": act_words(one.act)}
            for one in part.stopped
        ),
        late=part.due is not None and part.end > part.due,
        tone=tone,
        x=x,
        width=end - x,
        entries=part.entries,
    )


def kind_words(kind: str) -> str:
    if kind == MERGED:
        return _("follows its main case")
    return say(ITEM_KINDS.get(kind, (kind, kind)))


def act_words(act: str) -> str:
    spec = ACTS.get(act)
    return say((spec.zh, spec.en)) if spec is not None else act


def roles_of(holders: Iterable[Holder | None]) -> dict[str, str]:
    """Names of the roles of these holders, asked at once."""
    return naming.roles({one.role for one in holders if one is not None})


def holder_words(holder: Holder | None, roles: Mapping[str, str]) -> str:
    """The body and the role; a person on no post of a body has the role alone."""
    if holder is None:
        return "–"
    role = roles.get(holder.role, holder.role)
    return " ".join(one for one in (naming.body(holder.body), role) if one)


def working_words(length: timedelta | None) -> str:
    """`3 小时 5 分` of working time; a dash where a calendar does not know the days. Never in days: a day's length
    of work differs between calendars. To the nearest minute."""
    if length is None:
        return "–"
    minutes = int((length.total_seconds() + 30) // 60)
    if minutes < 60:
        return _("{0} min").format(minutes)
    return _("{0} h {1} min").format(minutes // 60, minutes % 60)


def _rules(at: datetime) -> Rules | None:
    try:
        return rules_at(at)
    except NoRules:
        return None


def _worked(rules: Rules | None, part: Part) -> timedelta | None:
    """Working time of a part by the calendar of whoever held it; the city's where nobody did."""
    if rules is None:
        return None
    calendar = rules.calendar_for(part.holder.body if part.holder is not None else None)
    try:
        return calendar.elapsed(part.start, part.end, Unit.WORK_MINUTE)
    except CalendarGap:
        return None


def _sum(lengths: Sequence[timedelta | None]) -> timedelta | None:
    """None when one of them is not known: a sum that leaves something out would be wrong."""
    if any(one is None for one in lengths):
        return None
    return sum((one for one in lengths if one is not None), timedelta())
