"""Who counts: `count` takes what the roll-ups by day can tell from them, and the rest from facts (`counting.count`), so
that the numbers are always the same. Everybody who counts a period asks here; from facts alone is counted only what is
frozen together with its rows (`closing.figures`).

The roll-ups can tell whole days that are over, in the city's own time zone, of indicators that ask nothing but what a
roll-up keeps (`days.COLUMNS`). Of a period that runs they tell the days before today: today, and what is open now, is
added from facts, which looks at few rows. An asker who sees a part is told from them where a roll-up is of bodies, and
bodies are all that the scope has (`_within`); who sees areas sees rows of other units too: counted from facts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from citygrid.cases.database import Connection
from citygrid.evaluation import conditions, counting, days
from citygrid.evaluation.counting import Counted, Question
from citygrid.evaluation.definitions import Count
from citygrid.evaluation.facts import SPANS
from citygrid.evaluation.periods import Period, midnight
from citygrid.evaluation.terms import columns_of

EVER = date(1900, 1, 1)
_SUBJECTS = {
    "unit": ("number",), "area": ("number",), "post": ("word", "person", "body"), "class": ("word",),
    "source": ("word",), "collector": ("person",), "contractor": ("number",), "in_charge": ("person",),
    "centre": ("number",),
}  # fmt: skip


_BODIES = ("unit", "contractor", "centre")
"""Whose rows a scope without areas has by their own body (`counting.seen`)."""


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
        _take(connection, told, question, found)
        return found
    flows, before = [replace(one, carry="") for one in told if one.moment], Counted()
    _take(connection, flows, replace(question, period=over), before)
    today = replace(question.period, first=over.last + counting.DAY, start=over.end)
    for part in (before, counting.count(connection, told, replace(question, period=today))):
        _add(part, found)
    return found


def days_of(connection: Connection, question: Question) -> Period | None:
    """The days of the period that are over, where there are roll-ups of such days and of what the asker may see; None
    where there are not."""
    row = connection.execute("select zone from evaluation_day_zone").fetchone()
    of = question.period
    if row is None or not _within(question):
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


def statement_of(
    counts: list[Count], question: Question, *, with_derived: bool = False
) -> tuple[str, dict[str, Any]]:
    """The SELECT over the roll-ups of one table of facts, and its parameters; columns as `counting.statement_of`."""
    first, last = question.period.first, question.period.last
    params: dict[str, Any] = {"by": question.level if question.by == "area" else question.by}
    facts = counts[0].facts
    flows = list(dict.fromkeys(one.moment for one in counts if one.moment))
    ways = []
    if flows:
        moments = ", ".join(f"'{flow}'" for flow in flows)
        for months, since, until in spans(first, last):
            params |= {(a := f"d{len(params)}"): since, (b := f"d{len(params) + 1}"): until}
            ways.append(f"({_kind(months)} and moment in ({moments}) and day >= %({a})s and day <= %({b})s)")
    if any(one.carry for one in counts):
        for months, since, until in spans(EVER, last):
            params |= {(a := f"d{len(params)}"): since, (b := f"d{len(params) + 1}"): until}
            ways.append(f"({_kind(months)} and moment in ('not_due', 'overdue') and day >= %({a})s and day <= %({b})s)")
    names = [f"s{n}" for n in range(len(_SUBJECTS[question.by]))]
    asked = dict(zip(names, _SUBJECTS[question.by], strict=True))
    for name in conditions.asked_of(counts):
        asked[name] = _told(name)
    if with_derived:
        asked["derived"] = "derived"
    sums = [f"sum({column}) as sum_{column}" for column in dict.fromkeys(one.sum for one in counts if one.sum)]
    inner = [*(f"{value} as {name}" for name, value in asked.items()), "sum(n) as n", *sums]
    seen = f"{counting.kinds(counts, params)} and {_seen(question, params)}"
    source = f"from evaluation_day_{facts}\nwhere by = %(by)s and {seen} and "
    groups = f"select {', '.join(inner)}\n{source}({' or '.join(ways)})\ngroup by {counting.ordinals(len(asked))}"
    columns = [*names, *counting.columns(counts, params, conditions.of_group, "sum_", with_derived=with_derived)]
    return f"select {', '.join(columns)}\nfrom ({groups}) g\ngroup by {', '.join(names)}", params


def spans(first: date, last: date) -> list[tuple[bool, date, date]]:
    """The days from first to last as whole months (True) and the days that are left (False): kind, first and last."""
    begin = first if first.day == 1 else _after(first)
    end = _after(last) if _after(last) == last + counting.DAY else last.replace(day=1)  # the month that is not whole
    if begin >= end:
        return [(False, first, last)]
    found = [(False, first, begin - counting.DAY), (True, begin, end - counting.DAY), (False, end, last)]
    return [one for one in found if one[1] <= one[2]]


def _take(connection: Connection, counts: list[Count], question: Question, found: Counted) -> None:
    """What the roll-ups say of these counts goes into `found`."""
    by_facts: dict[str, list[Count]] = defaultdict(list)
    for one in counts:
        by_facts[one.facts].append(one)
    derived = bool(by_facts) and counting.any_derived(connection)
    for group in by_facts.values():
        statement, params = statement_of(group, question, with_derived=derived)
        counting.take(connection, statement, params, group, question, found)


def _add(part: Counted, found: Counted) -> None:
    """Two parts of a period that have no row in common."""
    for key, numbers in part.numbers.items():
        whole = found.numbers[key]
        for name, number in numbers.items():
            whole[name] = whole.get(name, 0) + number
    found.derived |= part.derived


def _within(question: Question) -> bool:
    scope = question.scope
    return scope is None or scope.everything or (question.by in _BODIES and not scope.areas)


def _seen(question: Question, params: dict[str, Any]) -> str:
    """As `counting.seen`, in terms of a cell."""
    if question.scope is None or question.scope.everything:
        return "true"
    params["bodies"] = sorted(question.scope.bodies)
    return "number = any(%(bodies)s::bigint[])"


def _after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + 32 * counting.DAY).replace(day=1)


def _kind(months: bool) -> str:
    return "months" if months else "not months"


def _told(name: str) -> str:
    """A word of `conditions.asked_of` in terms of a cell."""
    if name == "is_open":
        return "moment in ('not_due', 'overdue')"
    if name == "is_over":
        return "moment = 'overdue'"
    return f"moment = '{name.removeprefix('in_')}'" if name.startswith("in_") else name
