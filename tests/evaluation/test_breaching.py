"""What will breach: the chance is counted over what was finished before, in the working time
that the limit runs in (S2-35)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.cases.database import cursor, plain
from citygrid.evaluation.insight import breaching, finishing
from citygrid.evaluation.insight.breaching import Expected, Task
from citygrid.evaluation.insight.finishing import Finished
from citygrid.worktime import Limit, instants
from tests.evaluation.offices import simulated
from tests.evaluation.test_golden import late_feedback, story, told
from tests.process.city import CLASSES, COVER, MONDAY, RULES, SANITATION, SUN, WORKS, WU, photo

HOUR = timedelta(hours=1)
HOURS = 3_600_000_000  # microseconds of one
FRIDAY = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)  # 17:00 in Shanghai; the office closes at 18:00


def task(n: int = 1, class_id: str = "rubbish", unit: int = SANITATION) -> Task:
    due = instants.micros(MONDAY + 4 * HOUR)
    return Task(UUID(int=n), n, f"C-{n}", class_id, unit, 1, due, "4 work_hour", "office")


def history(*slacks: float, class_id: str = "rubbish", unit: int = SANITATION) -> list[Finished]:
    """Hours that were left when a task was finished; negative: late."""
    return [Finished(unit, class_id, [round(slack * HOURS) for slack in slacks])]


def one(of: Iterable[Finished], left: float, least: int = 4) -> Expected:
    (found,) = breaching.expected([task()], of, lambda _: round(left * HOURS), least)
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
    found = breaching.expected(tasks, past, lambda _: 2 * HOURS, 4)
    assert [(e.task.item, e.over) for e in found] == [(2, "both"), (3, "all"), (1, "both")]
    assert [e.chance for e in found] == [0.75, 0.5, 0.25]


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=40), st.floats(0.1, 9), st.floats(0.1, 9))
def test_less_time_left_never_means_a_smaller_chance(slacks: list[float], some: float, more: float) -> None:
    some, more = sorted((some, more))
    less_left, more_left = one(history(*slacks), some, 1), one(history(*slacks), more, 1)
    if less_left.chance is not None and more_left.chance is not None:
        assert 0 <= more_left.chance <= less_left.chance <= 1


def left(limit: str | None, start: datetime, due: datetime) -> timedelta:
    told = finishing.time_left(RULES, SANITATION, "office", limit, instants.micros(start), instants.micros(due))
    return timedelta(microseconds=told)


@pytest.mark.parametrize(
    ("limit", "hours"),
    [("4 work_hour", 2), ("1 work_day", 2), ("6 urgent_hour", 64), (None, 2)],
)
def test_a_weekend_is_no_time_left_but_for_urgent_limits(limit: str | None, hours: int) -> None:
    """From Friday 17:00 to Monday 09:00: an hour on Friday and one on Monday."""
    due = FRIDAY + timedelta(hours=64)
    assert left(limit, FRIDAY, due) == hours * HOUR


def test_where_the_calendar_ends_it_is_clock_time() -> None:
    late = datetime(2031, 1, 1, tzinfo=UTC)
    assert left("4 work_hour", late, late + HOUR) == HOUR


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


def finished(now: datetime) -> list[Finished]:
    with plain() as connection:
        return finishing.finished(connection, [SANITATION], list(CLASSES), now, RULES)


def test_what_was_finished_tells_the_slack(city: None) -> None:
    told(story(1).closed(), late_feedback(2))
    (one,) = finished(MONDAY + timedelta(days=30))
    assert (one.unit, one.class_id) == (SANITATION, "rubbish")
    assert [slack < 0 for slack in one.slacks] == [True, False], "the newest first"
    assert 0 < one.slacks[1] < 4 * HOURS
    assert SUN.body == SANITATION


def test_the_slack_is_what_the_calendar_says_of_each(city: None) -> None:
    """Of many lives, each by itself: from its end to its due, by the calendar, in the kind of time of its limit."""
    works = story(1).handling(body=WORKS)
    works.later(hours=1).do(WU, "feed_back", media=[photo("after")])
    urgent = story(2).handling(COVER, "1")
    urgent.later(minutes=20).do(SUN, "make_safe", media=[photo("safe")])
    urgent.later(minutes=20).do(SUN, "feed_back", media=[photo("after")])
    told(works, urgent, *simulated(150, seed=7))
    now = MONDAY + timedelta(days=90)
    said = {(one.unit, one.class_id): one.slacks for one in finished(now)}
    with plain() as connection:
        rows = cursor(connection).execute(SLOWLY, [list(CLASSES)]).fetchall()
    each: dict[tuple[int, str], list[int]] = {}
    for unit, class_id, late, done_at, due, limit in rows:
        calendar, kind = RULES.calendar_for(unit), Limit.parse(limit).unit
        slack = calendar.elapsed(done_at, due, kind) // timedelta(microseconds=1)
        each.setdefault((unit, class_id), []).append(-1 if late else max(0, slack))
    assert said == each and len(each) > 2 and min(map(min, each.values())) < 0 < max(map(max, each.values()))


SLOWLY = b"""select f.unit, f.class_id, f.late, f.done_at, f.due, i.limit_text from evaluation_item f
    join cases_item i on i.case_id = f.case_id and i.no = f.no
    where f.kind = 'handle' and f.outcome = 'done' and not f.exempt and f.due is not null
        and f.class_id = any(%s) order by f.done_at desc, f.case_id, f.no"""


def test_the_newest_that_were_finished_are_enough(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large city has finished more than anybody needs: the newest tell, and how late one was stays as it was."""
    told(story(1).closed(), late_feedback(2))
    whole = finished(MONDAY + timedelta(days=30))
    assert finished(MONDAY + timedelta(days=150)) == whole, "what was finished months ago is found too"
    assert len(whole[0].slacks) == 2
    assert finished(MONDAY + timedelta(days=30) + finishing.BACK) == []
    monkeypatch.setattr(finishing, "ENOUGH", 1)
    assert [one.slacks for one in finished(MONDAY + timedelta(days=30))] == [whole[0].slacks[:1]]
    monkeypatch.undo()
    monkeypatch.setattr(finishing, "EACH", 1)
    assert [one.slacks for one in finished(MONDAY + timedelta(days=30))] == [whole[0].slacks[:1]]


def test_a_limit_is_looked_up_where_it_is_asked_for(city: None) -> None:
    """Of a month of a large city the items are not read whole."""
    told(*simulated(150, seed=7))
    since, until = MONDAY - timedelta(days=60), MONDAY + timedelta(days=90)
    with plain() as connection:
        connection.execute("analyze cases_item, evaluation_item")
        # So few are looked up anyway: what shows is whether they must be.
        connection.execute("set local enable_nestloop = off")
        values = [since, until, [SANITATION], [], finishing.ENOUGH, since]
        explained = b"explain (analyze, format json) " + finishing._FINISHED
        plan = cursor(connection).execute(explained, values).fetchone()
        row = connection.execute("select count(*) from cases_item").fetchone()
    assert plan is not None and row is not None
    assert 0 < read(plan[0][0]["Plan"]) < row[0] // 9, "one of so many is a task that was finished"


def read(plan: dict[str, Any]) -> int:
    """Rows of items that a plan met."""
    mine = str(plan.get("Relation Name", "")).startswith("cases_item")
    here = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"] if mine else 0
    return round(here) + sum(read(one) for one in plan.get("Plans", ()))
