"""催办、督办、批示、标记、批注、说明情况、督查、采集问题认定 (S0-18, S0-46, S0-58, S1-21, S1-31, S1-34)."""

from datetime import timedelta

from citygrid.process.moments import moment, stamp
from citygrid.process.states import State
from tests.process.city import CHEN, HE, LI, LUO, MA, SUN, WANG, WHY, WU, XU, ZHAO, Story, text


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
    case = story.do(XU, "finding", confirms=1)
    assert case.findings[0].state == "confirmed"
    story.refused("no_finding", MA, "finding", confirms=1)
