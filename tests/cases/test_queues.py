"""Queues: what a person owes, first what will be late first, page by page, and nobody else's."""

from datetime import timedelta

from citygrid.cases import timed
from citygrid.cases.models import OPEN_BUCKET, ItemRow
from citygrid.cases.queues import counts, my_items
from citygrid.cases.reading import case_for
from citygrid.cases.searching import Query, search
from citygrid.process.states import State


def mine(world, login, **options):
    one = world.who(login)
    return my_items(one.person.pk, one.body.pk, one.role.code, **options)


def test_each_post_sees_its_own_work(world):
    reported, handled = world.report(), world.handling()
    assert [i.case for i in mine(world, "calltaker1")] == [reported]
    assert [(i.case, i.kind) for i in mine(world, "west_sanitation_desk")] == [(handled, "handle")]
    assert mine(world, "east_sanitation_desk") == []


def test_a_task_is_only_its_collectors(world):
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    assert [i.kind for i in mine(world, "collector4")] == ["check"]
    assert mine(world, "collector3") == []


def test_pages_follow_each_other_without_gap_or_repeat(world):
    cases = {world.report() for _ in range(7)}
    seen, after = [], None
    while page := mine(world, "calltaker1", after=after, most=3):
        seen += [i.case for i in page]
        after = (page[-1].sort_at, page[-1].case, page[-1].no)
    assert len(seen) == 7 and set(seen) == cases


def test_what_is_due_first_comes_first(world):
    cases = [world.report() for _ in range(3)]
    assert [i.case for i in mine(world, "calltaker1")] == cases


def test_counts_say_open_and_late(world):
    world.report()
    one = world.who("calltaker1")
    of_accept = counts(one.person.pk, one.body.pk, one.role.code, world.now)["accept"]
    later = counts(one.person.pk, one.body.pk, one.role.code, world.now + timedelta(hours=1))["accept"]
    assert (of_accept, later) == ((1, 0), (1, 1))


def test_a_lapsed_limit_opens_the_duty_to_explain(world):
    """S0-46: a problem unsolved after the limit must be explained."""
    case = world.handling()
    due = ItemRow.objects.get(case_id=case, kind="handle", bucket=OPEN_BUCKET).due
    assert timed.tick(due) == 2, "the clock notes what is over, and urges at the yellow light"
    world.now = due
    assert timed.tick(due + timedelta(minutes=1)) >= 1
    kinds = [i.kind for i in mine(world, "west_sanitation_desk")]
    assert kinds.count("explain") == 1
    assert timed.tick(due + timedelta(minutes=2)) == 0, "noted once"


def test_a_suspended_case_resumes_by_itself(world):
    case = world.handling()
    until = (world.now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"
    world.do("west_sanitation_desk", case, "request", request="suspend", mode="defer", reason="等材料", until=until)
    world.do("dispatcher1", case, "approve", granted=True)
    found = case_for(world.who("shiftleader1").scope, case)
    if found.state is not State.SUSPENDED:
        world.do("office1", case, "approve", granted=True)
    timed.tick(world.now + timedelta(days=11))
    assert case_for(world.who("shiftleader1").scope, case).state is State.HANDLING


def test_search_by_two_characters_number_and_state(world):
    case = world.report()
    scope = world.who("calltaker1").scope
    number = case_for(scope, case).report_no
    for query in (Query(text="垃圾"), Query(number=number), Query(states=("reported",)), Query(text="一堆垃圾")):
        assert [row.id for row in search(scope, query)] == [case]
    for query in (Query(text="井盖"), Query(number="0"), Query(states=("closed",)), Query(text="%")):
        assert search(scope, query) == []


def test_search_shows_nothing_to_a_stranger(world):
    world.handling()
    assert search(world.who("east_roads_desk").scope, Query()) == []
    assert len(search(world.who("west_sanitation_desk").scope, Query())) == 1
