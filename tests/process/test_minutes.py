"""Who held a case, and how long (S0-24, S1-49): the parts of the main line add up to the whole and do not overlap."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from citygrid.process import Entry
from citygrid.process.due_story import clocks_of, counted
from citygrid.process.minutes import MERGED, parts_of, shares, whole
from tests.process.city import CHEN, HERE, LI, PEOPLE, RUBBISH, SANITATION, SUN, WANG, ZHAO, Story, limit, photo, text
from tests.process.walker import Walk


class Free(Walk):
    """Walks as the walks do; what they hold is held by them (test_walks), not here."""

    def _hold(self, entry: Entry) -> None:
        pass


@settings(max_examples=25)
@given(seed=st.integers(0, 10**9), acts=st.integers(5, 120))
def test_the_parts_of_any_case_add_up_to_the_whole_and_touch(seed: int, acts: int) -> None:
    walk = Free(seed).run(acts)
    for case in walk.story.cases.values():
        parts = parts_of(walk.story.entries[case.id], walk.story.now)
        end = case.closed_at or walk.story.now
        assert whole(parts) == end - case.received_at, case.state
        assert all(one.length > timedelta(0) for one in parts)
        assert all(a.end == b.start for a, b in pairwise(parts))
        assert sum((one.natural for one in shares(parts)), timedelta()) == whole(parts)
        assert sorted(i for one in shares(parts) for i in one.parts) == list(range(len(parts)))
        seqs = [number for one in parts for number in one.entries]
        assert seqs == sorted(set(seqs)), "an entry stands in one part"


@settings(max_examples=15)
@given(seed=st.integers(0, 10**9))
def test_a_part_is_held_by_whom_the_work_item_names(seed: int) -> None:
    walk = Free(seed).run(80)
    for case in walk.story.cases.values():
        known = walk.story.opened[case.id]
        for part in parts_of(walk.story.entries[case.id], walk.story.now):
            if part.item is None:
                assert part.kind == MERGED and part.holder is None
            else:
                assert known[part.item].kind == part.kind


def test_a_return_stops_the_units_clock_and_says_so() -> None:
    """S1-49: the dispatcher holds the case while the return waits; the part names the clock that stood still."""
    story = _handling()
    story.later(hours=1)
    assert story.answer(story.make(SUN, "request", {"request": "return", "reason": text("不属本单位")})) is None
    story.later(minutes=40)
    _grant(story)
    parts = parts_of(story.entries[story.id], story.now + timedelta(minutes=5))
    waiting = next(one for one in parts if one.kind == "approve")
    assert waiting.length == timedelta(minutes=40)
    assert [(one.kind, one.act) for one in waiting.stopped] == [("handle", "request")]
    handling = next(one for one in parts if one.kind == "handle")
    assert handling.holder is not None and handling.holder.body == SUN.body and not handling.stopped


def test_every_due_tells_how_it_came_about() -> None:
    """S0-13; ask 4: both the old and the new due of an extension are told, and what was counted is what was given."""
    story = _handling()
    first = next(one for one in clocks_of(story.entries[story.id]) if one.item.kind == "handle")
    assert [one.how for one in first.changes] == ["opened"]
    story.later(hours=1)
    asked = {"request": "extend", "reason": text("设备故障"), "limit": "1 work_day"}
    assert story.answer(story.make(SUN, "request", asked)) is None
    _grant(story)
    clock = next(one for one in clocks_of(story.entries[story.id]) if one.item.kind == "handle")
    assert [one.how for one in clock.changes] == ["opened", "extended"]
    assert clock.changes[1].before == first.item.due and clock.changes[1].after == clock.item.due
    assert clock.item.due > first.item.due
    sums = counted(clock.item, story.rules.calendars[clock.item.calendar])
    assert sums.agrees and all(a < b for a, b in sums.spans)
    longer = story.rules.calendars[clock.item.calendar].extend(clock.item.due, limit("1 work_hour")).at
    wrong = counted(replace(clock.item, due=longer), story.rules.calendars[clock.item.calendar])
    assert wrong.agrees is False, "a due that is not what was given is told"


def _grant(story: Story) -> None:
    """Whoever owes the decision grants."""
    item = next(one for one in story.case.work if one.kind == "approve")
    who = next(p for p in PEOPLE if (p.body, p.role) == (item.holder.body, item.holder.role))
    refusal = story.answer(story.make(who, "approve", {"granted": True}))
    assert refusal is None, refusal


def _handling() -> Story:
    story = Story()
    steps = [
        (ZHAO, "report", {"source": "collector", "class_id": RUBBISH, "lon": HERE.lon, "lat": HERE.lat,
                          "media": [photo(1)], "text": text("垃圾")}),
        (CHEN, "accept", {"distinct": True}),
        (WANG, "file_case", {"condition": "1"}),
        (LI, "dispatch", {"body": SANITATION}),
        (SUN, "sign", {}),
    ]  # fmt: skip
    for who, name, data in steps:
        story.later(minutes=3)
        refusal = story.answer(story.make(who, name, data))
        assert refusal is None, (name, refusal)
    return story
