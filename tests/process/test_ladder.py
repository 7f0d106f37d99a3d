"""升级: the ladder as data climbs by itself, each rung once for a due (workflow 7.7; asks 30; S1-48)."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from citygrid.process import SYSTEM
from citygrid.process.ladder import waiting
from tests.process.city import DISTRICT_CENTRE, HAN, LADDER, LI, SANITATION, SUN, THERE, Story, rules_with

URGE, RED, LONG = (rung.code for rung in LADDER)


def climb(story: Story) -> list[str]:
    """Whatever the clock has to do now, as the server's tick does it."""
    done = []
    while found := list(waiting(story.case, story.rules, story.now)):
        act, item, rung = found[0]
        story.do(SYSTEM, act, item=item.no, **({"rung": rung} if rung else {}))
        done.append(rung or act)
    return done


def test_yellow_urges_red_urges_again_and_a_long_red_is_supervised() -> None:
    story = Story().handling(place=THERE)
    item = story.held("handle")
    assert item.rung_at == item.warn_at
    story.now = item.warn_at
    assert climb(story) == [URGE] and story.case.urges == 1
    assert story.last().data["tell"] == [[SANITATION, "unit_desk"]]
    assert story.held("handle").rung_at == item.due
    story.now = item.due
    assert climb(story) == [RED], "at the due, not late yet"
    story.now = item.due + timedelta(minutes=1)
    assert climb(story) == ["lapse"]
    story.now = story.held("handle").rung_at
    assert climb(story) == [LONG]
    assert story.last().data["tell"] == [[1, "leader"]]
    answer = story.held("answer")
    assert answer.holder.body == SANITATION and story.case.supervisions == 1
    story.later(days=2)
    assert climb(story) == ["lapse", RED, RED], "the duties to explain and to answer have clocks of their own"
    assert climb(story) == [], "each rung once"


def test_only_the_system_climbs_and_only_when_it_is_time() -> None:
    story = Story().handling(place=THERE)
    item = story.held("handle")
    story.refused("field_unknown", HAN, "urge", rung=URGE, item=item.no)
    story.refused("too_early", SYSTEM, "urge", rung=URGE, item=item.no)
    story.refused("no_rule", SYSTEM, "supervise", rung=URGE, item=item.no)
    story.refused("item_closed", SYSTEM, "urge", rung=URGE, item=999)
    story.now = item.due
    story.do(SYSTEM, "urge", rung=URGE, item=item.no)
    story.refused("no_rule", SYSTEM, "urge", rung=URGE, item=item.no)


def test_a_pause_stops_it_and_an_extension_is_a_new_due() -> None:
    story = Story().handling(place=THERE)
    item = story.held("handle")
    story.asked("return")
    assert story.held("handle").rung_at is None
    story.do(SUN, "withdraw", request=1)
    story.now = item.warn_at
    assert climb(story) == [URGE]
    story.asked("extend")
    story.do(SUN, "approve", granted=True)
    story.do(HAN, "approve", granted=True)
    again = story.held("handle")
    assert again.climbed == () and again.rung_at == again.warn_at > story.now


def test_a_city_without_a_ladder_has_no_rungs() -> None:
    story = Story().handling()
    assert story.held("handle").rung_at is None and story.rules.variant(500).ladder == ()
    story.later(days=9)
    assert {act for act, _, _ in waiting(story.case, story.rules, story.now)} == {"lapse"}
    assert LI.body != DISTRICT_CENTRE


@settings(max_examples=40)
@given(steps=st.lists(st.integers(1, 2000), min_size=1, max_size=12))
def test_however_often_the_clock_is_asked_each_rung_comes_once(steps: list[int]) -> None:
    """A server that was down climbs all at once; one that was up climbs as they fall due: the same rungs."""
    here, there = Story(rules=rules_with(501, explain=frozenset())), Story(rules=rules_with(501, explain=frozenset()))
    for one in (here, there):
        one.handling(place=THERE)
    seen: list[str] = []
    for minutes in steps:
        here.later(minutes=minutes)
        seen += [r for r in climb(here) if r in (URGE, LONG)]
    there.now = here.now
    assert [r for r in climb(there) if r in (URGE, LONG)] == seen
    assert len(seen) == len(set(seen))
