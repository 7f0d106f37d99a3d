"""The SELECT over the cells of a roll-up: which days and months of it, of whom, added up as `counting` adds up rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from citygrid.evaluation import conditions, counting
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Count

EVER = date(1900, 1, 1)
_SUBJECTS = {
    "unit": ("number",), "area": ("number",), "post": ("word", "person", "body"), "class": ("word",),
    "source": ("word",), "collector": ("person",), "contractor": ("number",), "in_charge": ("person",),
    "centre": ("number",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of these districts, and those that a scope of these bodies sees (`counting.seen`)."""

    districts: frozenset[int]
    bodies: frozenset[int]


def statement_of(
    counts: list[Count], question: Question, part: Part | None = None, *, with_derived: bool = False
) -> tuple[str, dict[str, Any]]:
    """The SELECT over the roll-ups of one table of facts, and its parameters; columns as `counting.statement_of`.
    `part`: only its cells."""
    params: dict[str, Any] = {}
    way = question.level if question.by == "area" else question.by
    names = [f"s{n}" for n in range(len(_SUBJECTS[question.by]))]
    asked = dict(zip(names, _SUBJECTS[question.by], strict=True))
    for name in conditions.asked_of(counts):
        asked[name] = _told(name)
    if with_derived:
        asked["derived"] = "derived"
    sums = [f"sum({column}) as sum_{column}" for column in dict.fromkeys(one.sum for one in counts if one.sum)]
    inner = [*(f"{value} as {name}" for name, value in asked.items()), "sum(n) as n", *sums]
    seen = "true" if part is None else f"({' or '.join(parts_of(part, params))})"
    groups = (
        f"select {', '.join(inner)}\n{source(counts, question, way, params)} and {seen}"
        f"\ngroup by {counting.ordinals(len(asked))}"
    )
    columns = [*names, *counting.columns(counts, params, conditions.of_group, "sum_", with_derived=with_derived)]
    return f"select {', '.join(columns)}\nfrom ({groups}) g\ngroup by {', '.join(names)}", params


def source(counts: list[Count], question: Question, way: str, params: dict[str, Any]) -> str:
    """`from` and `where` of the cells, kept this way, that these counts (of one table of facts) can need."""
    params["by"] = way
    first, last = question.period.first, question.period.last
    flows = list(dict.fromkeys(one.moment for one in counts if one.moment))
    found = []
    if flows:
        moments = ", ".join(f"'{flow}'" for flow in flows)
        found += [f"({within} and moment in ({moments}))" for within in _spans(first, last, params)]
    if any(one.carry for one in counts):
        states = "moment in ('not_due', 'overdue')"
        found += [f"({within} and {states})" for within in _spans(EVER, last, params)]
    kinds = counting.kinds(counts, params)
    return f"from evaluation_day_{counts[0].facts}\nwhere by = %(by)s and {kinds} and ({' or '.join(found)})"


def parts_of(part: Part, params: dict[str, Any]) -> list[str]:
    """When a cell is of a part: of its districts, or of its bodies (where the cell's number says whose it is)."""
    params["districts"], found = sorted(part.districts), ["coalesce(district = any(%(districts)s::bigint[]), false)"]
    if part.bodies:
        params["bodies"] = sorted(part.bodies)
        found.append("number = any(%(bodies)s::bigint[])")
    return found


def spans(first: date, last: date) -> list[tuple[bool, date, date]]:
    """The days from first to last as whole months (True) and the days that are left (False): kind, first and last."""
    begin = first if first.day == 1 else _after(first)
    end = _after(last) if _after(last) == last + counting.DAY else last.replace(day=1)  # the month that is not whole
    if begin >= end:
        return [(False, first, last)]
    found = [(False, first, begin - counting.DAY), (True, begin, end - counting.DAY), (False, end, last)]
    return [one for one in found if one[1] <= one[2]]


def _spans(first: date, last: date, params: dict[str, Any]) -> Iterable[str]:
    for months, since, until in spans(first, last):
        params |= {(a := f"d{len(params)}"): since, (b := f"d{len(params) + 1}"): until}
        yield f"{'months' if months else 'not months'} and day >= %({a})s and day <= %({b})s"


def _after(day: date) -> date:
    """The first day of the next month."""
    return (day.replace(day=1) + 32 * counting.DAY).replace(day=1)


def _told(name: str) -> str:
    """A word of `conditions.asked_of` in terms of a cell."""
    if name == "is_open":
        return "moment in ('not_due', 'overdue')"
    if name == "is_over":
        return "moment = 'overdue'"
    return f"moment = '{name.removeprefix('in_')}'" if name.startswith("in_") else name
