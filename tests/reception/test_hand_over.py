"""The hand-over sheet: written by the system, frozen at the first signature, signed by two leaders (issue point 1)."""

import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction

from citygrid.organization.models import Person, Post, Seat, Shift
from citygrid.reception.models import HandOver
from citygrid.reception.shifts import sheets, watches
from citygrid.trust.models import AuditRecord, Redactable
from tests.cases.world import World


def second_leader(world: World) -> Person:
    """The next leader of the same centre."""
    person = Person.objects.create_user("shiftleader2", name="江渚")
    Seat.objects.create(person=person, post=Post.objects.get(code="shift"), since=world.now - timedelta(days=1))
    return person


def desks(*spans: tuple[str, str, str]) -> None:
    for code, starts, ends in spans:
        Shift.objects.create(code=code, name=code, starts=starts, ends=ends, covers="post", roles=["shift_leader"])


def test_every_moment_is_in_one_shift(world) -> None:
    desks(("early", "08:00", "16:00"), ("late", "16:00", "00:00"))
    body = world.body("centre")
    seen = []
    for hour in range(48):
        at = world.now + timedelta(hours=hour)
        watch = watches.current(body, at)
        assert watch.starts <= at < watch.ends
        assert watches.before(body, at).ends == watch.starts and watches.following(body, watch).starts == watch.ends
        seen.append((watch.shift, watch.day))
    assert {code for code, _day in seen} == {"early", "late", "day"}, "the small hours are a sheet of their own"


def test_a_city_without_shifts_of_leaders_has_a_sheet_a_day(world) -> None:
    watch = watches.current(world.body("centre"), world.now)
    assert (watch.ends - watch.starts, watch.shift) == (timedelta(days=1), watches.WHOLE_DAY)


def test_the_sheet_says_what_is_open_and_freezes(world, sign) -> None:
    case = world.report()
    world.now += timedelta(hours=1)
    leader = sign("shiftleader1")
    page = leader.get("/sheets/now/", follow=True)
    row = HandOver.objects.get()
    number = world.do("shiftleader1", case, "comment", minutes=0, text="看一下").report_no
    assert number in page.text and "签字" in page.text
    assert leader.post(f"/sheets/{row.pk}/write/", {"note": "三号台耳机坏了"}).status_code == 302
    assert leader.post(f"/sheets/{row.pk}/write/", {"case": number}).status_code == 302
    wrong = leader.post(f"/sheets/{row.pk}/write/", {"case": "没有这个"})
    assert wrong.status_code == 422 and "没有这个" in wrong.text
    assert leader.post(f"/sheets/{row.pk}/sign/", {"as": "leave"}).status_code == 302
    frozen = HandOver.objects.get()
    assert frozen.content["counts"]["red"] == 1 and frozen.marks == [case]
    world.do("calltaker1", case, "accept", distinct=True)
    after = leader.get(f"/sheets/{row.pk}/").text
    assert number in after and "三号台耳机坏了" in after, "what it said is what was there then"
    for late in ({"note": "还有一件"}, {"unmark": str(case)}):
        assert leader.post(f"/sheets/{row.pk}/write/", late).status_code == 422
    assert HandOver.objects.get().content == frozen.content and HandOver.objects.get().notes == frozen.notes


def test_texts_of_a_sheet_can_be_forgotten_and_its_ids_hold_no_words(world) -> None:
    leader = world.who("shiftleader1")
    row = sheets.sheet(leader.body.pk, watches.current(leader.body.pk, world.now), world.now)
    assert sheets.note(row.pk, leader, "王女士请十点后回电", world.now) is None
    row.refresh_from_db()
    assert Redactable.objects.get(pk=row.notes[0]).plain == "王女士请十点后回电"
    assert "王女士" not in str(row.content)


def test_the_next_leader_signs_another_person_and_after_the_first(world, sign) -> None:
    second_leader(world)
    leader, nxt = sign("shiftleader1"), sign("shiftleader2")
    leader.get("/sheets/now/")
    row = HandOver.objects.get()
    early = nxt.post(f"/sheets/{row.pk}/sign/", {"as": "take"})
    assert early.status_code == 422 and "先签字" in early.text
    for _twice in range(2):
        assert leader.post(f"/sheets/{row.pk}/sign/", {"as": "leave"}).status_code == 302
    same = leader.post(f"/sheets/{row.pk}/sign/", {"as": "take"})
    assert same.status_code == 422 and "下一班值班长" in same.text
    assert "待签字" in nxt.get("/board/").text
    for _twice in range(2):
        assert nxt.post(f"/sheets/{row.pk}/sign/", {"as": "take"}).status_code == 302
    row.refresh_from_db()
    assert (row.left_by.login, row.taken_by.login) == ("shiftleader1", "shiftleader2")
    assert "待签字的交接班单" not in nxt.get("/board/").text
    noted = AuditRecord.objects.filter(subject_id=str(row.pk)).values_list("act", "outcome", "code")
    assert set(noted) == {
        ("hand_over", "done", ""), ("take_over", "done", ""), ("sign_hand_over", "refused", "sheet_not_left"),
        ("sign_hand_over", "refused", "sheet_same_person"),
    }  # fmt: skip


def test_the_database_knows_that_two_sign(world) -> None:
    leader = world.who("shiftleader1")
    row = sheets.sheet(leader.body.pk, watches.current(leader.body.pk, world.now), world.now)
    try:
        with transaction.atomic():
            HandOver.objects.filter(pk=row.pk).update(left_by=leader.person, taken_by=leader.person)
    except IntegrityError:
        return
    raise AssertionError("one person signed twice")


def test_a_sheet_of_another_centre_does_not_exist(world, sign) -> None:
    sign("shiftleader1").get("/sheets/now/")
    row = HandOver.objects.get()
    stranger = sign("east_shiftleader")
    assert stranger.get(f"/sheets/{row.pk}/").status_code == 404
    assert stranger.post(f"/sheets/{row.pk}/sign/", {"as": "leave"}).status_code == 404
    assert sign("calltaker1").get(f"/sheets/{row.pk}/").status_code == 403
    assert sign("shiftleader1").get(f"/sheets/{uuid.uuid4()}/").status_code == 404


def test_the_system_writes_the_sheet_of_a_shift_that_is_over_once(world) -> None:
    centres = watches.centres()
    assert world.body("centre") in centres and world.body("centre_east") in centres
    assert sheets.write_those_over(world.now) == len(centres)
    assert sheets.write_those_over(world.now + timedelta(minutes=5)) == 0
    unsigned = sheets.unsigned(world.body("centre"), world.now)
    assert [row.ends for row in unsigned] == [watches.before(world.body("centre"), world.now).ends]
