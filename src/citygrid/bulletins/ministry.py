"""部级报表: reports, acceptances, filings, dispatches, handlings and closings of a month by source, by class (大类 and
小类) and by district, beside the same days of the year before (S3-07: scope by local need, `rules/ministry.toml`)."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from django.db.models import Q
from django.utils.translation import gettext as _

from citygrid.bulletins import spans
from citygrid.bulletins.content import Span
from citygrid.evaluation.asking import ask, zone_at
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Indicator, current
from citygrid.evaluation.insight.sheets_closing import truths_of
from citygrid.evaluation.insight.true_rate import Truth
from citygrid.evaluation.insight.truth import BY
from citygrid.evaluation.periods import period
from citygrid.evaluation.printing import Line, lines
from citygrid.evaluation.rounding import half_up
from citygrid.evaluation.tables import Table, Value
from citygrid.organization.visibility import Scope
from citygrid.rulebook.models import ManagedClass

CLOSING_RATE = "closing_rate"


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands in the tables (`rules/ministry.toml`)."""

    counts: tuple[str, ...]
    rates: tuple[str, ...]
    by: tuple[str, ...]
    level: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, that of the year before, and the change: of counts in per cent (None: nothing to divide by), of rates
    in percentage points."""

    now: Value
    before: Value
    change: Decimal | None


@dataclass(frozen=True, slots=True)
class Row:
    """`depth` 0: a sum of the rows of depth 1 that follow it, or a row by itself; `total`: of all. `true`: the true
    closing rate of this year and of the year before, where it can be told of such a row."""

    code: str
    name: str
    depth: int
    cells: tuple[Cell, ...]
    total: bool = False
    true: tuple[Truth | None, Truth | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Ministry:
    """One table. `columns`: counts, then rates."""

    by: str
    first: date
    last: date
    first_before: date
    last_before: date
    columns: tuple[Indicator, ...]
    counts: int
    rows: tuple[Row, ...]

    @property
    def true(self) -> bool:
        """Whether the closing rate stands in it, and with it the true one."""
        return any(one.key == CLOSING_RATE for one in self.columns)


@cache
def layout() -> Layout:
    text = (files("citygrid.bulletins") / "rules" / "ministry.toml").read_text(encoding="utf-8")
    found = tomllib.loads(text)
    return Layout(tuple(found["counts"]), tuple(found["rates"]), tuple(found["by"]), found["level"])


def table(by: str, first: date, last: date, scope: Scope, now: datetime) -> Ministry:
    """The table by source, class or area. PeriodError when the days are the wrong way round."""
    told, zone = layout(), zone_at(now)
    keys = [*told.counts, *told.rates]
    before = spans.year_before(Span(first, last))
    both = ((first, last), (before.first, before.last))
    known = current(last)
    found = [ask(Question(period(*span, zone, now), by, told.level, scope), keys, known) for span in both]
    merged = _merged(found[0], found[1], [_truths(one, now) for one in found])
    rows = _by_major(merged, last, found[0]) if by == "class" else [_row(one, found[0]) for one in merged[:-1]]
    rows.append(_row(merged[-1], found[0], total=True))
    of_counts = sum(one.key in told.counts for one in found[0].columns)
    return Ministry(by, first, last, *both[1], found[0].columns, of_counts, tuple(rows))


@dataclass(frozen=True, slots=True)
class _Both:
    key: str
    code: str
    name: str
    now: Mapping[str, Value]
    before: Mapping[str, Value]
    true: tuple[Truth | None, Truth | None]


def _truths(answer: Table, now: datetime) -> dict[str, Truth]:
    """The true closing rates of the rows by their key, that of the total as `""`. Of a source none can be told: only
    the total has one then, weighted by unit as everywhere."""
    if answer.question.by not in BY and any(one.key == CLOSING_RATE for one in answer.columns):
        whole = ask(replace(answer.question, by="unit"), [CLOSING_RATE], current(answer.question.period.last))
        return {"": truths_of(whole, now)[None]}
    told = truths_of(answer, now)
    return {_key(line): told[line.row.key] for line in lines(answer) if line.row.key in told}


def _merged(now: Table, before: Table, truths: Sequence[Mapping[str, Truth]]) -> list[_Both]:
    """The rows of both years, each subject once, in the order of this year's; the total last."""
    here, there = ({_key(line): line for line in lines(one)} for one in (now, before))
    empty_now, empty_before = ({one.key: _nothing(one) for one in one_of.columns} for one_of in (now, before))
    found = []
    for key in dict.fromkeys((*(k for k in here if k), *(k for k in there if k), "")):
        line = here.get(key) or there[key]
        subject = line.subject
        code = subject.code if subject and subject.text != "none" else ""
        values = here[key].row.values if key in here else empty_now
        old = there[key].row.values if key in there else empty_before
        true = truths[0].get(key), truths[1].get(key)
        found.append(_Both(key, code, line.name, values, old, true))
    return found


def _nothing(one: Indicator) -> Value:
    return 0 if one.unit == "count" else None


def _key(line: Line) -> str:
    return "" if line.subject is None else line.subject.text


def _row(one: _Both, table: Table, *, depth: int = 0, total: bool = False) -> Row:
    cells = tuple(_cell(column, one.now.get(column.key), one.before.get(column.key)) for column in table.columns)
    return Row(one.code, one.name, depth, cells, total, one.true)


def _cell(column: Indicator, now: Value, before: Value) -> Cell:
    if now is None or before is None:
        return Cell(now, before, None)
    if column.unit == "percent":
        return Cell(now, before, Decimal(now) - Decimal(before))
    return Cell(now, before, half_up(Decimal(now) - Decimal(before), before, 100))


def _by_major(rows: list[_Both], day: date, table: Table) -> list[Row]:
    """大类 with its sum, and below it its 小类. The rates of a 大类 are left out: they are no sums of its rows'."""
    majors = _majors([one.key for one in rows[:-1]], day)
    groups: dict[tuple[str, str, str], list[_Both]] = {}
    for one in rows[:-1]:
        groups.setdefault(majors.get(one.key, ("~", "", _("Other"))), []).append(one)
    found = []
    for (_kind, code, name), members in sorted(groups.items()):
        sums = [_summed(column, members) for column in table.columns]
        cells = tuple(_cell(column, *pair) for column, pair in zip(table.columns, sums, strict=True))
        found.append(Row(code, name, 0, cells))
        found += [_row(one, table, depth=1) for one in members]
    return found


def _summed(column: Indicator, members: Iterable[_Both]) -> tuple[Value, Value]:
    if column.unit != "count":
        return None, None
    sides: list[Value] = []
    for side in ("now", "before"):
        values = [getattr(one, side).get(column.key) for one in members]
        sides.append(None if None in values else sum(values))
    return sides[0], sides[1]


def _majors(ids: Iterable[str], day: date) -> dict[str, tuple[str, str, str]]:
    """Class -> kind, code and name of its 大类, as the book of that day has it."""
    rows = ManagedClass.objects.filter(class_id__in=list(ids), valid_from__lte=day)
    rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))
    named = rows.values_list("class_id", "kind", "major", "major_name")
    return {pk: (kind, major, major_name or major) for pk, kind, major, major_name in named}
