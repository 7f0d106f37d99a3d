"""What a leader is told at a glance (领导专报): the last of each group, what is pending long, open public safety,
recurring places, answers to orders that are late; each within the scope of the post (S1-27, S1-48)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.coordination.orders import reading
from citygrid.coordination.seen import seen
from citygrid.evaluation import closing
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.computing import within
from citygrid.evaluation.insight import places
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.leaders.rules import FILE, Rules, read, shipped
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.results import GroupScores, SubjectScore
from citygrid.evaluation.standing import city_files
from citygrid.organization.visibility import Scope
from citygrid.process.states import OPEN
from citygrid.rulebook.slices import localday
from citygrid.standards.reports import Report

DAY = timedelta(days=1)
STANDING = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True)
class Last:
    """An object among the last of its group. `of`: how many the group has with a score."""

    scheme: str
    names: tuple[str, str]
    group: tuple[str, str]
    of: int
    row: SubjectScore


@dataclass(frozen=True, slots=True)
class Pending:
    """An open case."""

    case: UUID
    number: str
    class_id: str | None
    unit: int | None
    district: int | None
    community: int | None
    state: str
    since: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Listed:
    """The list: lines (as many as the rules say) and how many there are in all. `addresses`: of the newest case of each
    place."""

    period: Period
    rules: Rules
    last: tuple[Last, ...]
    pending: tuple[Pending, ...]
    pending_in_all: int
    safety: tuple[Pending, ...]
    safety_in_all: int
    places: tuple[places.Spot, ...] | None
    places_in_all: int
    addresses: Mapping[UUID, str]
    orders: tuple[reading.Order, ...]
    orders_in_all: int


def rules_at(day: date) -> Rules:
    """The rules in force on a day."""
    text = city_files.text_at(FILE, day)
    return read(text)[0] if text else shipped()


def check(text: str) -> Report:
    """What is wrong with a city's `leaders.toml`."""
    return read(text)[1]


def gathered(scope: Scope, of: Period, now: datetime) -> Listed:
    """The list of a period: scores of that period, everything else as it stands now."""
    rules = rules_at(localday(now))
    before = now - DAY * rules.long_pending_days
    pending = _cases(scope, "c.filed_at < %(before)s", rules.most, {"before": before})
    safety = _cases(scope, "c.safety", rules.most, {})
    spots = _places(scope, now)
    shown = tuple(spots or ())[: rules.most]
    with plain() as connection:
        addresses = places.addresses(connection, [spot.cases[-1].case for spot in shown])
    orders = reading.orders(scope, "supervise", now, state="overdue", most=MOST_ORDERS)
    orders.sort(key=lambda one: (one.due or now, str(one.case), one.seq))
    return Listed(
        of, rules, tuple(_last(scope, rules, of, now)), *pending, *safety,
        None if spots is None else shown, len(spots or ()), addresses, tuple(orders[: rules.most]), len(orders),
    )  # fmt: skip


MOST_ORDERS = 2000


def _last(scope: Scope, rules: Rules, of: Period, now: datetime) -> list[Last]:
    book = catalogue(min(of.last, localday(now)))
    found: list[Last] = []
    for code in rules.schemes:
        if code not in book.schemes:
            continue
        whole = in_words(closing.scores_over(code, of, now, book))
        sizes = {group.key: sum(row.rank is not None for row in group.rows) for group in whole.groups}
        for group in within(whole, scope).groups:
            last = worst(group, sizes[group.key], rules.worst)
            found += [Last(code, whole.names, group.names, sizes[group.key], row) for row in last]
    return found


def worst(group: GroupScores, of: int, most: int) -> list[SubjectScore]:
    """The last of a group, the very last first: those behind the first half only, so that nobody is both among the best
    and the last. `of`: how many of the whole group have a score."""
    ranked = [row for row in group.rows if row.rank is not None and row.rank > of / 2]
    return sorted(ranked, key=lambda row: (-(row.rank or 0), row.code))[:most]


def _cases(scope: Scope, which: str, most: int, more: dict[str, Any]) -> tuple[tuple[Pending, ...], int]:
    where, values = seen(scope)
    text = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.unit, c.district, c.community, c.state,
            coalesce(c.filed_at, c.received_at), c.due, count(*) over ()
        from cases_case c where c.bucket = %(open)s and c.state = any(%(states)s) and c.parent is null
            and {which} and {where}
        order by 8, c.id limit %(most)s"""  # noqa: S608 - conditions of ours
    values |= {"open": OPEN_BUCKET, "states": STANDING, "most": most, **more}
    with plain() as connection:
        rows = cursor(connection).execute(text.encode(), values).fetchall()
    return tuple(Pending(*row[:-1]) for row in rows), rows[0][-1] if rows else 0


def _places(scope: Scope, now: datetime) -> Sequence[places.Spot] | None:
    """Recurring places; None where there are more cases than are compared at once."""
    rules = insight_at(now)
    today = localday(now)
    condition, params = scope.sql("c")
    of = period(today - DAY * rules.place_days, today, zone_at(now), now)
    with plain() as connection:
        try:
            return places.spots(places.cases(connection, of, condition, params), rules.place_metres, rules.place_cases)
        except places.TooManyError:
            return None


city_files.add(FILE, check)
