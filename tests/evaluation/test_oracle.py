"""The numbers are those of a second, independent count over the same timelines, for any period; and each opens."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import counting, facts
from citygrid.evaluation.counting import Question, open_rows
from citygrid.evaluation.definitions import Count, shipped
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.rounding import half_up
from tests.evaluation.lives import ALWAYS, LATER, SHANGHAI, cells, table
from tests.evaluation.oracle import WHAT, Key, Oracle
from tests.process.walker import Walk

PERIODS = [
    ALWAYS,
    *(
        period(date(2026, 3, 1) + timedelta(days=n), date(2026, 3, 9) + timedelta(days=2 * n), SHANGHAI, LATER)
        for n in range(9)
    ),
    period(date(2026, 3, 21), date(2026, 4, 20), SHANGHAI, LATER),
    period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, datetime(2026, 3, 13, 5, 7, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize("key", WHAT)
def test_the_slow_count_says_the_same(walked: list[Walk], db: None, key: str) -> None:
    by, count = WHAT[key]
    seen = 0
    for one in PERIODS:
        slow: Counter[Key] = sum((count(Oracle(walk.story, one)) for walk in walked), Counter())
        fast = {k: v[key] for k, v in cells(table(by, [key], of=one)).items() if v[key]}
        assert fast == dict(slow), one
        seen += slow.total()
    assert seen > 0, "the walks have some"


def test_row_by_row_and_by_groups_give_the_same(walked: list[Walk], db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for by in ("unit", "post"):
        answers = []
        for few in (0, 10_000):
            monkeypatch.setattr(counting, "FEW", few)
            answers.append((cells(table(by, of=PERIODS[3])), table(by, of=PERIODS[3]).total.values))
        assert answers[0] == answers[1]
        assert len(answers[0][0]) > 3


def test_minutes_held_are_those_of_the_main_line(walked: list[Walk], db: None) -> None:
    for one in PERIODS:
        slow: Counter[Key] = sum((Oracle(walk.story, one).micros() for walk in walked), Counter())
        fast = {k: v["handling_minutes"] for k, v in cells(table("unit", ["handling_minutes"], of=one)).items()}
        for key, micros in slow.items():
            assert fast.get(key, Decimal("0.00")) == half_up(micros, 60_000_000)


def test_every_number_opens_to_as_many_rows_as_it_says(walked: list[Walk], db: None) -> None:
    known, opened = shipped(), 0
    for by in ("unit", "post"):
        question = Question(PERIODS[3], by)
        found = table(by, of=PERIODS[3])
        for column in found.columns:
            if isinstance(column, Count) and not column.sum:
                with plain() as connection:
                    total = open_rows(connection, column, question, None, most=100_000)
                    assert len(total) == found.total.values[column.key], column.key
                for row in found.rows[:4]:
                    with plain() as connection:
                        rows = open_rows(connection, column, question, row.key, most=100_000)
                    assert len(rows) == row.values[column.key], (column.key, row.key)
                    opened += len(rows)
    assert opened > 200
    assert len(known.all) > 200


def test_facts_brought_over_are_facts_rebuilt(walked: list[Walk], db: None) -> None:
    def everything() -> list[object]:
        with plain() as connection:
            return [
                connection.execute(f"select * from evaluation_{n} order by 1, 2".encode()).fetchall()
                for n in facts.NAMES
            ]

    before = everything()
    with plain() as connection:
        assert facts.refresh(connection) == 0, "nothing changed since"
        cases = facts.rebuild(connection)
    assert everything() == before
    assert cases == sum(len(walk.story.cases) for walk in walked)


def test_a_period_before_everything_is_all_zero_and_dashes(walked: list[Walk], db: None) -> None:
    none: Period = period(date(2019, 1, 1), date(2019, 1, 31), SHANGHAI, LATER)
    total = table("unit", of=none).total.values
    assert {v for k, v in total.items() if k.endswith("_rate")} == {None}
    assert {v for v in total.values() if v is not None} == {0, Decimal("0.00")}
