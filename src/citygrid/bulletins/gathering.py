"""The figures of a report from the evaluation: totals, scores (the frozen ones of a closed period), what is long open.

Everything is asked within the scope of who makes the report; a rank stays that of the whole group."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from citygrid.bulletins import reaching, spans
from citygrid.bulletins.content import (
    Cell,
    Content,
    Group,
    Heading,
    Pending,
    Ranked,
    Ranking,
    Safety,
    Share,
    Span,
    Total,
    Value,
)
from citygrid.bulletins.rules_files import Rules
from citygrid.cases import naming
from citygrid.cases.database import cursor, plain
from citygrid.evaluation import closing, conditions, counting, facts
from citygrid.evaluation.asking import ask, zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.computing import computed, within
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Count, Definitions, current
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.results import GroupScores, Scores, SubjectScore, TermScore, printed_points
from citygrid.evaluation.scheme import Grade
from citygrid.evaluation.score_printing import heads, quotient
from citygrid.evaluation.subjects import named
from citygrid.evaluation.tables import Table
from citygrid.organization.visibility import Scope
from citygrid.web.words import say

Progress = Callable[[int, str], None]
"""(per cent, key of what is being done); may raise to stop the work."""


def silent(_percent: int, _doing: str) -> None:
    """Nobody waits to hear how far it is."""


FILED, OPEN, CLOSED = "filed_cases", "closings_to_do", "closings"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: kind, days, schemes by code, and within which scope (None: everything, for commands)."""

    kind: str
    span: Span
    schemes: tuple[str, ...]
    heading: Heading
    scope: Scope | None = None


