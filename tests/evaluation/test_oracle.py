"""All numbers are those of a second, independent count over the same timelines, for any period, subject and total."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import counting, facts
from citygrid.evaluation.counting import Question, open_rows
from citygrid.evaluation.definitions import SUBJECTS, Count, shipped
from citygrid.evaluation.periods import Period, period
from citygrid.process.rules import Variant
from tests.evaluation.lives import ALWAYS, LATER, SHANGHAI, cells, table, write
from tests.evaluation.oracle import Oracle, values
from tests.evaluation.test_subjects import supervise
from tests.process.city import CITY_RUN, DISTRICT_RUN, SANITATION, WORKS
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
WAYS = [("unit", "unit"), ("post", "post"), ("class", "class"), ("source", "source"),
        ("area", "district"), ("area", "street"), ("area", "community"), ("collector", "collector"),
        ("contractor", "contractor"), ("in_charge", "in_charge"), ("centre", "centre")]  # fmt: skip


def added(rows: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for counts in rows:
        total.update(counts)
    return dict(total)


def agree(oracle: Oracle, periods: list[Period]) -> set[str]:
    """Both counts say the same of every cell and total; the indicators that had a number."""
    had: set[str] = set()
    for one in periods:
        counted = oracle.counted(one)
        for by, subject in WAYS:
            fast = table(by, of=one, level=subject if by == "area" else "district")
            keys = [c.key for c in fast.columns]
            slow = oracle.by(subject, counted)
            there = {key: values(counts, keys) for key, counts in slow.items()}
            for key, row in cells(fast).items():
                assert row == there.pop(key, values({}, keys)), (one, by, key)
            assert not [k for k, row in there.items() if any(v for v in row.values())], (one, by)
            had |= {c.key for c in fast.columns if fast.total.values[c.key]}
            assert dict(fast.total.values) == values(added(slow.values()), keys), (one, by)
    return had


def test_the_slow_count_says_the_same_of_wild_lives(walked: list[Walk], db: None) -> None:
    had = agree(Oracle([walk.story for walk in walked]), PERIODS)
    assert len(had) > 190, "nearly all came up"


def test_the_slow_count_says_the_same_of_who_supervises(walked: list[Walk], db: None) -> None:
    """S1-47: a unit with two supervisors counts for both; the total has it once."""
    over = {supervise("one", SANITATION, WORKS): (SANITATION, WORKS), supervise("two", WORKS): (WORKS,)}
    oracle = Oracle([walk.story for walk in walked])
    for of in (ALWAYS, PERIODS[10]):
        units = oracle.by("unit", oracle.counted(of))
        fast = table("supervisor", of=of)
        keys, rows = [c.key for c in fast.columns], cells(fast)
        for body, those in over.items():
            assert rows[(body,)] == values(added(units.get((unit,), {}) for unit in those), keys)
        others = [counts for unit, counts in units.items() if unit not in ((SANITATION,), (WORKS,))]
        assert rows[(None,)] == values(added(others), keys)
        assert dict(fast.total.values) == values(added(units.values()), keys)


@pytest.mark.long
@pytest.mark.parametrize("variant", [CITY_RUN, DISTRICT_RUN, None], ids=["city", "district", "by district"])
@pytest.mark.parametrize("seed", range(11, 15))
def test_the_slow_count_says_the_same_of_other_seeds_and_ways_to_run(
    city: None, seed: int, variant: Variant | None
) -> None:
    """One process everywhere, the other, each in its district; looked at from another time zone, too (Kashgar)."""
    walk = Walk(seed, variant=variant).run(500)
    write(walk.story.entries.values())
    west = period(date(2026, 3, 2), date(2026, 3, 14), ZoneInfo("Asia/Kashgar"), LATER)
    assert len(agree(Oracle([walk.story]), [west, PERIODS[10]])) > 60


def test_row_by_row_and_by_groups_give_the_same(walked: list[Walk], db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for by in ("unit", "post"):
        answers = []
        for few in (0, 10_000):
            monkeypatch.setattr(counting, "FEW", few)
            answers.append((cells(table(by, of=PERIODS[3])), table(by, of=PERIODS[3]).total.values))
        assert answers[0] == answers[1]
        assert len(answers[0][0]) > 3


def test_every_number_opens_to_as_many_rows_as_it_says(walked: list[Walk], db: None) -> None:
    """Every cell of every count, and every total."""
    opened = 0
    for by in (one for one in SUBJECTS if one != "supervisor"):  # test_subjects has that one
        question = Question(PERIODS[3], by)
        found = table(by, of=PERIODS[3])
        for column in found.columns[:: 1 if by in ("unit", "area", "post") else 7]:  # the others are asked the same way
            if isinstance(column, Count) and not column.sum:
                for row in (*found.rows, found.total):
                    if row.values[column.key] or row.key is None:
                        with plain() as connection:
                            rows = open_rows(connection, column, question, row.key, most=100_000)
                        assert len(rows) == row.values[column.key], (column.key, row.key)
                        opened += len(rows)
    assert opened > 5_000


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
    assert len(shipped().all) > 200
