"""授权: which power that the office gave away covers an approval (S1-20: the office grants 缓办、延期、作废). Pure.

The office (数字城管办公室) holds the power to approve; it gives a part of it to a post: kinds of request, up to how
long, which classes, where, from when to when. Whoever else has the last word cites what was given."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from citygrid.process.refusal import Refused, refuse
from citygrid.worktime import Calendar, Limit


@dataclass(frozen=True, slots=True)
class Delegation:
    """What was given to the post of whoever approves, as it stands when it is looked up.

    `since`, `until`: moments, the second not included (the end of the last day, or a withdrawal). `longest`: the most
    that one approval may grant, None: any. `classes`: ids, or prefixes that end in `*`; none: all. `areas`: ids of
    area rows; None: everywhere. `giver`: the person who gave it, never one who uses it. `by_post`: given to one post,
    not to all of a role in a body."""

    code: str
    kinds: frozenset[str]
    since: datetime
    until: datetime | None = None
    longest: Limit | None = None
    classes: tuple[str, ...] = ()
    areas: frozenset[int] | None = None
    giver: int | None = None
    by_post: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The time that an approval grants: up to `end` (None: without end), reckoned from `start` on a calendar."""

    start: datetime
    end: datetime | None
    calendar: Calendar

    def within(self, longest: Limit) -> bool:
        return self.end is not None and self.end <= self.calendar.due(self.start, longest).at


@dataclass(frozen=True, slots=True)
class Power:
    """What an approval takes. `moments`: when it counts from and when it was recorded, the power must be there at both
    (nobody dates an approval back to before a withdrawal). `span` None: it grants no time."""

    kind: str
    person: int
    class_id: str | None
    areas: frozenset[int]
    moments: tuple[datetime, ...]
    span: Span | None = None


def covering(given: Iterable[Delegation], wanted: Power) -> Delegation:
    """The delegation that an approval cites. Raises Refused with the first thing that no delegation has.

    Of several that cover it: the narrowest (the one that names most of post, classes, areas, longest), of these the
    oldest, of these the one with the smallest code. So the same approval cites the same delegation everywhere."""
    left = list(given)
    for fits, missing in _ASKED:
        rest = [one for one in left if fits(one, wanted)]
        if not rest:
            raise missing(left, wanted)
        left = rest
    return min(left, key=_rank)


def fitting(given: Iterable[Delegation], wanted: Power) -> list[Delegation]:
    """All that cover it, in the order in which `covering` prefers them."""
    return sorted((one for one in given if all(fits(one, wanted) for fits, _ in _ASKED)), key=_rank)


def _rank(one: Delegation) -> tuple[int, datetime, str]:
    named = (one.by_post, bool(one.classes), one.areas is not None, one.longest is not None)
    return -sum(named), one.since, one.code


def means(pattern: str, class_id: str) -> bool:
    """Whether a pattern (an id, or a prefix that ends in `*`) means a class."""
    return class_id.startswith(pattern[:-1]) if pattern.endswith("*") else class_id == pattern


def _kind(one: Delegation, wanted: Power) -> bool:
    return wanted.kind in one.kinds and one.giver != wanted.person


def _in_force(one: Delegation, wanted: Power) -> bool:
    return all(one.since <= at and (one.until is None or at < one.until) for at in wanted.moments)


def _class(one: Delegation, wanted: Power) -> bool:
    return not one.classes or (
        wanted.class_id is not None and any(means(pattern, wanted.class_id) for pattern in one.classes)
    )


def _area(one: Delegation, wanted: Power) -> bool:
    return one.areas is None or not one.areas.isdisjoint(wanted.areas)


def _length(one: Delegation, wanted: Power) -> bool:
    return wanted.span is None or one.longest is None or wanted.span.within(one.longest)


def _no_kind(left: list[Delegation], wanted: Power) -> Refused:
    return refuse("delegation_missing", kind=wanted.kind)


def _not_then(left: list[Delegation], wanted: Power) -> Refused:
    """Over, or not begun: the newest end is told before the nearest beginning."""
    ends = [one.until for one in left if one.until is not None and one.until <= max(wanted.moments)]
    if ends:
        return refuse("delegation_over", kind=wanted.kind, ended=max(ends))
    return refuse("delegation_coming", kind=wanted.kind, begins=min(one.since for one in left))


def _no_class(left: list[Delegation], wanted: Power) -> Refused:
    return refuse("delegation_class", kind=wanted.kind)


def _no_area(left: list[Delegation], wanted: Power) -> Refused:
    return refuse("delegation_area", kind=wanted.kind)


def _too_long(left: list[Delegation], wanted: Power) -> Refused:
    span, most = wanted.span, [one.longest for one in left if one.longest is not None]
    assert span is not None
    longest = max(most, key=lambda one: span.calendar.due(span.start, one).at)
    return refuse("delegation_long", kind=wanted.kind, longest=str(longest))


Fits = Callable[[Delegation, Power], bool]
Missing = Callable[[list[Delegation], Power], Refused]
_ASKED: tuple[tuple[Fits, Missing], ...] = (
    (_kind, _no_kind),
    (_in_force, _not_then),
    (_class, _no_class),
    (_area, _no_area),
    (_length, _too_long),
)
