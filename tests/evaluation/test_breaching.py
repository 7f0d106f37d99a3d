"""What will breach: the chance is counted over what was finished before, in the working time
that the limit runs in (S2-35)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.cases.database import plain
from citygrid.evaluation.insight import breaching
from citygrid.evaluation.insight.breaching import Expected, Finished, Task
from tests.evaluation.test_golden import late_feedback, story, told
from tests.process.city import COVER, MONDAY, RULES, SANITATION, SUN, WORKS

HOUR = timedelta(hours=1)
FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)  # 17:00 in Shanghai; the office closes at 18:00


def task(n: int = 1, class_id: str = "rubbish", unit: int = SANITATION) -> Task:
    return Task(UUID(int=n), n, f"C-{n}", class_id, unit, 1, MONDAY, MONDAY + 4 * HOUR, "4 work_hour", "office")


def history(*slacks: float, class_id: str = "rubbish", unit: int = SANITATION) -> list[Finished]:
    """Hours that were left when a task was finished; negative: late."""
    return [Finished(unit, class_id, slack * HOUR) for slack in slacks]


def one(of: Iterable[Finished], left: float, least: int = 4) -> Expected:
    (found,) = breaching.expected([task()], of, lambda _: left * HOUR, least)
    return found


def test_those_that_were_finished_earlier_than_now_tell_nothing() -> None:
    """Two hours are left. Of six finished before two had three hours left: four were still open, two of them late."""
    found = one(history(3, 3, 1, 0.5, -1, -5), 2)
    assert (found.late, found.of, found.over, found.chance) == (2, 4, "both", 0.5)


def test_where_there_are_too_few_it_is_the_unit_then_the_class_then_all() -> None:
    few = history(1, -1)
    assert one([*few, *history(1, 1, -1, class_id="stall")], 2).over == "unit"
    assert one([*few, *history(1, 1, -1, unit=WORKS)], 2).over == "class"
    assert one([*few, *history(1, 1, -1, class_id="stall", unit=WORKS)], 2).over == "all"
    nobody = one(few, 2)
    assert (nobody.over, nobody.chance) == ("", None)


def test_the_likeliest_comes_first_and_who_nobody_can_tell_last() -> None:
    tasks = [task(1), task(2, "stall"), task(3, "poster", WORKS)]
    past = [*history(1, 1, 1, -1), *history(1, -1, -1, -1, class_id="stall")]
    found = breaching.expected(tasks, past, lambda _: 2 * HOUR, 4)
    assert [(e.task.item, e.over) for e in found] == [(2, "both"), (3, "all"), (1, "both")]
    assert [e.chance for e in found] == [0.75, 0.5, 0.25]


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=40), st.floats(0.1, 9), st.floats(0.1, 9))
def test_less_time_left_never_means_a_smaller_chance(slacks: list[float], some: float, more: float) -> None:
    some, more = sorted((some, more))
    less_left, more_left = one(history(*slacks), some, 1), one(history(*slacks), more, 1)
    if less_left.chance is not None and more_left.chance is not None:
        assert 0 <= more_left.chance <= less_left.chance <= 1


@pytest.mark.parametrize(
    ("limit", "hours"),
    [("4 work_hour", 2), ("1 work_day", 2), ("6 urgent_hour", 64), (None, 2)],
)
def test_a_weekend_is_no_time_left_but_for_urgent_limits(limit: str | None, hours: int) -> None:
    """From Friday 17:00 to Monday 09:00: an hour on Friday and one on Monday."""
    due = FRIDAY + timedelta(hours=64)
    assert breaching.time_left(RULES, SANITATION, "office", limit, FRIDAY, due) == hours * HOUR


def test_where_the_calendar_ends_it_is_clock_time() -> None:
    late = datetime(2031, 1, 1, tzinfo=UTC)
    assert breaching.time_left(RULES, SANITATION, "office", "4 work_hour", late, late + HOUR) == HOUR


def due_soon(now: datetime, hours: int) -> list[int]:
    with plain() as connection:
        return [one.case.int for one in breaching.due_soon(connection, now, hours, "true", [])]


def test_only_running_tasks_that_are_due_in_these_hours(city: None) -> None:
    """Rubbish of nine o'clock is due in the afternoon, the cover in six clock hours; the third is done."""
    paused = story(4).handling()
    paused.asked("suspend", mode="hang", limit="9 natural_day")
    told(story(1).handling(), story(2).handling(COVER, "1"), story(3).closed())
    told(late_feedback(5))
    now = MONDAY + HOUR
    assert set(due_soon(now, 24)) == {1, 2}
    assert due_soon(now, 1) == [], "none within the hour"
    assert due_soon(now + timedelta(days=3), 24) == [], "what is over its limit will not breach: it has"


def test_what_was_finished_tells_the_slack(city: None) -> None:
    told(story(1).closed(), late_feedback(2))
    with plain() as connection:
        found = breaching.finished(connection, [task()], MONDAY + timedelta(days=30), RULES)
    assert sorted(one.slack < timedelta(0) for one in found) == [False, True]
    (good,) = [one.slack for one in found if one.slack > timedelta(0)]
    assert timedelta(0) < good < 4 * HOUR
    assert {(one.unit, one.class_id) for one in found} == {(SANITATION, "rubbish")}
    assert SUN.body == SANITATION


def test_the_newest_that_were_finished_are_enough(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large city has finished more than anybody needs: the newest tell, and how late one was stays as it was."""
    told(story(1).closed(), late_feedback(2))
    with plain() as connection:
        whole = breaching.finished(connection, [task()], MONDAY + timedelta(days=30), RULES)
        later = breaching.finished(connection, [task()], MONDAY + timedelta(days=150), RULES)
        assert later == whole and len(whole) == 2, "what was finished months ago is found too"
        assert breaching.finished(connection, [task()], MONDAY + timedelta(days=30) + breaching.BACK, RULES) == []
        monkeypatch.setattr(breaching, "ENOUGH", 1)
        assert breaching.finished(connection, [task()], MONDAY + timedelta(days=30), RULES) == whole[:1]
