"""Drafts, versions and what is in force: nobody sees a draft, a version goes before standing shifts (S0-43, S1-41)."""

import uuid
from datetime import date, time, timedelta

import pytest

from citygrid.organization import tree
from citygrid.organization.duty_models import Roster, RosterEdit
from citygrid.organization.models import Body, Duty, Post, Seat
from citygrid.organization.rosters import gaps, rostering
from citygrid.process.refusal import Refusal
from citygrid.trust.models import AuditRecord

from .conftest import area
from .duty_town import GRIDS, MONDAY, ZONE, DutyTown, town

__all__ = ["town"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]
TUESDAY = MONDAY + timedelta(days=1)
SATURDAY = MONDAY + timedelta(days=5)


def standing(post: str = "collector_4", grid: str = "D1") -> Duty:
    return Duty.objects.create(duty_grid=grid, post=Post.objects.get(code=post), starts=time(0), ends=time(23, 59))


def test_a_draft_counts_for_nobody_and_its_version_goes_before_the_standing_shift(town: DutyTown) -> None:
    standing()
    draft = town.draft()
    town.put(draft, "collector1")
    assert town.on("D1", TUESDAY, "07:00") == "collector4"
    town.publish(draft)
    assert town.on("D1", TUESDAY, "07:00") == "collector1"
    assert town.on("D1", TUESDAY, "23:00") is None  # the third watch is for days of rest
    assert town.on("D1", MONDAY + timedelta(days=7), "07:00") == "collector4"
    assert draft.grids == ["D1", "D2", "D3"]


def test_a_shift_past_midnight_belongs_to_its_roster_on_the_last_day(town: DutyTown) -> None:
    standing()
    draft = town.draft(first=SATURDAY, days=1)
    town.put(draft, "collector2")
    town.publish(draft)
    sunday = SATURDAY + timedelta(days=1)
    assert town.on("D1", SATURDAY, "23:30") == "collector2"
    assert town.on("D1", sunday, "05:59") == "collector2"
    assert town.on("D1", sunday, "06:00") == "collector4"


def test_a_later_version_holds_but_never_for_the_past(town: DutyTown) -> None:
    first, second = town.draft(), town.draft()
    town.put(first, "collector1")
    town.put(second, "collector2")
    assert town.publish(first).number == 1
    town.now += timedelta(days=2)
    version = town.publish(second)
    assert (version.number, version.since) == (2, MONDAY + timedelta(days=2))
    assert town.on("D1", TUESDAY, "07:00") == "collector1"
    assert town.on("D1", MONDAY + timedelta(days=2), "07:00") == "collector2"


def test_another_bodys_standing_shift_in_the_same_grid_stays(town: DutyTown) -> None:
    other = Body.objects.create(code="night_firm", name="夜", kind="contractor", side="supervising", level="city")
    role = Post.objects.get(code="collector_1").role
    post = Post.objects.create(code="night_post", name="夜", body=other, role=role)
    Seat.objects.create(person=town.who("collector3").person, post=post, since=town.now - timedelta(days=9))
    Duty.objects.create(duty_grid="D1", post=post, starts=time(22), ends=time(6))
    draft = town.draft()
    town.put(draft, "collector1", shifts="AB")
    town.publish(draft)
    assert town.on("D1", TUESDAY, "23:00") == "collector3"


def test_the_second_of_two_editors_sees_what_changed(town: DutyTown) -> None:
    draft, lead = town.draft(), town.who("teamlead1")
    cell = ("g:D1", "A", TUESDAY)
    first = rostering.change(draft.pk, uuid.uuid4(), 0, {cell: [town.one("collector1")]}, lead, town.now, ZONE)
    assert isinstance(first, RosterEdit)
    other = town.who("contractor1")
    late = rostering.change(draft.pk, uuid.uuid4(), 0, {cell: [town.one("collector2")]}, other, town.now, ZONE)
    assert isinstance(late, Refusal) and late.code == "changed_meanwhile"
    told = rostering.since_then(draft, 0)
    assert [(edit.by, edit.cells) for edit in told] == [
        (lead.person, [["g:D1", "A", TUESDAY.isoformat(), [], [list(town.one("collector1"))]]])
    ]
    assert rostering.cells(draft)[cell] == [town.one("collector1")]


