"""The open cases that move a unit's score most before the period closes: each is counted as it stands, as if the unit
had done its part now, and as if it were left until the period's end; by the same statements as any number.

What is assumed: only what the unit owes in the case (sign, arrive, make safe, handle, explain) is done, in time where
it is not overdue yet; checking and closing are others' acts; everything else stays as it is today."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection
from citygrid.evaluation import conditions, counting
from citygrid.evaluation.definitions import Count, Definitions
from citygrid.evaluation.facts import COLUMNS
from citygrid.evaluation.formulas import Value
from citygrid.evaluation.periods import Period
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.scheme import Scheme
from citygrid.evaluation.scoring import Known, Span, scores
from citygrid.evaluation.whatif import recounted

OWED = ("sign", "arrive", "make_safe", "handle", "explain")
MOST = 5000
Numbers = dict[str, int]


@dataclass(frozen=True, slots=True)
class Open:
    """A case in which a unit has handling to do; `late`: past its limit already."""

    case: UUID
    number: str
    due: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A case, and the score with it done now and with it left; `terms`: the keys of the terms that differ."""

    of: Open
    done: SubjectScore
    left: SubjectScore
    terms: tuple[str, ...]

    @property
    def by(self) -> Value:
        """How far the score lies apart; None where there is no score."""
        if self.done.total is None or self.left.total is None:
            return None
        return self.done.total - self.left.total


@dataclass(frozen=True, slots=True)
class Moves:
    """Best first what moves most; and the score now, with all done now, with all left."""

    now: SubjectScore
    all_done: SubjectScore
    all_left: SubjectScore
    rows: tuple[Move, ...]


def open_cases(connection: Connection, unit: int, now: datetime) -> list[Open]:
    """The cases in which the unit has handling to do whose clock runs; soonest due first, at most `MOST`."""
    rows = connection.execute(
        """select i.case_id, coalesce(c.case_no, c.report_no), i.due, coalesce(i.due < %s, false)
        from evaluation_item i join evaluation_case c on c.case_id = i.case_id
        where i.unit = %s and i.kind = 'handle' and i.done_at is null and i.paused_at is null and not i.exempt
        order by i.due nulls last, i.case_id limit %s""",
        [now, unit, MOST],
    ).fetchall()
    return list({row[0]: Open(*row) for row in rows}.values())


def contributions(
    connection: Connection, counts: Iterable[Count], unit: int, cases: list[Open], period: Period, now: datetime
) -> dict[UUID, tuple[Numbers, Numbers, Numbers]]:
    """Case -> what it adds to the unit's counts as it stands, done now, and left until the period's end."""
    by_facts: dict[str, list[Count]] = defaultdict(list)
    for one in counts:
        if "unit" in one.by:
            by_facts[one.facts].append(one)
    found: dict[UUID, tuple[Numbers, Numbers, Numbers]] = {one.case: ({}, {}, {}) for one in cases}
    for facts, group in by_facts.items():
        for n, (cut, done) in enumerate(((period.cut, False), (period.end, True), (period.end, False))):
            params: dict[str, Any] = {
                "start": period.start, "cut": cut, "unit": unit, "now": now, "cases": [one.case for one in cases],
                "late": [one.case for one in cases if one.late],
            }  # fmt: skip
            told = counting.columns(group, params, conditions.of_row, "", with_derived=False)[: len(group)]
            text = f"""select case_id, {", ".join(told)} from ({_rows(facts, done=done)}) f
                where unit = %(unit)s group by case_id"""  # noqa: S608 - columns of ours
            for case, *numbers in connection.execute(text.encode(), _used(text, params)).fetchall():
                pairs = zip(group, numbers, strict=True)
                found[case][n].update({one.key: int(number) for one, number in pairs if number})
    return found


