"""Limits that are over, dues computed anew, claimed times (S0-44, S0-46, S1-50; DESIGN idea 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from citygrid.process import SYSTEM
from tests.process.city import (
    CHEN,
    CITY_RUN,
    COVER,
    LI,
    MONDAY,
    RUBBISH,
    RULES,
    SANITATION,
    SUN,
    THERE,
    WANG,
    WHY,
    ZHAO,
    ZHOU,
    Story,
    calendar,
    limit,
    photo,
    rules_with,
)


def test_past_its_limit_a_unit_owes_an_explanation_once() -> None:
    """S0-46: unsolved after the limit: explained to the centre."""
    story = Story().handling()
    story.now = story.held("handle").due
    story.refused("not_lapsed", SYSTEM, "lapse")
    case = story.later(minutes=1).do(SYSTEM, "lapse")
    item = story.held("explain")
    assert item.holder.body == SANITATION and story.held("handle").lapsed
    story.refused("not_lapsed", SYSTEM, "lapse")
    story.refused("not_your_role", WANG, "lapse")
    case = story.later(minutes=30).do(SUN, "explain", reason=WHY)
    assert case.assignments[0].explained and story.kinds() == ["handle"]


def test_an_explanation_is_owed_beyond_the_end() -> None:
    story = Story().handling().later(days=3)
    story.do(SYSTEM, "lapse")
    story.asked("void", CHEN).do(WANG, "approve", granted=True)
    assert story.kinds() == ["explain"]
    story.later(days=3).do(SYSTEM, "lapse")
    assert story.do(SUN, "explain", reason=WHY).work == ()


def test_a_paused_clock_does_not_lapse() -> None:
    story = Story().handling().asked("return").later(days=9)
    story.do(SYSTEM, "lapse")
    assert not story.held("handle").lapsed and story.held("approve").lapsed


def test_retimed_when_the_calendar_is_published() -> None:
    """重算时限: from the opening, with extensions and pauses."""
    story = Story().handling()
    story.refused("nothing_to_retime", SYSTEM, "retime")
    story.asked("extend", limit="2 work_hour").do(LI, "approve", granted=True)
    before = story.held("handle")
    story.rules = replace(RULES, version="rules-2", calendars={"office": calendar("office", "10:00-12:00")})
    case = story.do(SYSTEM, "retime")
    after = story.held("handle")
    assert after.due > before.due and case.due == after.due == case.assignments[0].due
    assert story.rules.calendars["office"].elapsed(after.opened_at, after.due, limit("1 work_hour").unit) == timedelta(
        hours=6
    )


def test_the_calendar_ends() -> None:
    story = Story(now=MONDAY.replace(year=2027, month=12, day=31)).filed(RUBBISH, "2")
    refusal = story.refused("calendar_gap", LI, "dispatch", body=SANITATION)
    assert "2028" in str(refusal)
    story = Story().handling()
    story.refused("calendar_gap", SUN, "request", request="suspend", mode="hang", reason=WHY, limit="10000000 work_day")
    story = Story().handling()
    story.asked("extend", limit="10000000 natural_day").refused("calendar_gap", LI, "approve", granted=True)


# Claimed times


def test_a_feedback_counts_when_it_was_done_as_far_as_the_city_credits() -> None:
    """Offline: done at 17:50, delivered at 18:30, due at 18:00 is on time; the limit lapsed meanwhile."""
    story = Story().handling(RUBBISH, "2")
    story.now = story.held("handle").due + timedelta(minutes=1)
    story.do(SYSTEM, "lapse")
    done = story.now - timedelta(minutes=11)
    case = story.later(minutes=29).do(SUN, "feed_back", claimed=done, media=[photo("a")])
    assert (case.handled_at, case.assignments[0].late) == (done, False)
    assert story.last().recorded_at == story.now and story.last().effective_at == done


def test_more_than_the_credit_is_not_believed() -> None:
    story = Story().handling(COVER, "2").later(hours=20)
    case = story.do(SUN, "feed_back", claimed=story.now - timedelta(hours=19), media=[photo("a")])
    assert case.handled_at == story.now - timedelta(hours=8)


def test_where_the_city_sets_no_bound_any_claim_counts() -> None:
    story = Story().handling(COVER, "2", place=THERE).later(hours=20)
    done = story.now - timedelta(hours=19)
    assert story.do(SUN, "feed_back", claimed=done, media=[photo("a")]).handled_at == done


def test_never_before_the_work_item_was_opened() -> None:
    story = Story().dispatched(COVER)
    opened = story.held("arrive").opened_at
    story.later(minutes=30).do(ZHOU, "arrive", claimed=opened - timedelta(hours=1), media=[photo("a")])
    assert story.case.assignments[0].arrived_at == opened


def test_never_before_the_main_line_last_moved() -> None:
    story = Story().handling()
    story.later(minutes=30).asked("return").later(minutes=30)
    asked = story.case.since
    story.do(SUN, "withdraw", request=1, claimed=asked - timedelta(minutes=20))
    assert story.last().effective_at == asked


def test_nothing_closes_before_it_opened() -> None:
    """Claimed feedback ends the request for more time that was asked after it: it counts from the asking."""
    story = Story().handling().later(hours=1)
    story.asked("extend")
    asked = story.now
    story.later(minutes=10).do(SUN, "feed_back", claimed=asked - timedelta(minutes=30), media=[photo("a")])
    assert story.last().effective_at == asked


def test_the_future_is_refused() -> None:
    story = Story().handling()
    story.refused("future", SUN, "feed_back", claimed=story.now + timedelta(seconds=1), media=[photo("a")])


def test_a_claimed_report_begins_the_case_earlier() -> None:
    story = Story()
    data = {"source": "patrol", "class_id": "stall", "lon": "121.5000000", "lat": "31.2000000"}
    case = story.do(ZHAO, "report", claimed=MONDAY - timedelta(hours=2), **data)
    assert case.received_at == MONDAY - timedelta(hours=2) == story.held("accept").opened_at


def test_history_runs_at_its_own_times() -> None:
    """Imports: evidence that the source lacks is recorded as absent."""
    story = Story(rules=rules_with(credit=limit("1 urgent_minute"))).handling().later(hours=9)
    done = story.now - timedelta(hours=8)
    case = story.do(SUN, "feed_back", claimed=done, facts={"imported": True})
    assert case.handled_at == done and case.media_absent


@pytest.mark.parametrize("kind", ["handle", "explain"])
def test_every_clock_has_its_limit_and_light(kind: str) -> None:
    story = Story().handling().later(days=1)
    story.do(SYSTEM, "lapse")
    item = story.held(kind)
    assert item.opened_at < item.warn_at < item.due
    assert CITY_RUN.credit is not None
