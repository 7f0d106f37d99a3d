"""应督查数、督查数、按时督查数: what a draw chose is owed until the day that it names (GB/T 30428.4; S0-47)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from citygrid.cases.closing_models import Draw, DrawnCase
from citygrid.cases.database import plain
from citygrid.evaluation import counting, facts, rolled
from citygrid.evaluation.counting import Question, open_rows
from citygrid.evaluation.definitions import Count, shipped
from citygrid.evaluation.periods import period
from tests.evaluation.lives import LATER, SHANGHAI, cells, table
from tests.evaluation.test_golden import MARCH, SUN_UNIT, story, told
from tests.process.city import HE, MA

STEM = "drawn_inspections"
HAND = {
    "_opened": 4, "_due": 3, "": 2, "_on_time": 1, "_late": 1, "_overdue": 1, "_not_due": 1, "_to_do": 2, "_ended": 0,
}  # fmt: skip
HES = ("inspector", HE.person, None)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=SHANGHAI)


def drew(at: datetime, due: datetime | None, *numbers: int) -> dict[int, DrawnCase]:
    row = Draw.objects.create(
        at=at, by=HE.person, due=due, role="inspector", body=None, seed="s", since=date(2026, 3, 1),
        until=date(2026, 3, 9), wanted=9, population=9, pool="p",
    )  # fmt: skip
    return {n: DrawnCase.objects.create(draw=row, place=n, case_id=UUID(int=n)) for n in numbers}


def looked(one: DrawnCase, at: datetime, result: str, by: int = HE.person) -> None:
    one.at, one.result, one.by = at, result, by
    one.save()


def brought() -> None:
    with plain() as connection:
        facts.refresh(connection)


@pytest.fixture
def lots(city: None) -> dict[int, DrawnCase]:
    """Four closed cases: three drawn on the 10th for the 16th, one on the 30th for the 5th of April."""
    told(*(story(n).closed() for n in (1, 2, 3, 4)))
    lots = drew(day(3, 10), day(3, 17), 1, 2, 3) | drew(day(3, 30), day(4, 6), 4)
    looked(lots[1], day(3, 12), "in_order")
    looked(lots[2], day(3, 20), "not_in_order")
    brought()
    return lots


def test_nine_counts_of_four_lots(lots: dict[int, DrawnCase]) -> None:
    keys = [f"{STEM}{end}" for end in HAND]
    for by, subject in (("unit", SUN_UNIT), ("post", HES)):
        rows = cells(table(by, [*keys, "drawn_inspection_on_time_rate"], of=MARCH))
        assert rows[subject] == {
            **{f"{STEM}{end}": n for end, n in HAND.items()}, "drawn_inspection_on_time_rate": Decimal("33.33"),
        }  # fmt: skip
    one = shipped().all[f"{STEM}_due"]
    assert isinstance(one, Count)
    with plain() as connection:
        behind = open_rows(connection, one, Question(MARCH, "post"), HES)
    assert [row.case.int for row in behind] == [1, 2, 3]


def test_what_is_looked_at_later_was_owed_before(lots: dict[int, DrawnCase]) -> None:
    """April looks at the third and the fourth; March stays as it was."""
    looked(lots[3], day(4, 2), "in_order")
    looked(lots[4], day(4, 5), "in_order")
    brought()
    march = table("unit", [f"{STEM}{end}" for end in HAND], of=MARCH).total.values
    assert march == {f"{STEM}{end}": n for end, n in HAND.items()}
    april = period(date(2026, 4, 1), date(2026, 4, 30), SHANGHAI, LATER)
    told_of = table("unit", [f"{STEM}{end}" for end in ("", "_on_time", "_late", "_opened")], of=april).total.values
    assert list(told_of.values()) == [2, 1, 1, 0]


def test_a_lot_without_a_limit_is_never_late(city: None) -> None:
    told(story(1).closed(), story(2).closed())
    lots = drew(day(3, 10), None, 1, 2)
    looked(lots[1], datetime(2026, 3, 31, 15, 59, 59, tzinfo=UTC), "in_order")
    brought()
    keys = [f"{STEM}{end}" for end in ("_due", "_on_time", "_not_due")]
    assert list(table("unit", keys, of=MARCH).total.values.values()) == [1, 1, 1]


def test_who_looked_in_the_place_of_who_drew_has_it(city: None) -> None:
    """The act on the case tells on which post Ma was; an act without a draw is no 督查数."""
    stories = [story(number).closed() for number in (1, 2)]
    for one in stories:
        one.now = day(3, 12)
        one.do(MA, "inspect", result="in_order")
    told(*stories)
    lots = drew(day(3, 10), None, 1)
    looked(lots[1], day(3, 12), "in_order", MA.person)
    brought()
    rows = cells(table("post", [STEM, "inspections"], of=MARCH))
    assert rows[("inspector", MA.person, None)] == {STEM: 1, "inspections": 2}


def test_refreshed_is_rebuilt_and_days_say_the_same(lots: dict[int, DrawnCase]) -> None:
    counts = [one for one in shipped().all.values() if isinstance(one, Count) and one.key.startswith(STEM)]
    question = Question(MARCH, "post")

    def rows() -> list[object]:
        with plain() as connection:
            of_days = rolled.count(connection, counts, question).numbers
            assert of_days == counting.count(connection, counts, question).numbers
            return [*connection.execute("select * from evaluation_item order by case_id, no").fetchall()]

    with plain() as connection:
        facts.keep_days(connection, "Asia/Shanghai")
    looked(lots[3], day(3, 31), "in_order")
    lots[4].delete()
    brought()
    before = rows()
    with plain() as connection:
        facts.rebuild(connection)
    assert rows() == before
