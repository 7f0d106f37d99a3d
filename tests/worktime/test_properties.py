"""What always holds of adding and measuring working time, over example and random calendars."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from citygrid.worktime import Calendar, Day, DayKind, DayTable, Limit, Unit, YearStatus
from tests.worktime.calendars import calendars

settings.register_profile("worktime", deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
quick = settings(settings.get_profile("worktime"))

TICK = timedelta(microseconds=1)
EARLY, LATE = datetime(2026, 2, 1), datetime(2026, 7, 1)  # noqa: DTZ001  # hypothesis adds the zone

CLOCK = {Unit.URGENT_MINUTE: 1, Unit.URGENT_HOUR: 60, Unit.NATURAL_DAY: 1440}
WORK = {Unit.WORK_MINUTE: 1, Unit.WORK_HOUR: 60}

units = st.sampled_from(Unit)
work_units = st.sampled_from([unit for unit in Unit if not unit.clock])
moments = st.datetimes(EARLY, LATE, timezones=st.just(UTC)) | st.datetimes(  # also exactly on periods' edges
    EARLY, LATE, timezones=st.just(UTC)
).map(lambda moment: moment.replace(minute=0, second=0, microsecond=0))


@st.composite
def day_tables(draw: st.DrawFn) -> DayTable:
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), unique=True, max_size=40))
    kinds = draw(st.lists(st.sampled_from(DayKind), min_size=len(days), max_size=len(days)))
    years = {2026: draw(st.sampled_from(YearStatus))}
    return DayTable(years, [Day(day, kind) for day, kind in zip(days, kinds, strict=True)])


@st.composite
def periods(draw: st.DrawFn) -> list[str]:
    edges = sorted(draw(st.sets(st.integers(0, 1439), min_size=2, max_size=6)))
    turn = draw(st.booleans()) and len(edges) % 2 == 0  # the last period runs over midnight
    edges = [*edges[1:], edges[0]] if turn else edges[: len(edges) // 2 * 2]
    texts = [f"{minute // 60:02}:{minute % 60:02}" for minute in edges]
    return [f"{a}-{b}" for a, b in zip(texts[::2], texts[1::2], strict=True)]


@st.composite
def random_calendars(draw: st.DrawFn) -> Calendar:
    mapping: dict[str, object] = {
        "code": "random",
        "timezone": draw(st.sampled_from(["Asia/Shanghai", "Europe/Amsterdam", "Asia/Kolkata"])),
        "years": [2026],
        "periods": draw(periods()),
        "follow_holidays": draw(st.booleans()),
    }
    weekdays = st.sets(st.integers(1, 7), min_size=1).map(sorted)
    if draw(st.booleans()):
        mapping["weekdays"] = draw(weekdays)
    else:
        mapping["rotation"] = {
            "from": "2026-03-04",
            "weeks": draw(st.lists(weekdays, min_size=1, max_size=3)),
        }
    if draw(st.booleans()):
        mapping["variants"] = [{"from": "04-10", "to": "06-20", "periods": draw(periods())}]
    return Calendar.from_mapping(mapping, draw(day_tables()))


any_calendar = st.sampled_from(calendars()) | random_calendars()


@st.composite
def limits(draw: st.DrawFn, calendar: Calendar, kinds: st.SearchStrategy[Unit] = units) -> Limit:
    """At most 15 hours of work (random calendars may work a few minutes a week) or 80 days of clock."""
    unit = draw(kinds)
    most = {**CLOCK, **WORK, Unit.WORK_DAY: calendar.day_minutes}[unit]
    longest = 80 * 1440 if unit.clock else known_minutes(calendar)
    assume(longest >= most)
    return Limit(draw(st.integers(1, longest // most)), unit)


def known_minutes(calendar: Calendar) -> int:
    """Working minutes from the latest start to the end of September: what a limit may ask for."""
    span = calendar.elapsed(LATE.replace(tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC), Unit.WORK_MINUTE)
    return span // timedelta(minutes=1)


def length(limit: Limit, calendar: Calendar) -> timedelta:
    return limit.value * timedelta(minutes={**CLOCK, **WORK, Unit.WORK_DAY: calendar.day_minutes}[limit.unit])


@quick
@given(st.data(), any_calendar, moments)
def test_adding_then_measuring_gives_the_limit_back(data: st.DataObject, calendar: Calendar, start: datetime) -> None:
    limit = data.draw(limits(calendar))
    due = calendar.due(start, limit).at
    assert calendar.elapsed(start, due, limit.unit) == length(limit, calendar)
    assert calendar.elapsed(start, due - TICK, limit.unit) == length(limit, calendar) - TICK  # none is earlier


@quick
@given(st.data(), any_calendar, moments, st.integers(0, 200), st.integers(0, 200))
def test_a_percentage_is_that_part_of_the_limit(
    data: st.DataObject, calendar: Calendar, start: datetime, low: int, high: int
) -> None:
    limit = data.draw(limits(calendar))
    low, high = min(low, high), min(max(low, high), 100)
    low = min(low, high)
    early, late = calendar.due(start, limit, low), calendar.due(start, limit, high)
    assert start <= early.at <= late.at <= calendar.due(start, limit).at == calendar.due(start, limit, 100).at
    micros = length(limit, calendar) // TICK * low // 100
    assert calendar.elapsed(start, early.at, limit.unit) == micros * TICK


@quick
@given(any_calendar, st.lists(moments, min_size=2, max_size=8), units)
def test_splitting_an_interval_changes_nothing(calendar: Calendar, points: list[datetime], unit: Unit) -> None:
    """In any order: going back takes away what going on has added."""
    parts = [calendar.elapsed(a, b, unit) for a, b in pairwise(points)]
    assert sum(parts, timedelta()) == calendar.elapsed(points[0], points[-1], unit)


@quick
@given(st.data(), any_calendar, moments, moments)
def test_later_starts_and_longer_limits_are_due_later(
    data: st.DataObject, calendar: Calendar, start: datetime, other: datetime
) -> None:
    limit = data.draw(limits(calendar))
    start, other = sorted((start, other))
    assert start < calendar.due(start, limit).at <= calendar.due(other, limit).at
    if limit.value > 1:
        assert calendar.due(start, Limit(limit.value - 1, limit.unit)).at < calendar.due(start, limit).at
    passed = calendar.elapsed(start, other, limit.unit)
    assert timedelta() <= passed <= other - start
    assert calendar.elapsed(other, start, limit.unit) == -passed


@quick
@given(st.data(), any_calendar, st.tuples(moments, moments, moments))
def test_a_pause_never_shortens_what_remains(
    data: st.DataObject, calendar: Calendar, points: tuple[datetime, datetime, datetime]
) -> None:
    start, paused, resumed = sorted(points)
    limit = data.draw(limits(calendar))
    due = calendar.due(start, limit).at
    after = calendar.resume(due, paused, resumed, limit.unit).at
    assert after >= due
    if due < paused:
        assert after == due  # late stays late
        return
    remained = calendar.elapsed(paused, due, limit.unit)
    assert calendar.elapsed(resumed, after, limit.unit) == remained
    assert after >= resumed
    pauses = [(paused, resumed)]
    assert calendar.elapsed(start, after, limit.unit, pauses) == length(limit, calendar)  # and gives it back


@quick
@given(st.data(), any_calendar, moments, moments)
def test_a_pause_of_no_length_changes_nothing(
    data: st.DataObject, calendar: Calendar, start: datetime, paused: datetime
) -> None:
    limit = data.draw(limits(calendar))
    due = calendar.due(start, limit).at
    assume(paused != due)
    assert calendar.resume(due, paused, paused, limit.unit).at == due


@quick
@given(any_calendar, st.lists(st.tuples(moments, moments), max_size=5), moments, moments, units)
def test_pauses_are_counted_once_however_they_lie(
    calendar: Calendar, pairs: list[tuple[datetime, datetime]], start: datetime, end: datetime, unit: Unit
) -> None:
    start, end = sorted((start, end))
    pauses = [(min(pair), max(pair)) for pair in pairs]
    edges = sorted({start, end, *(p for pair in pauses for p in pair)})
    expected = timedelta()
    for a, b in pairwise(edges):
        if start <= a and b <= end and not any(p <= a and b <= q for p, q in pauses):
            expected += calendar.elapsed(a, b, unit)
    assert calendar.elapsed(start, end, unit, pauses) == expected
    assert calendar.elapsed(start, end, unit, [*pauses, *reversed(pauses)]) == expected
    assert calendar.elapsed(end, start, unit, pauses) == -expected


@quick
@given(st.data(), any_calendar, moments)
def test_an_extension_is_a_limit_from_the_old_due(data: st.DataObject, calendar: Calendar, start: datetime) -> None:
    limit = data.draw(limits(calendar))
    assume(limit.value >= 2)
    first = data.draw(st.integers(1, limit.value - 1))
    due = calendar.due(start, Limit(first, limit.unit)).at
    longer = calendar.extend(due, Limit(limit.value - first, limit.unit))
    assert longer == calendar.due(due, Limit(limit.value - first, limit.unit))
    assert longer.at == calendar.due(start, limit).at  # in two steps or in one


@quick
@given(st.data(), random_calendars(), moments)
def test_every_due_of_a_provisional_year_is_marked(data: st.DataObject, calendar: Calendar, start: datetime) -> None:
    limit = data.draw(limits(calendar, work_units))
    expected = calendar.years[2026] is YearStatus.PROVISIONAL
    assert calendar.due(start, limit).provisional is expected


@quick
@given(any_calendar, moments, moments)
def test_the_periods_shown_are_the_time_measured(calendar: Calendar, start: datetime, end: datetime) -> None:
    start, end = sorted((start, end))
    shown = calendar.periods(start, end)
    assert sum((b - a for a, b in shown), timedelta()) == calendar.elapsed(start, end, Unit.WORK_MINUTE)
    for a, b in shown:
        assert start <= a < b <= end
        assert calendar.working(a) and calendar.working(b - TICK)
    for (_, earlier), (later, _) in pairwise(shown):
        assert earlier < later
        assert not calendar.working(earlier) and not calendar.working(later - TICK)
