"""Life in the demo city: everything happens, in the proportions of its settings, by the right people, in its area."""

from collections import Counter

import pytest

from citygrid.areas.locating import locate
from citygrid.demo import beginnings, planning
from citygrid.demo.planning import manner
from citygrid.organization.models import Seat
from citygrid.process import replay
from citygrid.process.acts import ACTS
from citygrid.process.states import OPEN, State
from tests.demo.conftest import UNTIL

# A one-level city has nothing to hand up, and nobody publishes another calendar meanwhile.
NOT_HERE = {"escalate", "retime", "archive"}
# Their posts have a queue in a city's centre of this variant, at the units and with the collectors.
DESKS = {"collector", "call_taker", "shift_leader", "dispatcher", "unit_desk", "worker", "office", "commission"}

pytestmark = pytest.mark.django_db


def cases(lives):
    return [t.case for life in lives for t in life.timelines.values() if t.case is not None]


def entries(lives):
    return [(t.case, e) for life in lives for t in life.timelines.values() for e, _, _ in t.entries]


def test_the_same_seed_tells_the_same_story(scene, plan):
    again = planning.make(plan.seed, UNTIL, 60, 20_000, scene.settings, scene.zone)
    assert again == plan
    for problem in (plan.newest_first()[3], plan.problems[5_000]):
        first, second = (beginnings.play(scene, plan, problem) for _ in range(2))
        assert [t.entries for t in first.timelines.values()] == [t.entries for t in second.timelines.values()]
        assert [d.ref for d in first.texts.drafts] == [d.ref for d in second.texts.drafts]


def test_another_seed_tells_another(scene, plan):
    other = planning.make(plan.seed + 1, UNTIL, 60, 20_000, scene.settings, scene.zone)
    life, foreign = (beginnings.play(scene, p, p.problems[100]) for p in (plan, other))
    assert life.root != foreign.root and life.timelines.keys().isdisjoint(foreign.timelines)


def test_every_act_and_every_state_occurs(lives):
    assert set(ACTS) - {e.type for _, e in entries(lives)} == NOT_HERE
    assert {c.state for c in cases(lives)} == set(State)


def test_timelines_are_whole(lives):
    for life in lives:
        for timeline in life.timelines.values():
            found = [entry for entry, _, _ in timeline.entries]
            assert replay(found) == timeline.case
            assert [e.recorded_at for e in found] == sorted(e.recorded_at for e in found)
            assert found[-1].recorded_at < UNTIL


def test_people_rarely_try_what_the_process_refuses(lives):
    refused = Counter(one for life in lives for one in life.refused)
    assert refused.total() < 0.01 * len(entries(lives)), refused


def test_most_is_found_by_collectors(plan, scene):
    found = Counter(p.source for p in plan.problems)
    assert 0.83 < found["collector"] / len(plan.problems) < 0.91
    public = sum(n for source, n in found.items() if manner(source) == "public")
    assert 0.04 < public / len(plan.problems) < 0.12


def test_outcomes_are_as_cities_know_them(lives, plan):
    over = [c for c in cases(lives) if c.received_at < plan.problems[15_000].at]
    closed = sum(c.state is State.CLOSED for c in over)
    assert 0.85 < closed / len(over) < 0.99
    done = [a for c in over for a in c.assignments if a.late is not None and a.parent is None and not a.assisting]
    assert 0.03 < sum(a.late for a in done) / len(done) < 0.25
    assert 0.02 < sum(c.reworks > 0 for c in over) / len(over) < 0.15
    kinds = Counter(c.kind.value for c in over)
    assert kinds["event"] > kinds["component"] > kinds["warning"] > 0


def test_units_differ(lives, scene):
    late = {}
    for case in cases(lives):
        for a in case.assignments:
            if a.late is not None:
                late.setdefault(scene.code_of[a.body], []).append(a.late)
    share = {code: sum(rows) / len(rows) for code, rows in late.items() if len(rows) >= 40}
    assert max(share.values()) > 2 * min(share.values())


def test_every_desk_has_something_to_do(lives, scene):
    """Of the 300 problems that are told first."""
    work = [i for life in lives[:300] for t in life.timelines.values() for i in t.case.work if i.paused_at is None]
    assert {i.holder.role for i in work} >= DESKS
    kinds = Counter(i.kind for i in work)
    assert set(kinds) >= {"accept", "verify", "file", "dispatch", "sign", "handle", "approve", "resume", "settle",
                          "send_check", "check", "close", "explain", "answer", "reply", "call_back"}  # fmt: skip
    handling = [i for i in work if i.kind == "handle" and i.due is not None]
    red = [i for i in handling if i.due < UNTIL]
    yellow = [i for i in handling if i.warn_at < UNTIL <= i.due]
    assert red and yellow and len(handling) > len(red) + len(yellow)
    assert sum(c.state is State.SUSPENDED for c in cases(lives[:300])) >= 3


def test_nothing_happens_outside(lives):
    for case in cases(lives):
        assert not case.outside and case.place is not None and case.place.duty_grid is not None
        found = locate(float(case.place.lon), float(case.place.lat), UNTIL)
        assert found is not None and found.grid is not None and found.grid.id == case.place.grid


def test_people_act_on_their_own_posts_and_shifts(lives, scene):
    seats = {(s.person_id, s.post_id): (s.post.body_id, s.post.role.code) for s in
             Seat.objects.select_related("post__role")}  # fmt: skip
    for _, entry in entries(lives):
        who = entry.actor
        if who.role == "system":
            continue
        assert seats[who.person, who.post] == (who.body, who.role)
        if who.role == "collector":
            assert scene.on_duty(who, entry.recorded_at), entry
        if who.role in scene.settings["shifts"]["roles"]:
            people = scene.staff[who.body, who.role]
            assert who in people[scene.shift(entry.recorded_at) :: 3], entry


def test_components_carry_codes_of_their_district(lives, scene):
    found = [c for c in cases(lives) if c.component is not None]
    assert len(found) > 50
    for case in found:
        code = scene.codes.parse("component", case.component)
        assert case.class_id.endswith(code.part("major") + code.part("minor"))


def test_numbers_are_never_given_twice(lives):
    reports = [c.report_no for c in cases(lives)]
    filed = [c.case_no for c in cases(lives) if c.case_no]
    assert all(reports) and len(set(reports)) == len(reports) and len(set(filed)) == len(filed)


def test_open_cases_have_work(lives):
    assert all(c.work for c in cases(lives) if c.state in OPEN and c.state is not State.MERGED)


def test_every_unit_has_something_on_its_table(lives, scene):
    work = {i.holder.body for life in lives[:300] for t in life.timelines.values() for i in t.case.work}
    assert [scene.code_of[unit] for unit in scene.units if unit not in work] == []
