"""拆案、并案、撤并: several problems in one report, one problem in several (workflow 3.8)."""

from uuid import UUID, uuid5

from citygrid.process.states import State
from tests.process.city import CHEN, FENG, LI, RUBBISH, STALL, SUN, WANG, WHY, ZHAO, Story, photo, text

SECOND = UUID(int=2)


def pair(stage: str = "handling") -> Story:
    """Two cases: the story's own at a stage, and a second one just reported."""
    story = getattr(Story(), stage)()
    data = {"source": "web", "class_id": RUBBISH, "lon": "121.5000000", "lat": "31.2000000", "media": [photo("2")]}
    story.do(ZHAO, "report", case=SECOND, **data)
    return story


def test_the_merged_case_owes_nothing_and_ends_with_its_main_case() -> None:
    story = pair()
    merged = story.later(minutes=5).do(CHEN, "merge", case=SECOND, into=str(story.id), reason=WHY)
    assert (merged.state, merged.work, merged.parent) == (State.MERGED, (), story.id)
    assert story.case.children == {SECOND}
    story.asked("force", LI).later(minutes=5).do(FENG, "approve", granted=True)
    child = story.cases[SECOND]
    assert (child.state, child.closed_at) == (State.CLOSED, story.now)
    assert [i.kind for i in child.work] == ["reply"], "its own reporter is told"


def test_a_merged_case_with_a_unit_ends_cleanly() -> None:
    story = pair()
    story.do(ZHAO, "report", case=UUID(int=3), source="patrol", class_id=STALL, lon="121.5000000", lat="31.2000000")
    story.asked("extend")
    story.do(CHEN, "merge", into=str(UUID(int=3)), reason=WHY)
    story.do(CHEN, "refuse", case=UUID(int=3), reason=WHY)
    child = story.case
    assert child.state is State.REJECTED
    assert child.assignments[0].outcome == "merged" and child.requests[0].state == "withdrawn"


def test_unmerged_clocks_go_on_with_what_remained() -> None:
    story = pair()
    before = story.case
    handle = story.held("handle")
    story.later(minutes=5).do(CHEN, "merge", into=str(SECOND), reason=WHY)
    at = story.now
    case = story.later(days=1).do(LI, "unmerge", reason=WHY)
    item = story.held("handle")
    assert case.state is before.state and case.parent is None
    assert item.no == handle.no and item.pauses == ((at, story.now),)
    assert item.due > handle.due and case.due == item.due == case.assignments[0].due
    assert story.cases[SECOND].children == frozenset()


def test_what_cannot_be_merged() -> None:
    story = pair()
    story.refused("merge_self", CHEN, "merge", into=str(story.id), reason=WHY)
    story.refused("unknown_link", CHEN, "merge", into=str(UUID(int=9)), reason=WHY)
    story.do(CHEN, "merge", case=SECOND, into=str(story.id), reason=WHY)
    data = {"source": "patrol", "class_id": RUBBISH, "lon": "121.5000000", "lat": "31.2000000", "media": [photo("3")]}
    story.do(ZHAO, "report", case=UUID(int=3), **data)
    refusal = story.refused("merge_into", CHEN, "merge", case=UUID(int=3), into=str(SECOND), reason=WHY)
    assert "merged" in str(refusal)
    story.refused("merge_has_children", CHEN, "merge", into=str(UUID(int=3)), reason=WHY)


def test_a_report_of_several_problems_is_split() -> None:
    story = Story().filed()
    part = UUID(int=4)
    story.do(WANG, "split", parts=[{"id": str(part), "class_id": STALL, "text": text("and this")}], reason=WHY)
    new = story.cases[part]
    assert (new.state, new.class_id, new.split_from) == (State.REPORTED, STALL, story.id)
    assert new.place == story.case.place and new.media == story.case.media
    assert story.case.state is State.FILED
    story.refused("case_exists", WANG, "split", parts=[{"id": str(part)}], reason=WHY)
    story.refused("case_exists", WANG, "split", parts=[{"id": str(story.id)}], reason=WHY)
    story.refused("unknown_class", WANG, "split", parts=[{"id": str(UUID(int=5)), "class_id": "nothing"}], reason=WHY)


def test_reopened_as_a_new_case_once() -> None:
    """反映未解决: closed stays closed; the new case is counted as recurrence."""
    story = Story().closed()
    case = story.later(days=1).do(CHEN, "reopen", reason=text("still there"), media=[photo("again")])
    assert case.state is State.CLOSED and case.reopened
    new = story.cases[uuid5(story.id, f"reopen:{story.last().act}")]
    assert (new.reopen_of, new.class_id, new.text) == (story.id, RUBBISH, text("still there")["id"])
    assert new.media == (photo("again"),) and new.state is State.REPORTED
    story.refused("reopened", CHEN, "reopen", reason=WHY)
    assert SUN.person not in new.handlers, "a new case knows no party yet"
