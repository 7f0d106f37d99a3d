"""Why is it due then: the clocks of a case in words, with the intervals that were counted (S0-13; asks 2 to 4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.cases import wording
from citygrid.cases.closing.minutes_bar import act_words, holder_words, kind_words, roles_of, working_words
from citygrid.process import Case, Entry
from citygrid.process.due_story import Change, Clock, clocks_of, counted
from citygrid.rulebook.models import CalendarRow
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import chinese, office_day, office_moment, span
from citygrid.worktime import Calendar, Limit, LimitError

MOST_DAYS, FIRST_DAYS, LAST_DAYS = 62, 31, 7
"""Of a long span the first days and the last ones are shown."""
Spans = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Day:
    """What was counted on one day of the city: the periods as `08:30–12:00`, and how much."""

    day: str
    periods: tuple[str, ...]
    length: str


@dataclass(frozen=True, slots=True)
class Told:
    """One clock in words. `agrees`: False says that the calendar or the rule has been changed since."""

    what: str
    holder: str
    opened: str
    limit: str
    added: tuple[str, ...]
    calendar: str
    due: str
    given: bool
    provisional: bool
    paused: str
    over: str
    late: bool
    steps: tuple[tuple[str, str, str, int], ...]
    pauses: tuple[tuple[str, str, str], ...]
    days: tuple[Day, ...]
    total: str
    agrees: bool | None
    rules: str


def clocks(case: Case, entries: Iterable[Entry]) -> list[Told]:
    """The handling clock first, then the one on which the main line stands, then all others, the newest first."""
    found = clocks_of(entries)
    line = case.line.no if case.line is not None else None
    unit = f"a{case.current.no}" if case.current is not None else ""

    def order(one: Clock) -> tuple[bool, bool, int]:
        return (one.item.kind != "handle" or one.item.subject != unit, one.item.no != line, -one.item.no)

    roles = roles_of(one.item.holder for one in found)
    return [tell(one, roles) for one in sorted(found, key=order)]


def tell(clock: Clock, roles: Mapping[str, str]) -> Told:
    """One clock in words; its calendar as the rules of the day of its last computation have it."""
    item = clock.item
    computed = [one for one in clock.changes if one.how != "paused"]
    last = max((one.at for one in computed), default=item.opened_at)
    calendar, version = _calendar(item.calendar, last)
    sums = counted(item, calendar)
    clocked = calendar is None or _is_clock(item.limit)
    return Told(
        what=kind_words(item.kind),
        holder=holder_words(item.holder, roles),
        opened=office_moment(item.opened_at),
        limit=wording.limit(item.limit),
        added=tuple(wording.limit(one) for one in item.added),
        calendar="" if clocked else calendar_words(item.calendar),
        due=office_moment(item.due),
        given=item.limit is None,
        provisional=item.provisional,
        paused=office_moment(item.paused_at),
        over=office_moment(clock.done_at),
        late=bool(clock.late),
        steps=tuple((office_moment(one.at), _change_words(one), office_moment(one.after), one.entry)
                    for one in clock.changes),
        pauses=tuple((office_moment(a), office_moment(b), span(b - a)) for a, b in item.pauses),
        days=days_of(sums.spans),
        total=working_words(sums.total) if sums.spans else "",
        agrees=sums.agrees,
        rules=version,
    )  # fmt: skip


def _change_words(change: Change) -> str:
    act = act_words(change.act)
    if change.how == "opened":
        return _("%(act)s opened it") % {"act": act}
    if change.how == "extended":
        return _("%(act)s added %(limit)s to the old due") % {"act": act, "limit": wording.limit(change.limit)}
    if change.how == "paused":
        return _("%(act)s stopped the clock") % {"act": act}
    if change.how == "resumed":
        return _("%(act)s let the clock go on with what remained") % {"act": act}
    if change.how == "charged":
        return _("%(act)s: the pause does not count, the clock ran on") % {"act": act}
    return _("%(act)s: computed anew") % {"act": act}


def _is_clock(limit: str | None) -> bool:
    try:
        return limit is None or Limit.parse(limit).unit.clock
    except LimitError:
        return True


def _calendar(code: str | None, at: datetime) -> tuple[Calendar | None, str]:
    """The calendar as in force then, and the version of the rules."""
    try:
        rules = rules_at(at)
    except NoRules:
        return None, ""
    return (rules.calendars.get(code) if code is not None else None), rules.version


def calendar_words(code: str | None) -> str:
    """The name of a calendar in the reader's language, else its code."""
    if code is None:
        return ""
    calendar, _version = _calendar(code, timezone.now())
    names = calendar.names if calendar is not None else {}
    return (names.get("zh") if chinese() else names.get("en")) or next(iter(names.values()), "") or code


def known_calendars() -> list[str]:
    return sorted(set(CalendarRow.objects.values_list("code", flat=True)))


def days_of(spans: Spans) -> tuple[Day, ...]:
    """Spans by the city's own days; one over midnight counts on both."""
    by: dict[date, list[tuple[datetime, datetime]]] = {}
    for start, end in spans:
        for piece in _by_midnight(timezone.localtime(start), timezone.localtime(end)):
            by.setdefault(piece[0].date(), []).append(piece)
    found = [_day(day, pieces) for day, pieces in by.items()]
    if len(found) <= MOST_DAYS:
        return tuple(found)
    left_out = len(found) - FIRST_DAYS - LAST_DAYS
    gap = Day(_("%(count)s more days") % {"count": left_out}, (), "")
    return (*found[:FIRST_DAYS], gap, *found[-LAST_DAYS:])


def _day(day: date, pieces: Sequence[tuple[datetime, datetime]]) -> Day:
    length = sum((b - a for a, b in pieces), timedelta())
    return Day(office_day(day), tuple(f"{a:%H:%M}–{_end(a, b)}" for a, b in pieces), working_words(length))


def _end(start: datetime, end: datetime) -> str:
    return "24:00" if end.date() > start.date() else f"{end:%H:%M}"


def _by_midnight(start: datetime, end: datetime) -> Iterable[tuple[datetime, datetime]]:
    while start.date() < end.date():
        midnight = datetime.combine(start.date() + timedelta(days=1), datetime.min.time(), start.tzinfo)
        yield start, midnight
        start = midnight
    if start < end:
        yield start, end
