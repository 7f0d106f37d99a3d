"""What collectors did: numbers and the lists behind them, of whom, for whom (S2-29, GB/T 30428.7)."""

from datetime import timedelta

from citygrid.collection.teams import crew, spans, work
from citygrid.organization.models import Seat
from tests.cases.world import EAST


def asked(world, *logins):
    return work.Asked([world.person(one) for one in logins], spans.month_of(None, world.now), world.now)


def numbers(world, login):
    return work.counts(asked(world, login)).get(world.person(login), {})


def test_reports_checks_and_verdicts_count_for_whoever_did_them(world):
    world.checked()
    world.filed(where=("111.0165000", "30.0005000"))
    refused = world.report(where=("111.0175000", "30.0005000"))
    world.do("calltaker1", refused, "refuse", reason="不在范围")
    reporter, checker = numbers(world, "collector3"), numbers(world, "collector4")
    assert (reporter["reports"], reporter["filed"], reporter["void"]) == (3, 2, 1)
    assert "checks" not in reporter
    assert (checker["checks"], checker["tasks"], checker["tasks_on_time"]) == (1, 1, 1)
    assert not numbers(world, "collector1")


def test_a_late_check_counts_as_late(world):
    case = world.handling()
    world.do("west_sanitation_desk", case, "feed_back", media=[world.photo(7), world.photo(8)], culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    world.do("collector4", case, "check", minutes=60 * 30, result="fixed", media=[world.photo(9)])
    found = numbers(world, "collector4")
    assert (found["tasks_late"], found.get("tasks_on_time", 0)) == (1, 0)


def test_a_task_past_its_limit_is_late_while_it_is_open(world):
    case = world.handling()
    world.do("west_sanitation_desk", case, "feed_back", media=[world.photo(7), world.photo(8)], culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    me = world.person("collector4")
    assert not work.late_open([me], world.now)
    assert work.late_open([me], world.now + timedelta(days=2)) == {me: 1}


def test_every_number_is_as_long_as_its_list(world):
    world.checked()
    world.filed(where=("111.0165000", "30.0005000"))
    about = asked(world, "collector3", "collector4", "collector1")
    counted = work.counts(about)
    listed = list(work.deeds(about, list(work.MEASURES)))
    for measure in work.MEASURES:
        for person in about.persons:
            mine = [one for one in listed if one.person == person and measure in one.measures]
            assert len(mine) == counted.get(person, {}).get(measure, 0), measure
    assert any(counted.values())


def test_other_days_and_other_employers_do_not_count(world):
    world.report()
    me, body = world.person("collector3"), world.body("collect")
    month = spans.month_of(None, world.now)
    before = work.Asked([me], spans.month_of(month.before, world.now), world.now)
    assert not work.counts(before).get(me)
    assert work.counts(work.Asked([me], month, world.now, [body]))[me]["reports"] == 1
    assert not work.counts(work.Asked([me], month, world.now, [world.body("centre")])).get(me)


def test_whose_people_somebody_leads(world):
    """The lead and the contractor see their own company; a centre those of its district; a collector only themselves;
    whoever has nothing to do with it nobody."""

    def seen(login):
        return {one.login for one in crew.members(world.who(login).scope, world.now)}

    all_four = {"collector1", "collector2", "collector3", "collector4"}
    assert all_four <= seen("teamlead1") and all_four <= seen("contractor1")
    assert all_four <= seen("inspector1")
    assert {one for one in seen("east_shiftleader") if one.startswith("collector")} == {"collector1", "collector2"}
    assert seen("collector3") == {"collector3"}
    assert seen("west_sanitation_desk") == set()


def test_who_left_counts_in_the_month_in_which_they_worked(world):
    world.report()
    lead = world.who("teamlead1").scope
    Seat.objects.filter(person__login="collector3").update(until=world.now)
    month = spans.month_of(None, world.now)
    assert "collector3" not in {one.login for one in crew.members(lead, world.now)}
    assert "collector3" in {one.login for one in crew.members(lead, month.start, month.end, world.now)}


def test_reports_by_the_hour_of_the_city(world):
    world.report(where=EAST, login="collector1")
    hours = work.by_hour(asked(world, "collector1"), "reports", "Asia/Urumqi")
    assert sum(hours) == 1 and hours[10] == 1