def test_the_same_edit_twice_is_once(town: DutyTown) -> None:
    draft, lead, edit = town.draft(), town.who("teamlead1"), uuid.uuid4()
    cells = {("g:D1", "A", TUESDAY): [town.one("collector1")]}
    once = rostering.change(draft.pk, edit, 0, cells, lead, town.now, ZONE)
    again = rostering.change(draft.pk, edit, 0, cells, lead, town.now, ZONE)
    assert once == again
    assert Duty.objects.filter(roster=draft).count() == 1
    stranger = rostering.change(draft.pk, edit, 1, {}, town.who("contractor1"), town.now, ZONE)
    assert isinstance(stranger, Refusal) and stranger.code == "same_id"


@pytest.mark.parametrize(
    ("cell", "login", "code"),
    [
        (("g:D9", "A", TUESDAY), "collector1", "outside"),
        (("g:D1", "office", TUESDAY), "collector1", "outside"),
        (("g:D1", "A", date(2026, 6, 1)), "collector1", "outside"),
        (("g:D1", "C", TUESDAY), "collector1", "outside"),
        (("g:D1", "A", TUESDAY), "calltaker1", "not_of_the_body"),
        (("g:D1", "A", TUESDAY), "teamlead1", "not_of_the_body"),
    ],
)
def test_who_or_what_does_not_belong_is_refused_and_changes_nothing(
    town: DutyTown, cell: rostering.Key, login: str, code: str
) -> None:
    draft = town.draft()
    wanted = {("g:D2", "A", TUESDAY): [town.one("collector1")], cell: [town.one(login)]}
    answer = rostering.change(draft.pk, uuid.uuid4(), 0, wanted, town.who("teamlead1"), town.now, ZONE)
    assert isinstance(answer, Refusal) and answer.code == code
    assert not Duty.objects.filter(roster=draft).exists()


def test_publishing_warns_of_gaps_once_and_is_on_the_record(town: DutyTown) -> None:
    draft, lead = town.draft(), town.who("teamlead1")
    town.put(draft, "collector1", places=("D1", "D2"))
    draft.refresh_from_db()
    answer = rostering.publish(draft.pk, draft.edits, lead, town.now, MONDAY, ZONE)
    assert isinstance(answer, Refusal) and answer.code == "gaps"
    assert answer.params["count"] == 7 * 2 + 2  # D3: two watches on seven days, the third at the weekend
    assert isinstance(rostering.publish(draft.pk, 0, lead, town.now, MONDAY, ZONE, despite_gaps=True), Refusal)
    before = tree.version()
    town.publish(draft)
    assert tree.version() != before
    assert town.publish(draft).number == 1
    line = AuditRecord.objects.get(act="publish_roster")
    assert (line.params["number"], line.params["gaps"], line.seat) == (1, 16, lead.seat.pk)
    closed = rostering.change(draft.pk, uuid.uuid4(), draft.edits, {}, lead, town.now, ZONE)
    assert isinstance(closed, Refusal) and closed.code == "not_a_draft"


def test_gaps_say_where_and_why(town: DutyTown) -> None:
    draft = town.draft()
    town.put(draft, "collector1")
    town.put(draft, "collector2", places=("D2",), shifts="A")
    town.publish(draft)
    town.leave("collector1", TUESDAY, TUESDAY)
    found = gaps.report(MONDAY, TUESDAY, ZONE, grids=GRIDS)
    told = [(gap.day, gap.shift, gap.place, gap.why, gap.grids) for gap in found.gaps]
    assert told == [
        (TUESDAY, "A", "D1", "away", 2),
        (TUESDAY, "A", "D3", "away", 2),
        (TUESDAY, "B", "D1", "away", 2),
        (TUESDAY, "B", "D2", "away", 2),
        (TUESDAY, "B", "D3", "away", 2),
    ]
    assert found.asked == 2 * 2 * 3
    assert town.on("D1", TUESDAY, "07:00") == ""
    assert gaps.report(SATURDAY, SATURDAY, ZONE, grids=GRIDS).asked == 9


