"""公共安全确认: within minutes a person says whether it is a danger to the public (S4-24; a measured false rate)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from citygrid.process import SYSTEM
from tests.process.city import CHEN, COVER, DU, HERE, LI, POSTER, RUBBISH, SUN, THERE, WANG, WHY, ZHAO, Story, photo


def test_a_dangerous_class_asks_within_five_minutes_and_others_do_not() -> None:
    story = Story().reported(COVER)
    item = story.held("confirm")
    assert (item.due - story.now, item.holder.role, item.main) == (timedelta(minutes=5), "call_taker", False)
    story.refused("not_yours", DU, "confirm", true=True)
    story.refused("not_your_role", ZHAO, "confirm", true=True)
    assert story.later(minutes=2).do(CHEN, "confirm", true=True).safety_confirmed is True
    assert story.last().data["close"] == [{"no": item.no, "outcome": "true", "late": False}]
    harmless = Story().reported(RUBBISH)
    assert "confirm" not in harmless.kinds()
    harmless.refused("not_safety", CHEN, "confirm", true=True)


def test_what_is_no_danger_is_not_filed_as_one() -> None:
    story = Story().reported(COVER).later(minutes=1)
    assert story.do(CHEN, "confirm", true=False).safety_confirmed is False
    story.do(CHEN, "accept")
    story.refused("safety_denied", WANG, "file_case", condition="1")
    assert story.do(WANG, "file_case", condition="2").safety is False
    story.refused("safety_denied", CHEN, "reclassify", class_id=COVER, condition="1", reason=WHY)


def test_it_is_asked_once_for_a_class_and_may_be_looked_at_again() -> None:
    story = Story().reported(COVER)
    story.do(CHEN, "confirm", true=False)
    story.refused("same_value", CHEN, "confirm", true=False)
    story.do(CHEN, "confirm", true=True)
    story.do(CHEN, "accept")
    assert "confirm" not in story.kinds(), "asked once"
    story.do(CHEN, "reclassify", class_id=RUBBISH, reason=WHY)
    assert story.case.safety_confirmed is None and "confirm" not in story.kinds()
    story.do(CHEN, "reclassify", class_id=COVER, reason=WHY)
    assert "confirm" in story.kinds(), "another class asks anew"
    story.do(WANG, "file_case", condition="2")
    assert "confirm" not in story.kinds(), "filed as no danger: nothing to confirm"


def test_acceptance_with_a_dangerous_class_asks_and_a_refusal_ends_it() -> None:
    story = Story().reported(POSTER)
    story.do(CHEN, "accept", class_id=COVER)
    assert "confirm" in story.kinds()
    ended = Story().reported(COVER)
    assert ended.do(CHEN, "refuse", reason=WHY).work == ()


def test_a_history_is_not_asked_but_may_tell() -> None:
    story = Story()
    data = {"source": "patrol", "class_id": COVER, "lon": HERE.lon, "lat": HERE.lat}
    story.do(ZHAO, "report", facts={"imported": True}, **data)
    assert "confirm" not in story.kinds()
    assert story.do(CHEN, "confirm", true=True, facts={"imported": True}).safety_confirmed is True


@given(minutes=st.integers(0, 600), place=st.sampled_from([HERE, THERE]))
def test_the_minutes_run_on_the_clock_whatever_the_hour(minutes: int, place: object) -> None:
    """Five minutes from data, nights and holidays included; past them it lapses, and the main line never waits."""
    story = Story().later(minutes=minutes)
    data = {"source": "patrol", "class_id": COVER, "lon": place.lon, "lat": place.lat, "media": [photo("a")]}
    story.do(ZHAO, "report", **data)
    item = story.held("confirm")
    assert item.due == story.now + timedelta(minutes=5)
    assert story.case.line.kind == "accept"
    story.later(minutes=6)
    story.do(SYSTEM, "lapse", item=item.no)
    assert story.held("confirm").lapsed
    story.do(CHEN if place is HERE else DU, "confirm", true=True)
    assert story.last().data["close"][0]["late"] is True


def test_what_nobody_owes_any_more_is_not_confirmed() -> None:
    story = Story().dispatched(COVER)
    assert "confirm" in story.kinds(), "filed as a danger, still to be confirmed"
    story.do(CHEN, "confirm", true=True)
    for who in (LI, SUN):
        story.refused("not_your_role", who, "confirm", true=False)