def moves(
    scheme: Scheme, known: Definitions, span: Span, group: str, members: Iterable[Known], subject: str,
    numbers: Mapping[str, int], derived: frozenset[str], cases: Iterable[Open],
    added: Mapping[UUID, tuple[Numbers, Numbers, Numbers]],
) -> Moves:  # fmt: skip
    """What each case does to the score of `subject`, whose counts are `numbers` now. Pure."""
    whole = list(members)
    me = next(one for one in whole if one.subject == subject)
    ranks = scores(scheme, span, {group: whole})
    now = next(row for row in ranks.rows() if row.subject == subject)
    rivals = [row.shown for row in ranks.rows() if row.shown is not None and row.subject != subject]
    kept: dict[tuple[tuple[str, int], ...], SubjectScore] = {}

    def scored(delta: Mapping[str, int]) -> SubjectScore:
        """Many cases change the same counts by as much: each such change is scored once."""
        key = tuple(sorted((name, by) for name, by in delta.items() if by))
        if key not in kept:
            after = {**numbers, **{name: numbers.get(name, 0) + by for name, by in key}}
            one = recounted(scheme, known, me, after, derived)
            (row,) = scores(scheme, span, {group: [one]}).rows()
            shown = row.shown
            kept[key] = replace(row, rank=None if shown is None else 1 + sum(other > shown for other in rivals))
        return kept[key]

    rows, all_done, all_left = [], defaultdict[str, int](int), defaultdict[str, int](int)
    for one in cases:
        stands, done, left = added[one.case]
        ways = _minus(done, stands), _minus(left, stands)
        for whole_way, way in zip((all_done, all_left), ways, strict=True):
            for name, by in way.items():
                whole_way[name] += by
        good, bad = scored(ways[0]), scored(ways[1])
        rows.append(Move(one, good, bad, _differ(good, bad)))
    rows.sort(key=lambda row: -abs(row.by or Fraction(0)))  # stable: equal moves stay by their limits
    return Moves(now, scored(all_done), scored(all_left), tuple(rows))


def _minus(one: Mapping[str, int], other: Mapping[str, int]) -> Numbers:
    return {key: one.get(key, 0) - other.get(key, 0) for key in {**one, **other}}


def _differ(one: SubjectScore, other: SubjectScore) -> tuple[str, ...]:
    pairs = zip((*one.terms, *one.plus), (*other.terms, *other.plus), strict=True)
    return tuple(a.key for a, b in pairs if (a.counts, a.value) != (b.counts, b.value))


def _rows(facts: str, *, done: bool) -> str:
    """The rows of the cases; where `done`, what the unit owes in them is over."""
    columns = dict.fromkeys(["case_id", "unit", *COLUMNS[facts]])
    instead = _DONE.get(facts, {}) if done else {}
    told = [f'{instead[name]} as "{name}"' if name in instead else f'"{name}"' for name in columns]
    return f"select {', '.join(told)} from evaluation_{facts} where case_id = any(%(cases)s)"  # noqa: S608 - ours


def _used(text: str, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if f"%({name})s" in text}


def _when(mine: str, **columns: str) -> dict[str, str]:
    return {name: f'case when {mine} then {value} else "{name}" end' for name, value in columns.items()}


_KINDS = ", ".join(f"'{kind}'" for kind in OWED)
_DONE = {
    "item": _when(
        f"unit = %(unit)s and done_at is null and kind in ({_KINDS})",
        done_at="%(now)s", outcome="'done'", late="coalesce(due < %(now)s, false)", paused_at="null::timestamptz",
    ),
    "assignment": _when(
        "unit = %(unit)s and done_at is null",
        done_at="%(now)s", state="'done'", fed_back="true", late="coalesce(due < %(now)s, false)",
        signed_at="coalesce(signed_at, %(now)s)",
    ),
    # The case is late by its main unit: that is this unit here, for the rows are those of the unit.
    "case": _when(
        "unit = %(unit)s and closed_at is null",
        handled_at="%(now)s", late="case_id = any(%(late)s)",
        overdue_from="case when case_id = any(%(late)s) then overdue_from end",
    ),
}  # fmt: skip
"""Columns of a row whose part the unit has done: what `facts.sql` would tell of it then."""
