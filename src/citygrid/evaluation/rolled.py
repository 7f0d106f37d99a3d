"""Who counts: `count` takes what the roll-ups by day can tell from them, and the rest from facts (`counting.count`), so
that the numbers are always the same. Everybody who counts a period asks here; from facts alone is counted only what is
frozen together with its rows (`closing.figures`).

The roll-ups can tell whole days that are over, in the city's own time zone, of indicators that ask nothing but what a
roll-up keeps (`days.COLUMNS`). Of a period that runs they tell the days before today: today, and what is open now, is
added from facts, which looks at few rows. An asker who sees a part is told the districts and bodies of the scope
(`rolled_parts`); where it sees more, which is seldom, the facts are counted."""

from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from citygrid.cases.database import Connection
from citygrid.evaluation import conditions, counting, days, rolled_cells, rolled_parts
from citygrid.evaluation.counting import Counted, Question
from citygrid.evaluation.definitions import Count
from citygrid.evaluation.facts import SPANS
from citygrid.evaluation.periods import Period, midnight
from citygrid.evaluation.terms import columns_of


def count(connection: Connection, counts: Iterable[Count], question: Question) -> Counted:
    """As `counting.count`, from the roll-ups as far as they go."""
    if question.by == "supervisor":
        return counting.by_supervisor(count(connection, counts, replace(question, by="unit")), question)
    wanted = [one for one in counts if question.by in one.by]
    over = days_of(connection, question)
    if over is None:
        return counting.count(connection, wanted, question)
    told: list[Count] = []
    others: list[Count] = []
    for one in wanted:
        (told if tells(one) else others).append(one)
    found = counting.count(connection, others, question)
    if over == question.period:
        _tell(connection, told, question, found)
        return found
    flows, before = [replace(one, carry="") for one in told if one.moment], Counted()
    _tell(connection, flows, replace(question, period=over), before)
    today = replace(question.period, first=over.last + counting.DAY, start=over.end)
    for part in (before, counting.count(connection, told, replace(question, period=today))):
        _add(part, found)
    return found


def days_of(connection: Connection, question: Question) -> Period | None:
    """The days of the period that are over, where there are roll-ups of such days and of what the asker may see; None
    where there are not."""
    row = connection.execute("select zone from evaluation_day_zone").fetchone()
    of = question.period
    if row is None or not (rolled_parts.is_whole(question.scope) or rolled_parts.part_of(connection, question)):
        return None
    zone = ZoneInfo(row[0])
    if midnight(of.first, zone) != of.start or midnight(of.last + counting.DAY, zone) != of.end:
        return None
    if of.cut == of.end:
        return of
    today = of.cut.astimezone(zone).date()
    start = midnight(today, zone)
    return Period(of.first, today - counting.DAY, of.start, start, start) if of.first < today else None


def tells(one: Count) -> bool:
    """Whether the roll-ups keep all that this count asks."""
    kept = {*days.COLUMNS[one.facts]}
    asked = {*columns_of((*conditions.terms(one), *one.done))}
    # A row both over in the period and open at its end would be counted twice: it can only be one of the two.
    once = not one.carry or one.moment in ("", SPANS[one.facts][1])
    sums = not one.sum or (one.sum in days.SUMS.get(one.facts, ()) and not one.carry)
    return asked <= kept and sums and once and (not one.moment or one.moment in days.FLOWS[one.facts])


def _tell(connection: Connection, counts: list[Count], question: Question, found: Counted) -> None:
    """What the roll-ups say of these counts goes into `found`, and from facts those that they cannot say of a part."""
    part = None if rolled_parts.is_whole(question.scope) else rolled_parts.part_of(connection, question)
    left = [] if part is None else rolled_parts.left(connection, counts, question, part)
    besides = {one.key for one in left}
    groups = counting.by_facts(one for one in counts if one.key not in besides)
    derived = bool(groups) and counting.any_derived(connection)
    for group in groups.values():
        statement, params = rolled_cells.statement_of(group, question, part, with_derived=derived)
        counting.take(connection, statement, params, group, question, found)
    if left:
        _add(counting.count(connection, left, question), found)


def _add(part: Counted, found: Counted) -> None:
    """Two parts of a period that have no row in common."""
    for key, numbers in part.numbers.items():
        whole = found.numbers[key]
        for name, number in numbers.items():
            whole[name] = whole.get(name, 0) + number
    found.derived |= part.derived
