"""The figures of a report from the evaluation: totals, scores (the frozen ones of a closed period), what is long open.

Everything is asked within the scope of who makes the report; a rank stays that of the whole group."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from citygrid.bulletins import monthly, reaching, spans
from citygrid.bulletins.content import (
    Cell,
    Content,
    Group,
    Heading,
    Ranked,
    Ranking,
    Share,
    Span,
    Total,
    TrueRate,
    Value,
)
from citygrid.bulletins.long_open import long_open, safety
from citygrid.bulletins.rules_files import Rules
from citygrid.evaluation import closing
from citygrid.evaluation.asking import all_counted, ask, zone_at
from citygrid.evaluation.catalogue import catalogue
from citygrid.evaluation.closing_naming import in_words
from citygrid.evaluation.computing import computed, within
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import Definitions, current
from citygrid.evaluation.insight.sheets_closing import truths_of
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.results import GroupScores, Scores, SubjectScore, TermScore, lost, printed_points
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


FILED, CLOSING_RATE = "filed_cases", "closing_rate"


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: kind, days, schemes by code, within which scope (None: everything, for commands); `place`: the
    name of the area that this is the scope of."""

    kind: str
    span: Span
    schemes: tuple[str, ...]
    heading: Heading
    scope: Scope | None = None
    place: str = ""


def gather(order: Order, rules: Rules, now: datetime, progress: Progress = silent) -> Content:
    """The figures, in the active language. NoSchemeError for a scheme that there is not."""
    before, year = spans.before(order.kind, order.span), spans.year_before(order.span)
    known = current(order.span.last)
    progress(5, "counting")
    all_counted()
    asked = (order.span, before, year)
    true = _true_rate(asked, order.scope, now, known)
    counted = {span: _table(rules.totals, span, order.scope, now, known) for span in dict.fromkeys(asked)}
    tables = [counted[span] for span in asked]
    parts = spans.months_of(order.span) if order.kind != "month" else []
    months = monthly.told(parts, order.scope, now, known)
    progress(30, "classes")
    classes = _shares("class", order, before, now, known)
    progress(40, "scoring")
    rankings = []
    for number, code in enumerate(order.schemes):
        rankings.append(_ranking(code, order, before, [one.span for one in months], now))
        progress(40 + 40 * (number + 1) // len(order.schemes), "scoring")
    progress(82, "pending")
    of = _period(order.span, now)
    left = long_open(of, order.scope, rules.pending_days, rules.pending_most, known)
    return Content(
        kind=order.kind, span=order.span, before=before, year=year, over=of.end <= now, heading=order.heading,
        totals=_totals(tables, rules.totals, true), rankings=tuple(rankings), pending=left.cases,
        pending_units=left.units, pending_all=left.count, pending_days=rules.pending_days,
        classes=classes[: rules.classes_most],
        sources=_shares("source", order, before, now, known), safety=safety(of, order.scope, known), best=rules.best,
        limited=order.scope is not None and not reaching.whole(order.scope), months=months, place=order.place,
    )  # fmt: skip


def _period(span: Span, now: datetime) -> Period:
    return period(span.first, span.last, zone_at(now), now)


def _table(keys: Iterable[str], span: Span, scope: Scope | None, now: datetime, known: Definitions) -> Table:
    return ask(Question(_period(span, now), "source", scope=scope), [key for key in keys if key in known.all], known)


def _true_rate(spans: Sequence[Span], scope: Scope | None, now: datetime, known: Definitions) -> TrueRate:
    """真实结案率 of the three spans, weighted by unit as on the evaluation's pages."""
    found: dict[Span, Any] = {}
    for span in dict.fromkeys(spans):
        answer = ask(Question(_period(span, now), "unit", scope=scope), [CLOSING_RATE], known)
        found[span] = truths_of(answer, now)[None].tree()
    trees = [found[span] for span in spans]
    now_, before, year = ({key: Decimal(text) if (text := tree[key]) else None for key in ("estimate", "low", "high")}
                          for tree in trees)  # fmt: skip
    return TrueRate(now_["estimate"], now_["low"], now_["high"], before["estimate"], year["estimate"])


def _totals(tables: Sequence[Table], keys: Iterable[str], true: TrueRate) -> tuple[Total, ...]:
    now, before, year = tables[0].total.values, *(_base(table) for table in tables[1:])
    columns = {one.key: one for one in tables[0].columns}
    return tuple(
        Total(key, say(columns[key].names), columns[key].unit, now[key], before.get(key), year.get(key),
              true if key == CLOSING_RATE else None)
        for key in keys
        if key in columns
    )


def _base(table: Table) -> Mapping[str, Value]:
    """What a number is compared with; nothing where nothing at all was counted: the city was not at work then."""
    values = table.total.values
    return values if any(values.values()) else {}


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
    return in_words(closing.scores_of(frozen[1])), frozen[1].number


def _ranking(code: str, order: Order, before: Span, months: Sequence[Span], now: datetime) -> Ranking:
    found, frozen = scores_of(code, _period(order.span, now), now)
    old, _ = scores_of(code, _period(before, now), now)
    if order.scope is not None:
        found, old = within(found, order.scope), within(old, order.scope)
    earlier = {row.subject: row for row in old.rows()}
    grades = _grades(code, order.span, now)
    whole = printed_points(found.whole, 0)
    by_month = monthly.scored(code, months)
    groups = tuple(_group(one, earlier, found.places, grades, whole, by_month) for one in found.groups if one.rows)
    return Ranking(code, say(found.names), found.hash, frozen, groups)


def _grades(code: str, span: Span, now: datetime) -> dict[str, Grade]:
    book = catalogue(min(span.last, now.astimezone(zone_at(now)).date()))
    return {one.code: one for one in book.schemes[code].grades} if code in book.schemes else {}


def _group(
    one: GroupScores, earlier: Mapping[str, SubjectScore], places: int, grades: Mapping[str, Grade],
    whole: Decimal | None, by_month: monthly.Scored,
) -> Group:  # fmt: skip
    columns = tuple(say(term.names) for term in heads(one))
    rows = tuple(
        replace(_ranked(row, earlier.get(row.subject), places, grades.get(row.grade)),
                months=tuple(scores.get(row.subject) for scores in by_month))
        for row in one.rows
    )  # fmt: skip
    return Group(one.key, say(one.names), columns, rows, whole)


def _ranked(row: SubjectScore, old: SubjectScore | None, places: int, grade: Grade | None) -> Ranked:
    cells = [_cell(term, places, plus=False) for term in row.terms] + [_cell(t, places, plus=True) for t in row.plus]
    return Ranked(
        row.subject, row.code, row.name, row.rank, row.shown, say(grade.names) if grade else row.grade, row.why,
        old.rank if old else None, old.shown if old else None, tuple(cells), row.grade, grade.colour if grade else "",
    )  # fmt: skip


def _cell(term: TermScore, places: int, *, plus: bool) -> Cell:
    gone = lost(term, places, plus=plus)
    return Cell(term.key, say(term.names), quotient(term), printed_points(term.points), gone, plus)