def gather(order: Order, rules: Rules, now: datetime, progress: Progress = silent) -> Content:
    """The figures, in the active language. NoSchemeError for a scheme that there is not."""
    before, year = spans.before(order.kind, order.span), spans.year_before(order.span)
    known = current(order.span.last)
    progress(5, "counting")
    tables = [_table(rules.totals, span, order.scope, now, known) for span in (order.span, before, year)]
    progress(30, "classes")
    classes = _shares("class", order, before, now, known)
    progress(40, "scoring")
    rankings = []
    for number, code in enumerate(order.schemes):
        rankings.append(_ranking(code, order, before, now))
        progress(40 + 40 * (number + 1) // len(order.schemes), "scoring")
    progress(82, "pending")
    of = _period(order.span, now)
    rows, units, everything = _pending(of, order.scope, rules, known)
    return Content(
        kind=order.kind, span=order.span, before=before, year=year, over=of.end <= now, heading=order.heading,
        totals=_totals(tables, rules.totals), rankings=tuple(rankings), pending=rows, pending_units=units,
        pending_all=everything, pending_days=rules.pending_days, classes=classes[: rules.classes_most],
        sources=_shares("source", order, before, now, known), safety=_safety(of, order.scope, known), best=rules.best,
        limited=order.scope is not None and not reaching.whole(order.scope),
    )  # fmt: skip


def _period(span: Span, now: datetime) -> Period:
    return period(span.first, span.last, zone_at(now), now)


def _table(keys: Iterable[str], span: Span, scope: Scope | None, now: datetime, known: Definitions) -> Table:
    return ask(Question(_period(span, now), "source", scope=scope), [key for key in keys if key in known.all], known)


def _totals(tables: Sequence[Table], keys: Iterable[str]) -> tuple[Total, ...]:
    now, before, year = (table.total.values for table in tables)
    columns = {one.key: one for one in tables[0].columns}
    return tuple(
        Total(key, say(columns[key].names), columns[key].unit, now[key], before.get(key), year.get(key))
        for key in keys
        if key in columns
    )


def _shares(by: str, order: Order, before: Span, now: datetime, known: Definitions) -> tuple[Share, ...]:
    """Cases filed, the most first; those equal in number by their key."""
    found, old = (
        {row.key: _whole(row.values[FILED]) for row in
         ask(Question(_period(span, now), by, scope=order.scope), [FILED], known).rows if row.key is not None}
        for span in (order.span, before)
    )  # fmt: skip
    counts = {key: number for key, number in found.items() if number}
    names = named(by, list(counts))
    whole = sum(counts.values())
    rows = [Share(names[key].text, names[key].name, n, old.get(key, 0), whole) for key, n in counts.items()]
    return tuple(sorted(rows, key=lambda row: (-row.count, row.key)))


def _whole(value: Value) -> int:
    return int(value) if value is not None else 0


def scores_of(code: str, of: Period, now: datetime) -> tuple[Scores, int | None]:
    """The frozen result of a closed period with its version, else what is counted now."""
    frozen = closing.standing(code, of.first, of.last)
    if frozen is None:
        return computed(code, of, now), None
    return closing.scores_of(frozen[1]), frozen[1].number


def _ranking(code: str, order: Order, before: Span, now: datetime) -> Ranking:
    found, frozen = scores_of(code, _period(order.span, now), now)
    old, _ = scores_of(code, _period(before, now), now)
    if order.scope is not None:
        found, old = within(found, order.scope), within(old, order.scope)
    earlier = {row.subject: row for row in old.rows()}
    grades = _grades(code, order.span, now)
    whole = printed_points(found.whole, 0)
    groups = tuple(_group(one, earlier, found.places, grades, whole) for one in found.groups if one.rows)
    return Ranking(code, say(found.names), found.hash, frozen, groups)


def _grades(code: str, span: Span, now: datetime) -> dict[str, Grade]:
    book = catalogue(min(span.last, now.astimezone(zone_at(now)).date()))
    return {one.code: one for one in book.schemes[code].grades} if code in book.schemes else {}


def _group(
    one: GroupScores, earlier: Mapping[str, SubjectScore], places: int, grades: Mapping[str, Grade],
    whole: Decimal | None,
) -> Group:  # fmt: skip
    columns = tuple(say(term.names) for term in heads(one))
    rows = tuple(_ranked(row, earlier.get(row.subject), places, grades.get(row.grade)) for row in one.rows)
    return Group(one.key, say(one.names), columns, rows, whole)


def _ranked(row: SubjectScore, old: SubjectScore | None, places: int, grade: Grade | None) -> Ranked:
    cells = [_cell(term, places, plus=False) for term in row.terms] + [_cell(t, places, plus=True) for t in row.plus]
    return Ranked(
        row.subject, row.code, row.name, row.rank, row.shown, say(grade.names) if grade else row.grade, row.why,
        old.rank if old else None, old.shown if old else None, tuple(cells), row.grade, grade.colour if grade else "",
    )  # fmt: skip


def _cell(term: TermScore, places: int, *, plus: bool) -> Cell:
    """What a term cost: the weight it has in the end less what it adds; a deduction costs what it takes off."""
    lost = -term.counts if plus else term.share - term.counts
    shown = _decimal(lost, places) if term.points is not None and lost > 0 else None
    return Cell(term.key, say(term.names), quotient(term), printed_points(term.points), shown, plus)


def _decimal(value: Fraction, places: int) -> Decimal | None:
    return printed_points(value, places)


def _pending(
    of: Period, scope: Scope | None, rules: Rules, known: Definitions
) -> tuple[tuple[Pending, ...], tuple[tuple[str, int], ...], int]:
    """Long open cases: the longest first, how many by unit, and how many in all. Open as `closings_to_do` counts it."""
    one = known.all[OPEN]
    assert isinstance(one, Count)
    zone = zone_at(of.cut)
    end = (of.cut - timedelta(microseconds=1)).astimezone(zone).date()
    since = datetime.combine(end - timedelta(days=rules.pending_days), datetime.min.time(), zone)
    params: dict[str, Any] = {"start": of.start, "cut": of.cut, "since": since}
    terms = [conditions.life([one]), conditions.of_row(one, params), "filed_at < %(since)s",
             counting.seen(Question(of, "unit", scope=scope), params)]  # fmt: skip
    where = " and ".join(terms)
    rows = f"""select case_id, case_no, report_no, class_id, unit, community, district, filed_at, overdue_from
        from evaluation_case where {where} order by filed_at, case_id limit {int(rules.pending_most)}"""  # noqa: S608
    by_unit = f"select unit, count(*) from evaluation_case where {where} group by unit"  # noqa: S608
    with plain() as connection:
        facts.refresh(connection)
        run = cursor(connection)
        found = run.execute(rows.encode(), params).fetchall()
        units = Counter(dict(run.execute(by_unit.encode(), params).fetchall()))
    names = {key[0]: one.name for key, one in named("unit", [(unit,) for unit in units]).items()}
    told = sorted(((names[unit], count) for unit, count in units.items()), key=lambda pair: (-pair[1], pair[0]))
    return _lines(found, names, end, zone), tuple(told), units.total()


def _lines(rows: Sequence[Any], units: Mapping[Any, str], end: date, zone: Any) -> tuple[Pending, ...]:
    classes = naming.classes(row[3] for row in rows)
    areas = naming.areas(one for row in rows for one in row[5:7] if one is not None)
    found = []
    for case, case_no, report_no, kind, unit, community, district, filed, due in rows:
        day = filed.astimezone(zone).date()
        limit = due.astimezone(zone).date() if due is not None else end
        over = (end - limit).days if limit < end else None
        found.append(Pending(
            str(case), case_no or report_no, classes.get(kind, kind or "–"), units.get(unit, ""),
            " ".join(areas[one] for one in (district, community) if one in areas), day, (end - day).days, over,
        ))  # fmt: skip
    return tuple(found)


def _safety(of: Period, scope: Scope | None, known: Definitions) -> Safety:
    """The shipped counts, of the cases whose class or condition says that they touch public safety."""
    asked = []
    for key in (FILED, CLOSED, OPEN):
        one = known.all[key]
        assert isinstance(one, Count)
        asked.append(replace(one, where=(*one.where, ["safety", "=", True])))
    with plain() as connection:
        counted = counting.count(connection, asked, Question(of, "source", scope=scope))
    sums = [sum(numbers.get(one.key, 0) for numbers in counted.numbers.values()) for one in asked]
    return Safety(*sums)