def test_several_in_one_place_are_told(town: DutyTown) -> None:
    draft, lead = town.draft(days=1), town.who("teamlead1")
    both = [town.one("collector1"), town.one("collector2")]
    rostering.change(draft.pk, uuid.uuid4(), 0, {("g:D1", "A", MONDAY): both}, lead, town.now, ZONE)
    draft.refresh_from_db()
    found = [gap for gap in rostering.left_open(draft, MONDAY, ZONE).gaps if gap.why == "several"]
    assert [(gap.place, gap.shift, len(gap.persons)) for gap in found] == [("D1", "A", 2)]


def test_a_unit_grid_without_a_duty_grid_is_told(town: DutyTown) -> None:
    assert gaps.unassigned(MONDAY, "A") == []
    area("LOST", "grid", since=TUESDAY)
    assert gaps.unassigned(MONDAY, "A") == []
    assert [code for _pk, code in gaps.unassigned(TUESDAY, "A")] == ["LOST"]


def test_a_desk_needs_somebody_on_work_days_once_its_body_keeps_a_roster(town: DutyTown) -> None:
    centre = Body.objects.get(code="centre")
    assert gaps.report(MONDAY, SATURDAY, ZONE, grids=[], bodies=[centre.pk]).asked == 0
    draft = town.draft(body="centre", by="shiftleader1")
    cell = ("p:calltaker", "office", MONDAY)
    leader = town.who("shiftleader1")
    rostering.change(draft.pk, uuid.uuid4(), 0, {cell: [town.one("calltaker1")]}, leader, town.now, ZONE)
    draft.refresh_from_db()
    town.publish(draft, "shiftleader1")
    found = gaps.report(MONDAY, SATURDAY, ZONE, grids=[], bodies=[centre.pk])
    assert (found.asked, [gap.day for gap in found.gaps]) == (5, [MONDAY + timedelta(days=n) for n in (1, 2, 3, 4)])


def test_a_copy_takes_over_the_week_before_without_those_who_left(town: DutyTown) -> None:
    draft = town.draft()
    town.put(draft, "collector1", places=("D1",))
    town.put(draft, "collector2", places=("D2",))
    town.publish(draft)
    Seat.objects.filter(person__login="collector2").update(until=town.now + timedelta(days=3))
    following = town.draft(first=MONDAY + timedelta(days=7))
    found = rostering.copied(following, 1, ZONE)
    day = MONDAY + timedelta(days=7)
    assert found["g:D1", "A", day] == [town.one("collector1")]
    assert found["g:D2", "A", day] == []
    assert ("g:D3", "A", day) not in found


def test_a_month_of_a_city_is_one_edit_and_dropping_it_leaves_nothing(town: DutyTown) -> None:
    draft = town.draft(days=31)
    town.put(draft, "collector1")
    rows = 3 * (31 * 2 + 8)  # the third watch on the eight days of four weekends
    assert Duty.objects.filter(roster=draft).count() == rows
    town.put(draft, "collector2", places=("D1",))
    assert Duty.objects.filter(roster=draft).count() == rows
    dropped = rostering.drop(draft.pk, town.who("teamlead1"), town.now)
    assert isinstance(dropped, Roster)
    assert not Duty.objects.filter(roster=draft).exists()
    assert RosterEdit.objects.filter(roster=draft).count() == 2


def test_a_roster_is_not_made_for_the_past_nor_for_a_body_without_shifts(town: DutyTown) -> None:
    lead = town.who("teamlead1")
    collect, water = Body.objects.get(code="collect"), Body.objects.get(code="water")
    yesterday = MONDAY - timedelta(days=1)
    for body, first, last, code in (
        (collect, yesterday, yesterday, "past_days"),
        (collect, TUESDAY, MONDAY, "bad_days"),
        (collect, MONDAY, MONDAY + timedelta(days=62), "bad_days"),
        (water, MONDAY, MONDAY, "no_shift"),
    ):
        answer = rostering.make(uuid.uuid4(), body, first, last, lead, town.now, MONDAY)
        assert isinstance(answer, Refusal) and answer.code == code, code
    assert not Roster.objects.exists()
