"""Hand-made lives with the answer counted by hand: Sun's sanitation unit, Wu's works unit, Zhao who checks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection as django_connection

from citygrid.cases.database import plain
from citygrid.evaluation import facts
from citygrid.evaluation.periods import period
from tests.evaluation.lives import LATER, SHANGHAI, cells, table, write
from tests.process.city import CHEN, FENG, LI, RUBBISH, SANITATION, SUN, WANG, WHY, WORKS, WU, ZHAO, Story, photo

MARCH = period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, LATER)
SUN_UNIT, WU_UNIT = (SANITATION,), (WORKS,)


def story(number: int) -> Story:
    found = Story()
    found.id = UUID(int=number)
    return found


def told(*stories: Story) -> None:
    write([entries for one in stories for entries in one.entries.values()])


def late_feedback(number: int) -> Story:
    """Four working hours are over in the afternoon; Sun feeds back two days later."""
    one = story(number).handling()
    one.later(days=2).do(SUN, "feed_back", media=[photo("after")])
    return one


def test_one_on_time_one_late_one_overdue_one_not_yet_due(city: None) -> None:
    told(story(1).closed(), late_feedback(2), story(3).handling(), story(4).handling(RUBBISH, "2"))
    now = datetime(2026, 3, 2, 8, tzinfo=UTC)  # Monday 16:00: four hours are over, the day is not
    values = cells(table("unit", of=period(date(2026, 3, 1), date(2026, 3, 31), SHANGHAI, now)))[SUN_UNIT]
    assert [values[k] for k in ("handlings", "handlings_overdue", "handlings_not_due", "handlings_due")] == [1, 2, 1, 3]
    assert values["handling_on_time_rate"] == Decimal("33.33")
    values = cells(table("unit", of=MARCH))[SUN_UNIT]
    assert [values[k] for k in ("handlings_on_time", "handlings_late", "handlings_overdue", "handlings_due")] == [
        1,
        1,
        2,
        4,
    ]
    assert [str(values[k]) for k in ("handling_rate", "handling_on_time_rate", "closing_rate")] == [
        "50.00",
        "25.00",
        "25.00",
    ]


def test_a_month_that_is_over_stays_as_it_was(city: None) -> None:
    """What was overdue at the end of a period is so for that period, also when it is done in the next."""
    told(late_feedback(1))
    day = period(date(2026, 3, 2), date(2026, 3, 2), SHANGHAI, LATER)
    later = period(date(2026, 3, 3), date(2026, 3, 5), SHANGHAI, LATER)
    assert [table("unit", [k], of=day).total.values[k] for k in ("handlings_overdue", "handlings_late")] == [1, 0]
    assert [table("unit", [k], of=later).total.values[k] for k in ("handlings_overdue", "handlings_late")] == [0, 1]
    assert table("unit", ["handlings_opened"], of=later).total.values["handlings_opened"] == 0, "carried over"


def test_rework_is_counted_at_closing_and_for_the_unit(city: None) -> None:
    again = story(1).checked(result="not_fixed")
    again.later(minutes=5).do(WANG, "rework", reason=WHY)
    open_case = story(2).checked(result="not_fixed")
    open_case.later(minutes=5).do(WANG, "rework", reason=WHY)
    again.later(minutes=30).do(SUN, "feed_back", media=[photo("better")])
    again.later(minutes=5).do(CHEN, "send_check")
    again.later(minutes=5).do(ZHAO, "check", result="fixed", media=[photo("fine")])
    again.later(minutes=5).do(WANG, "close", outcome="qualified")
    told(again, open_case)
    values = cells(table("unit", of=MARCH))[SUN_UNIT]
    assert (values["reworks"], values["closings"], values["handlings"]) == (1, 1, 1)
    assert values["checks"] == 3, "two checks of the first, one of the second"


def test_a_return_counts_for_who_asked_and_a_wrong_dispatch_for_who_dispatched(city: None) -> None:
    one = story(1).handling(body=WORKS)
    one.asked("return", WU).later(minutes=5).do(LI, "approve", granted=True)
    one.later(minutes=5).do(LI, "dispatch", body=SANITATION)
    told(one)
    by_unit = cells(table("unit", ["returns", "dispatches_wrong", "dispatches_accurate", "handlings_ended"], of=MARCH))
    assert by_unit[WU_UNIT] == {"returns": 1, "dispatches_wrong": 1, "dispatches_accurate": 0, "handlings_ended": 1}
    assert by_unit[SUN_UNIT] == {"returns": 0, "dispatches_wrong": 0, "dispatches_accurate": 1, "handlings_ended": 0}
    by_post = cells(table("post", ["dispatches", "dispatches_wrong", "dispatch_accuracy_rate"], of=MARCH))
    li = ("dispatcher", LI.person, None)
    assert by_post[li] == {"dispatches": 2, "dispatches_wrong": 1, "dispatch_accuracy_rate": Decimal("50.00")}


def test_a_suspended_clock_is_not_overdue(city: None) -> None:
    one = story(1).handling()
    one.asked("suspend", mode="hang", limit="60 natural_day")
    one.do(LI, "approve", granted=True)
    one.later(minutes=1).do(FENG, "approve", granted=True)
    told(one)
    values = table("unit", of=MARCH).total.values
    assert (values["suspensions"], values["deferrals"]) == (1, 0)
    assert (values["handlings_overdue"], values["handlings_not_due"], values["closings_overdue"]) == (0, 1, 0)


def test_exempt_leaves_the_statistics_and_its_facts_stay(city: None) -> None:
    one = late_feedback(1)
    one.later(minutes=5).do(CHEN, "send_check")
    one.later(minutes=5).do(ZHAO, "check", result="fixed", media=[photo("fine")])
    one.later(minutes=5).do(WANG, "close", outcome="qualified")
    one.later(days=1).do(SUN, "appeal", reason=WHY)
    one.do(LI, "review_appeal", granted=True)
    one.do(CHEN, "review_appeal", granted=True)
    told(one)
    values = table("unit", of=MARCH).total.values
    assert (values["handlings_late"], values["handlings_due"], values["closings_late"], values["closings"]) == (
        0,
        0,
        0,
        0,
    )
    assert (values["exemptions"], values["filed_closings"], values["checks"]) == (1, 1, 1)
    with plain() as connection:
        row = connection.execute("select late, exempt, unit from evaluation_item where kind = 'handle'").fetchone()
    assert row == (True, True, SANITATION)


def test_posts_own_what_they_did_and_queues_what_nobody_did(city: None) -> None:
    told(story(1).closed(), story(2).filed())
    by_post = cells(table("post", ["filings", "dispatches", "dispatches_to_do", "closing_decisions"], of=MARCH))
    assert by_post[("shift_leader", WANG.person, None)]["filings"] == 2
    assert by_post[("dispatcher", LI.person, None)]["dispatches"] == 1
    assert by_post[("dispatcher", None, LI.body)]["dispatches_to_do"] == 1


def test_a_filing_that_was_taken_back_is_none(city: None) -> None:
    one = story(1).filed()
    one.later(minutes=1).do(LI, "unfile", reason=WHY)
    told(one)
    values = table("class", of=MARCH).total.values
    assert (values["filings"], values["filed_cases"], values["filings_opened"], values["filings_to_do"]) == (0, 0, 2, 1)
    assert values["dispatches_ended"] == 1


@pytest.mark.parametrize(("derived", "shown"), [(["file_case"], None), (["check"], 2), ([], 2)])
def test_what_rests_on_derived_acts_has_no_number(city: None, derived: list[str], shown: int | None) -> None:
    """A history told only some acts: what rests on the others prints a dash, in the total too."""
    with django_connection.cursor() as cursor:
        cursor.execute(
            "insert into cases_origin (case_id, system, source_case, derived, digest) values (%s, 'old', '1', %s, '')",
            [UUID(int=1), derived],
        )
    told(story(1).filed(), story(2).filed())
    values = table("class", ["filings", "reports", "filing_rate"], of=MARCH).total.values
    assert values["filings"] == shown
    assert values["reports"] == 2
    assert (values["filing_rate"] is None) == (shown is None)


def test_a_change_is_brought_over(city: None) -> None:
    told(story(1).filed())
    with plain() as connection:
        connection.execute("update cases_head set version = version + 1")
        connection.execute("update cases_case set version = version + 1, source = 'web'")
        assert facts.refresh(connection) == 1
    assert list(cells(table("source", ["filings"], of=MARCH))) == [("web",)]
