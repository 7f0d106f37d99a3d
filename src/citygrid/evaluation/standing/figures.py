"""What standing duties make of a unit in a period: checks with their percentage of points, periods filed late or not at
all; as figures of a month, and as what a scheme's term `standing:SET` takes (each value opens to its check)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID, uuid5

from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.inputs import Given
from citygrid.evaluation.periods import Period
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.standing import city_files, standings
from citygrid.evaluation.standing.duties import MOST_DAYS, Book
from citygrid.evaluation.standing.spans import LATE, OVERDUE
from citygrid.evaluation.standing.standings import Owed
from citygrid.evaluation.standing_models import StandingCheck

PREFIX = "standing:"
SPACE = UUID("6a0b5d0e-6f5e-5a59-9a10-4f6a3fb0a4d1")
DAY = timedelta(days=1)
MAKERS = ("check", "late", "missed")


@dataclass(frozen=True, slots=True)
class Worth:
    """One value of a unit and a set: a check, or a period filed late or missed. `value`: 0 to 100."""

    id: UUID
    how: str
    duty: str
    day: date
    value: Fraction
    failed: bool = False


def is_standing(key: str) -> bool:
    """Whether an input of a scheme is filled from standing duties."""
    return key.startswith(PREFIX)


def ended(first: date, last: date, today: date) -> list[Owed]:
    """The periods whose last day for evidence lies in these days, as it stands on `today`."""
    rows = standings.owed(first - DAY * (MOST_DAYS + 1), last, today)
    return [one for one in rows if first <= one.span.due <= last]


def worths(first: date, last: date, today: date, sets: Iterable[str] | None = None
           ) -> dict[tuple[str, str], list[Worth]]:  # fmt: skip
    """(set, code of the unit) -> all that counts in these days. Checks that were taken back do not."""
    wanted = None if sets is None else set(sets)
    found: dict[tuple[str, str], list[Worth]] = defaultdict(list)
    rows = StandingCheck.objects.filter(day__gte=first, day__lte=min(last, today), voided_at=None)
    for row in rows.select_related("unit").order_by("day", "pk"):
        if wanted is None or row.set in wanted:
            value = Fraction(row.points) * 100 / Fraction(row.full)
            found[(row.set, row.unit.code)].append(Worth(row.pk, "check", row.duty, row.day, value, row.failed))
    book = city_files.book_at(min(last, today))
    for one in ended(first, last, today):
        if wanted is None or one.duty.set in wanted:
            worth = _of_period(book, one)
            if worth is not None:
                found[(one.duty.set, one.duty.unit)].append(worth)
    return found


def _of_period(book: Book, one: Owed) -> Worth | None:
    of = book.sets.get(one.duty.set)
    value = None if of is None else {LATE: of.late, OVERDUE: of.missed}.get(one.state)
    if value is None:
        return None
    how = "late" if one.state == LATE else "missed"
    return Worth(period_id(one), how, one.duty.code, one.span.due, value)


def period_id(one: Owed) -> UUID:
    """By which a score names a period of a duty."""
    return uuid5(SPACE, f"{one.duty.code}:{one.span.first.isoformat()}")


def given(scheme: Scheme, first: date, last: date, today: date) -> dict[str, dict[str, tuple[Given, ...]]]:
    """Code of the unit -> input -> values: for the inputs `standing:SET` of a scheme of units."""
    keys = [key for key in scheme.inputs if is_standing(key)]
    if scheme.by != "unit" or not keys:
        return {}
    found: dict[str, dict[str, tuple[Given, ...]]] = defaultdict(dict)
    for (code, unit), rows in worths(first, last, today, [key[len(PREFIX) :] for key in keys]).items():
        found[unit][PREFIX + code] = tuple(Given(str(one.id), one.day.isoformat(), one.value) for one in rows)
    return found


def counted_for(scheme: Scheme, period: Period) -> dict[str, dict[str, tuple[Given, ...]]]:
    """The same for a period, as it stood at its cut."""
    return given(scheme, period.first, period.last, period.cut.astimezone(zone_at(period.cut)).date())


def joined(
    entered: Mapping[str, Mapping[str, tuple[Given, ...]]], counted: Mapping[str, Mapping[str, tuple[Given, ...]]]
) -> dict[str, dict[str, tuple[Given, ...]]]:
    """What people entered, and what standing duties count: nobody enters the latter."""
    codes = {*entered, *counted}
    return {code: {**entered.get(code, {}), **counted.get(code, {})} for code in codes}


def behind(ids: Iterable[str], first: date, last: date, today: date) -> list[Worth]:
    """What the values of a term open to: its checks and periods, by day."""
    wanted = set(ids)
    rows = [one for rows in worths(first, last, today).values() for one in rows if str(one.id) in wanted]
    return sorted(rows, key=lambda one: (one.day, one.duty, one.how))


@dataclass(frozen=True, slots=True)
class Month:
    """A unit and a set: periods that ended, by how; checks, how many failed; the average of what counts (None: nothing
    to judge by)."""

    set: str
    unit: str
    ended: int
    in_time: int
    late: int
    missed: int
    checks: int
    failed: int
    average: Fraction | None


def overview(first: date, last: date, today: date) -> list[Month]:
    """Each set and unit that had anything to do in these days."""
    counted = worths(first, last, today)
    periods: dict[tuple[str, str], list[Owed]] = defaultdict(list)
    for one in ended(first, last, today):
        if one.settled or one.state == OVERDUE:
            periods[(one.duty.set, one.duty.unit)].append(one)
    return [_month(key, periods.get(key, []), counted.get(key, [])) for key in sorted({*periods, *counted})]


def _month(key: tuple[str, str], periods: list[Owed], rows: list[Worth]) -> Month:
    late, missed = (sum(one.state == state for one in periods) for state in (LATE, OVERDUE))
    checks = [one for one in rows if one.how == "check"]
    average = sum((one.value for one in rows), Fraction(0)) / len(rows) if rows else None
    return Month(
        *key, len(periods), len(periods) - late - missed, late, missed, len(checks), sum(one.failed for one in checks),
        average,
    )  # fmt: skip
