"""真实结案率 (`true_rate.py`) from what the facts say: which closings were looked at again, and with what result.

A case is looked at again by an inspector's act after its closing or by a spot check of a collector who had nothing to
do with it; the last look says."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection, cursor
from citygrid.collection.surveys import spots
from citygrid.evaluation.counting import Key, Question, seen, subject_columns
from citygrid.evaluation.insight.paging import Cut, Row
from citygrid.evaluation.insight.true_rate import Stratum, Truth

__all__ = ["BY", "Looked", "Stratum", "Truth", "looked", "truths"]

BY = ("unit", "area", "class")
"""By what closings are re-checked in numbers that say something."""
_CLOSED = """f.standing = 'closed' and not f.exempt and f.closed_at >= %(start)s and f.closed_at < %(cut)s"""


@dataclass(frozen=True, slots=True)
class Looked:
    """A closed case that was looked at again."""

    case: UUID
    key: Key
    unit: int | None
    solved: bool


def truths(
    connection: Connection, question: Question, counted: Mapping[Key | None, tuple[int, int]], least: int
) -> dict[Key | None, Truth]:
    """The truth of each subject, and of the total (None). `counted`: closings and closings due of each."""
    sums: dict[Key | None, dict[int | None, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for key, unit, closings in _closings(connection, question):
        for whose in (key, None):
            sums[whose][unit][0] += closings
    for one in looked(connection, question):
        for whose in (one.key, None):
            sums[whose][one.unit][1] += 1
            sums[whose][one.unit][2] += one.solved
    return {key: _truth(*numbers, sums[key], least) for key, numbers in counted.items()}


def _truth(closings: int, due: int, by_unit: Mapping[int | None, list[int]], least: int) -> Truth:
    strata = tuple(Stratum(*by_unit[unit]) for unit in sorted(by_unit, key=lambda one: (one is None, one or 0)))
    return Truth(
        closings, due, sum(one.looked for one in strata), sum(one.solved for one in strata), least, strata,
    )  # fmt: skip


def _closings(connection: Connection, question: Question) -> list[tuple[Key, int | None, int]]:
    """(subject, unit, closings) of the period, of what the asker may see."""
    params: dict[str, Any] = {"start": question.period.start, "cut": question.period.cut}
    columns = [f"f.{column}" for column in subject_columns(question.by, question.level)]
    text = f"""select {", ".join(columns)}, f.unit, count(*) from evaluation_case f
        where {_CLOSED} and {seen(question, params)} group by {", ".join(columns)}, f.unit"""  # noqa: S608
    rows = cursor(connection).execute(text.encode(), params).fetchall()
    return [(tuple(key), unit, number) for *key, unit, number in rows]


def looked(connection: Connection, question: Question) -> list[Looked]:
    """The closings of the period that were looked at again, each with the last answer. They are those that `closings`
    counts: closed in the period, not exempt, of what the asker may see."""
    spotted = spots.results()
    params: dict[str, Any] = {
        "start": question.period.start, "cut": question.period.cut, "spotted": list(spotted),
    }  # fmt: skip
    columns = ", ".join(f"f.{column}" for column in subject_columns(question.by, question.level))
    # Few are inspected, and a case knows how often: only their acts are looked through. The last act says.
    text = f"""select f.case_id, i.at, i.result, f.unit, {columns} from evaluation_case f
        left join lateral (select a.at, a.result from evaluation_act a
            where a.case_id = f.case_id and a.act = 'inspect' and a.at >= f.closed_at
            order by a.at desc, a.no desc limit 1) i on f.inspections > 0
        where {_CLOSED} and (f.inspections > 0 or f.case_id = any(%(spotted)s::uuid[]))
            and {seen(question, params)}"""  # noqa: S608
    found = []
    for case, at, result, unit, *key in cursor(connection).execute(text.encode(), params).fetchall():
        told = _last(at, result, spotted.get(case))
        if told is not None:
            found.append(Looked(case, tuple(key), unit, told != spots.WRONG))
    return found


def cases(connection: Connection, found: list[UUID], part: Cut) -> list[Row]:
    """These closed cases as rows of a list, those closed last first."""
    after = "and (c.closed_at, c.id) < (%(at)s, %(case)s)" if part.at is not None else ""
    text = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.unit, c.community, c.state, c.received_at,
            c.closed_at, 0
        from cases_case c join cases_head h on h.case_id = c.id and h.bucket = c.bucket
        where c.id = any(%(found)s::uuid[]) {after} order by c.closed_at desc, c.id desc limit %(most)s"""  # noqa: S608
    values = {"found": found, "at": part.at, "case": part.case, "most": part.most}
    return cursor(connection).execute(text.encode(), values).fetchall()


def _last(at: datetime | None, result: str | None, spot: tuple[datetime, str] | None) -> str | None:
    if spot is not None and (at is None or spot[0] > at):
        return spot[1]
    return result
