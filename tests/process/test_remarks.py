"""催办、督办、批示、标记、批注、说明情况、督查、采集问题认定 (S0-18, S0-46, S0-58, S1-21, S1-31, S1-34)."""

from dataclasses import replace
from datetime import timedelta

from citygrid.process.model import Actor
from citygrid.process.moments import moment, stamp
from citygrid.process.offers import offers
from citygrid.process.states import State
from tests.process.city import CHEN, FENG, GAO, HE, LI, LUO, MA, SUN, WANG, WHY, WU, XU, ZHAO, Story, text


def test_urged_and_counted() -> None:
    """S1-34, S0-18."""
    story = Story().handling()
    assert story.do(CHEN, "urge").urges == 1 and story.do(LI, "urge").urges == 2
    assert story.case.state is State.HANDLING


def test_whoever_holds_a_supervised_case_owes_an_answer() -> None:
    """S1-31, S4-05: 督办, answered by a date."""
    story = Story().handling()
    story.refused("request_past", LUO, "supervise", due=stamp(story.now))
    due = story.now + timedelta(hours=3)
    case = story.do(LUO, "supervise", due=stamp(due))
    item = story.held("answer")
    assert (item.holder.body, item.due) == (SUN.body, due) and "supervised" in case.marks
    story.refused("not_yours", WU, "answer", text=WHY)
    story.do(SUN, "answer", text=WHY)
    assert story.kinds() == ["handle"]


def test_a_collectors_task_is_answered_for_by_the_desk_that_sent_it() -> None:
    """S1-31: a collector's post has no say in a 督办."""
    story = Story().handled().later(minutes=5)
    story.do(CHEN, "send_check")
    story.do(LUO, "supervise")
    assert story.held("answer").holder.role == CHEN.role
    story.do(CHEN, "answer", text=WHY)


def test_an_instruction_may_bring_a_date_of_its_own() -> None:
    story = Story().handling()
    due = stamp(story.now + timedelta(days=2))
    case = story.do(LUO, "instruct", text=text("settle this"), outer_due=due)
    assert "instructed" in case.marks and case.outer_due == moment(due)


def test_marks_go_on_and_off() -> None:
    story = Story().handling()
    assert "urgent" in story.do(CHEN, "mark", mark="urgent").marks
    story.refused("same_value", CHEN, "mark", mark="urgent")
    assert "urgent" not in story.do(CHEN, "mark", mark="urgent", off=True).marks
    story.refused("field_wrong", CHEN, "mark", mark="pretty")


def test_comments_and_replies_at_any_time() -> None:
    story = Story().closed()
    story.do(WANG, "comment", text=WHY)
    story.do(CHEN, "reply", text=WHY)
    assert story.case.state is State.CLOSED


def test_an_inspection_is_noted() -> None:
    """S1-21: the inspection group stands apart."""
    story = Story().closed()
    assert story.do(HE, "inspect", result="not_in_order").inspections == 1


def test_a_finding_needs_a_second_person() -> None:
    """S0-58 漏报、虚报、瞒报、假报."""
    story = Story().reported()
    story.refused("field_missing", HE, "finding", finding="false")
    story.refused("unknown_person", HE, "finding", finding="false", person=999)
    case = story.do(HE, "finding", finding="false", person=ZHAO.person)
    assert case.findings[0].state == "proposed"
    story.refused("own_finding", HE, "finding", confirms=1)
    story.refused("no_finding", MA, "finding", confirms=2)
    case = story.do(MA, "finding", confirms=1)
    assert (case.findings[0].state, case.findings[0].second) == ("confirmed", MA.person)
    story.refused("no_finding", MA, "finding", confirms=1)


def test_a_lead_does_not_confirm_a_finding_on_their_own_collector() -> None:
    """S0-58: the second person works in another unit than the collector, unless the city says otherwise."""
    story = Story().reported()
    story.do(HE, "finding", finding="false", person=ZHAO.person)
    story.refused("finding_of_own", XU, "finding", confirms=1)
    assert story.case.findings[0].state == "proposed"
    lenient = {k: replace(v, own_findings=True) for k, v in story.rules.variants.items()}
    story.rules = replace(story.rules, variants=lenient)
    assert story.do(XU, "finding", confirms=1).findings[0].second == XU.person


def test_nobody_confirms_a_finding_on_themselves() -> None:
    story = Story().reported()
    story.do(HE, "finding", finding="missed", person=XU.person)
    story.refused("finding_on_self", XU, "finding", confirms=1)


def test_a_third_person_undoes_a_finding_and_it_stays_on_record() -> None:
    """An appeal that is granted changes the standing, not the record."""
    story = Story().reported()
    story.do(HE, "finding", finding="false", person=ZHAO.person)
    story.refused("finding_not_confirmed", FENG, "finding", undoes=1, note=WHY)
    story.do(MA, "finding", confirms=1)
    story.refused("field_missing", FENG, "finding", undoes=1)
    story.refused("not_your_role", MA, "finding", undoes=1, note=WHY)
    story.refused("not_your_role", FENG, "finding", finding="false", person=ZHAO.person)
    case = story.do(FENG, "finding", undoes=1, note=WHY)
    assert (case.findings[0].state, case.findings[0].kind) == ("undone", "false")
    story.refused("finding_not_confirmed", GAO, "finding", undoes=1, note=WHY)
    story.refused("no_finding", MA, "finding", confirms=1)


def test_undoing_is_offered_to_a_third_person_alone() -> None:
    story = Story().reported()
    ways = {who: _finding_ways(story, who) for who in (HE, FENG)}
    assert ways == {HE: ("propose",), FENG: None}
    story.do(HE, "finding", finding="false", person=ZHAO.person)
    story.do(MA, "finding", confirms=1)
    assert _finding_ways(story, FENG) == ("undo",) and _finding_ways(story, HE) == ("propose",)
    may = {"finding:undo": frozenset({"inspector"})}
    roles = {k: replace(v, acts={**v.acts, **may}) for k, v in story.rules.variants.items()}
    story.rules = replace(story.rules, variants=roles)
    assert _finding_ways(story, HE) == ("propose",), "who proposed it is no third person"
    story.refused("finding_by_third", HE, "finding", undoes=1, note=WHY)
    story.refused("finding_by_third", MA, "finding", undoes=1, note=WHY)


def _finding_ways(story: Story, who: Actor) -> tuple[str, ...] | None:
    found = offers(story.case, who, story.rules, story.now)
    return next((one.choices for one in found if one.spec.name == "finding"), None)
