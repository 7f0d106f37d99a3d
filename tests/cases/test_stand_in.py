"""What a stand-in does is done in the post's name, and timeline and audit say for whom (S0-43; ids only in entries)."""

import uuid
from datetime import timedelta

from django.test import Client

from citygrid.cases import acting, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.models import EntryRow
from citygrid.cases.submission import Submission
from citygrid.organization import assignment
from citygrid.organization.models import Person, Post, Seat
from citygrid.organization.seats import signed
from citygrid.process import Entry, Refusal
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign, sign, take
from tests.cases.world import World

__all__ = ["sign"]


def stand_in(world: World, login: str, absent: str, post: str) -> Seat:
    people = {one.login: one for one in Person.objects.filter(login__in=(login, absent))}
    made = assignment.assign(
        people[login], Post.objects.get(code=post), world.now - timedelta(hours=1), until=world.now + timedelta(days=2),
        stand_in_for=people[absent],
    )  # fmt: skip
    assert isinstance(made, Seat), made
    return made


def last_entry(world: World, case: uuid.UUID) -> Entry:
    found = reading.case_for(world.who("leader1").scope, case)
    assert found is not None
    return reading.timeline(found)[-1]


def on_post(sign: Sign, login: str, seat: Seat) -> Client:
    client = sign(login)
    client.post("/posts/", {"seat": seat.pk})
    return client


def test_the_timeline_says_who_stood_in_for_whom(world: World, sign: Sign) -> None:
    case = world.report()
    seat = stand_in(world, "calltaker1", "shiftleader1", "shift")
    client = on_post(sign, "calltaker1", seat)
    answer = take(client, case, "comment", text="已电话确认")
    assert answer.status_code < 400, answer.text
    entry = last_entry(world, case)
    assert (entry.actor.person, entry.actor.stands_in_for) == (world.person("calltaker1"), world.person("shiftleader1"))
    assert entry.actor.post == seat.post_id
    kept = EntryRow.objects.filter(case_id=case).order_by("-seq").values_list("data", flat=True).first()
    assert kept["stands_in_for"] == world.person("shiftleader1")
    assert "程远" not in str(kept) and "林渡" not in str(kept)
    assert "程远（代林渡）" in client.get(f"/cases/{case}/").text


def test_an_act_in_ones_own_post_says_nothing_of_it(world: World, sign: Sign) -> None:
    case = world.report()
    stand_in(world, "calltaker1", "shiftleader1", "shift")
    answer = take(sign("calltaker1", "calltaker"), case, "comment", text="已电话确认")
    assert answer.status_code < 400, answer.text
    entry = last_entry(world, case)
    assert entry.actor.stands_in_for is None
    assert "stands_in_for" not in entry.data


def test_a_refused_act_of_a_stand_in_is_in_the_audit_with_both(world: World) -> None:
    case = world.report()
    seat = stand_in(world, "calltaker1", "shiftleader1", "shift")
    held = Seat.objects.select_related("person", "post__body", "post__role").get(pk=seat.pk)
    who = signed(held.person, held, world.now)
    answer = acting.submit(Submission(case, uuid.uuid4(), "close", {}), actor_of(who), who.scope, world.now)
    assert isinstance(answer, Refusal)
    line = AuditRecord.objects.filter(act="close").latest("id")
    assert line.params["stands_in_for"] == str(world.person("shiftleader1"))
