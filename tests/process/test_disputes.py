"""先行处置、协调确权、无责任主体: repaired first, settled later, paid by whom (S0-34..41, S3-20; workflow 9)."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from citygrid.process import offers
from citygrid.process.states import State
from tests.process.city import CHEN, GAO, LI, SANITATION, SUN, WANG, WHY, WORKS, WU, ZHAO, Story, photo, text
from tests.process.walker import main_line

GROUND = text("the map")


def ordered(body: int = WORKS) -> Story:
    """Referred to the commission; the dispatcher orders the repair all the same."""
    story = Story().handling().later(minutes=30)
    story.do(LI, "refer", reason=WHY, ground="boundary")
    story.later(minutes=10).do(LI, "order_first", body=body, reason=WHY)
    return story


def test_repair_first_and_settle_the_duty_later() -> None:
    story = ordered()
    case = story.case
    assert case.state is State.ASSIGNED and case.assignments[-1].provisional
    assert case.line.kind == "handle" and case.line.opened_at == story.now, "the handling clock starts"
    assert story.held("settle").shadow_at == story.now, "the dispute stays open beside it"
    story.later(minutes=5).do(WU, "sign")
    story.refused("not_yours", LI, "settle", body=SANITATION, ground=GROUND)
    case = story.later(hours=1).do(GAO, "settle", body=SANITATION, ground=GROUND, precedent="QZ-2026-7")
    assert (case.state, case.duty, case.line.holder.body) == (State.HANDLING, SANITATION, WORKS), "the work goes on"
    assert "settle" not in story.kinds()
    story.refused("cost_missing", WU, "feed_back", media=[photo("a")])
    assert story.do(WU, "feed_back", media=[photo("a")], cost=120_00).cost == 120_00


def test_the_duty_is_settled_even_after_the_case_is_closed() -> None:
    story = ordered()
    story.do(WU, "sign")
    story.do(WU, "feed_back", media=[photo("a")], cost=1)
    story.do(CHEN, "send_check")
    story.do(ZHAO, "check", result="fixed", media=[photo("b")])
    case = story.do(WANG, "close", outcome="qualified")
    assert [i.kind for i in case.work] == ["settle"]
    story.later(days=3)
    whole = (case.closed_at - case.received_at) // timedelta(microseconds=1)
    assert main_line(story, case) == whole, "what stays open beside it is nobody's minutes"
    case = story.do(GAO, "settle", body=WORKS, ground=GROUND, charge="unit")
    assert (case.duty, case.charged, case.work, case.state) == (WORKS, "unit", (), State.CLOSED)


def test_an_order_from_a_return_answers_it() -> None:
    """The unit that was dispatched must act first (000): it may be ordered although it returned."""
    story = Story().handling()
    story.asked("return").later(minutes=20)
    case = story.do(LI, "order_first", body=SANITATION, reason=WHY)
    assert [r.state for r in case.requests] == ["granted"] and case.returns == 1
    assert [a.state for a in case.assignments] == ["withdrawn", "offered"]
    assert sorted(story.kinds()) == ["handle", "settle", "sign"]
    story.do(SUN, "sign")
    story.asked("return")
    case = story.do(LI, "settle", body=WORKS, ground=GROUND)
    assert (case.state, case.duty) == (State.ASSIGNED, WORKS) and "settle" not in story.kinds(), "settled once for all"


def test_an_order_before_any_dispatch_and_what_ends_the_dispute() -> None:
    story = Story().filed()
    for who in (SUN, CHEN):
        story.refused("not_your_role", who, "order_first", body=WORKS, reason=WHY)
    story.do(LI, "order_first", body=WORKS, reason=WHY)
    assert story.kinds() == ["handle", "settle", "sign"]
    story.do(WU, "sign")
    story.do(LI, "refer", reason=WHY, ground="policy")
    assert story.kinds() == ["settle"], "referred: one dispute, on the main line again"
    story.do(LI, "order_first", body=WORKS, reason=WHY)
    assert story.kinds() == ["handle", "settle", "sign"], "no second dispute"
    story.asked("void", CHEN)
    assert story.do(WANG, "approve", granted=True).work == (), "voided: nothing is left to settle"


def test_who_asked_in_vain_pays_for_the_dispute() -> None:
    story = Story().handling()
    due = story.held("handle").due
    story.asked("return").later(minutes=90)
    case = story.do(LI, "settle", body=SANITATION, ground=GROUND)
    assert case.charged == "unit"
    assert story.held("handle").due == due, "its clock ran all the while"
    other = Story().handling()
    other.asked("return").later(minutes=90)
    case = other.do(LI, "settle", body=SANITATION, ground=GROUND, charge="centre")
    assert case.charged == "centre"
    assert other.held("handle").due > due, "the full limit"
    third = Story().handling()
    third.asked("return").later(minutes=90)
    assert third.do(LI, "settle", body=WORKS, ground=GROUND).charged == "centre"
    stranger = Story().handling()
    stranger.asked("return")
    stranger.refused("field_wrong", LI, "settle", body=WORKS, ground=GROUND, charge="nobody")


@given(minutes=st.integers(1, 3000), through=st.sampled_from(["return", "refer"]))
def test_a_dispute_never_gives_the_unit_more_than_it_had(minutes: int, through: str) -> None:
    story = Story().handling()
    due = story.held("handle").due
    if through == "return":
        story.asked("return")
    else:
        story.do(LI, "refer", reason=WHY, ground="policy")
    story.later(minutes=minutes)
    story.do(LI if through == "return" else GAO, "settle", body=SANITATION, ground=GROUND)
    item = story.held("handle")
    assert item.due >= item.opened_at
    assert item.due <= max(due, story.now + timedelta(days=1)) and (item.due <= due or due <= story.now)


def test_a_referral_names_its_ground() -> None:
    """S0-40, S0-41: policy, boundary, ownership, hard to enforce, several departments."""
    story = Story().filed()
    story.refused("field_missing", LI, "refer", reason=WHY)
    story.refused("unknown_ground", LI, "refer", reason=WHY, ground="mood")
    assert story.do(LI, "refer", reason=WHY, ground="policy").referral_ground == "policy"
    history = Story().filed()
    assert history.do(LI, "refer", reason=WHY, facts={"imported": True}).referral_ground is None


def test_a_case_without_an_owner_costs_the_public() -> None:
    """S0-34: 无责任主体; recorded for every such handling."""
    story = Story().filed()
    story.refused("not_your_role", SUN, "declare_ownerless", reason=WHY)
    assert story.do(LI, "declare_ownerless", reason=WHY, media=[photo("no mark")]).ownerless
    story.refused("same_value", WANG, "declare_ownerless", reason=WHY)
    assert not story.do(WANG, "declare_ownerless", reason=WHY, off=True).ownerless
    story.do(LI, "declare_ownerless", reason=WHY)
    story.do(LI, "dispatch", body=WORKS, rule="territory:4")
    assert story.last().data["said"]["rule"] == "territory:4"
    story.do(WU, "sign")
    story.refused("cost_missing", WU, "feed_back", media=[photo("a")])
    assert story.do(WU, "feed_back", media=[photo("a")], cost=3_000).cost == 3_000


def test_nothing_is_settled_where_nothing_is_disputed() -> None:
    story = Story().handling()
    assert not {"settle", "order_first"} & {o.spec.name for o in offers(story.case, LI, story.rules, story.now)}
    story.refused("item_closed", LI, "settle", body=WORKS, ground=GROUND)
    story.refused("wrong_state", LI, "order_first", body=WORKS, reason=WHY)


def test_the_variant_names_the_team_that_goes_at_once() -> None:
    """S4-28: 快速处置 by the team that the city keeps for it."""
    story = Story().filed()
    centres = {"city": 1, "rapid": WORKS}
    case = story.do(LI, "rapid", reason=WHY, facts={"centres": centres})
    assert case.line.holder.body == WORKS and case.assignments[0].state == "signed"
    story.refused("cost_missing", WU, "feed_back", media=[photo("a")])
    assert story.do(WU, "feed_back", media=[photo("a")], cost=9).state is State.HANDLED
    assert LI.person not in story.case.handlers
