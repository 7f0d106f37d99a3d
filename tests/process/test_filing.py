"""立案、不予立案、退回立案、改类、改位 (S4-15, S4-21, S1-36, S1-47, S1-57, S1-58)."""

from datetime import timedelta

import pytest

from citygrid.process.states import Kind, State
from tests.process.city import (
    CENTRE,
    CHEN,
    COVER,
    DISTRICT_CENTRE,
    HAN,
    HERE,
    LI,
    OPEN_ENDED,
    RUBBISH,
    SANITATION,
    SUN,
    THERE,
    UNKNOWN_DUTY,
    WANG,
    WHY,
    Story,
    photo,
)


def test_the_condition_gives_limit_level_and_rules() -> None:
    """S1-58: the limit depends on the situation; the case keeps the rules that it was filed under."""
    story = Story().accepted(COVER)
    story.refused("field_missing", WANG, "file_case")
    story.refused("unknown_condition", WANG, "file_case", condition="9")
    case = story.do(WANG, "file_case", condition="1")
    assert (case.state, case.condition, case.level, case.safety) == (State.FILED, "1", "I", True)
    assert (case.rules, case.case_no, case.filed_at) == ("rules-1", "C-1", story.now)


def test_a_class_without_conditions_cannot_be_filed() -> None:
    story = Story()
    story.reported(UNKNOWN_DUTY)
    story.do(CHEN, "accept")
    story.refused("unknown_condition", WANG, "file_case", condition="1")
    case = story.do(WANG, "file_case", class_id=RUBBISH, condition="2")
    assert (case.class_id, case.kind) == (RUBBISH, Kind.EVENT)


def test_not_filed() -> None:
    """S0-52 甄别立案: what is received is screened."""
    story = Story().accepted()
    story.refused("not_your_role", CHEN, "refuse_filing", reason=WHY)
    assert story.do(WANG, "refuse_filing", reason=WHY).state is State.REJECTED


def test_sent_back_to_filing_it_was_never_filed() -> None:
    """Among cases ever filed closed + voided + merged + open = filed; what was unfiled is not."""
    story = Story().filed(COVER)
    case = story.later(minutes=5).do(LI, "unfile", reason=WHY)
    assert (case.state, case.filed_at, case.condition, case.safety) == (State.ACCEPTED, None, None, False)
    assert case.case_no == "C-1", "a number is never used again"
    case = story.later(minutes=5).do(WANG, "file_case", condition="2", facts={"case_no": "C-2"})
    assert (case.case_no, case.filed_at, case.condition) == ("C-1", story.now, "2")


def test_another_class_brings_its_condition_due_and_milestones() -> None:
    """改类: one act, everything follows."""
    story = Story().handling(RUBBISH)
    story.refused("condition_missing", WANG, "reclassify", class_id=COVER, reason=WHY)
    story.refused("same_value", WANG, "reclassify", class_id=RUBBISH, reason=WHY)
    case = story.later(minutes=20).do(WANG, "reclassify", class_id=COVER, condition="1", reason=WHY)
    handle = story.held("handle")
    assert handle.due == handle.opened_at + timedelta(hours=6), "from the dispatch"
    assert case.due == handle.due == case.assignments[0].due
    assert case.assignments[0].limit == "6 urgent_hour"
    assert story.held("arrive").due == story.now + timedelta(hours=2)
    assert case.safety and case.kind is Kind.COMPONENT
    case = story.do(WANG, "reclassify", class_id=COVER, condition="2", reason=WHY)
    assert story.kinds() == ["handle"], "nobody need arrive any more"


def test_reclassified_while_checking_counts_for_rework() -> None:
    story = Story().handled(RUBBISH)
    story.do(CHEN, "reclassify", class_id=RUBBISH, condition="2", reason=WHY)
    resting = story.case.resting
    assert resting is not None and resting.limit == "1 work_day"


def test_reclassified_while_the_return_is_decided_new_milestones_wait_too() -> None:
    story = Story().handling(RUBBISH).asked("return")
    story.do(WANG, "reclassify", class_id=COVER, condition="1", reason=WHY)
    assert story.held("arrive").paused_at is not None


def test_another_place_another_centre() -> None:
    """改位: what the city's centre owed is owed by the district's."""
    story = Story().filed()
    story.refused("same_value", LI, "relocate", lon=HERE.lon, lat=HERE.lat, reason=WHY)
    story.refused("outside_area", LI, "relocate", lon="1.0000000", lat="1.0000000", reason=WHY)
    assert story.held("dispatch").holder.body == CENTRE
    case = story.do(LI, "relocate", lon=THERE.lon, lat=THERE.lat, reason=WHY)
    assert story.held("dispatch").holder.body == DISTRICT_CENTRE
    assert case.place == THERE
    story.refused("not_yours", LI, "dispatch", body=SANITATION)
    assert story.do(HAN, "dispatch", body=SANITATION).state is State.ASSIGNED


def test_a_condition_without_a_limit_cannot_be_dispatched() -> None:
    story = Story().filed(OPEN_ENDED)
    refusal = story.refused("no_rule", LI, "dispatch", body=SANITATION)
    assert "limit" in str(refusal)


@pytest.mark.parametrize("photos", [[], [photo("after")]])
def test_after_photos_by_class(photos: list[str]) -> None:
    story = Story().handling()
    if photos:
        story.do(SUN, "feed_back", media=photos)
    else:
        story.refused("evidence_missing", SUN, "feed_back")


def test_the_component_goes_with_the_class_that_it_belongs_to() -> None:
    """改类: the code names a component of the former class."""
    story = Story().reported(COVER, component="3205080101000001")
    assert story.case.component is not None
    assert story.do(CHEN, "reclassify", class_id=RUBBISH, reason=WHY).component is None
