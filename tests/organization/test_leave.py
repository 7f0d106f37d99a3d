"""Leave is asked for by oneself and granted by somebody else; it takes the person off every shift (S0-43)."""

import uuid
from datetime import timedelta

import pytest

from citygrid.organization.duty_models import Leave
from citygrid.organization.models import Seat
from citygrid.organization.rosters import leaves
from citygrid.process.refusal import Refusal
from citygrid.trust.models import AuditRecord

from .duty_town import MONDAY, ZONE, DutyTown, town

__all__ = ["town"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]
TUESDAY = MONDAY + timedelta(days=1)


def asked(town: DutyTown, login: str = "collector1", length: int = 2, kind: str = "L1") -> Leave | Refusal:
    who = town.who(login)
    last = TUESDAY + timedelta(days=length - 1)
    return leaves.ask(uuid.uuid4(), who.person, kind, TUESDAY, last, who, town.now, town.today)


def test_only_granted_leave_takes_somebody_off_and_a_stand_in_covers(town: DutyTown) -> None:
    draft = town.draft()
    town.put(draft, "collector1")
    town.publish(draft)
    leave = asked(town)
    assert isinstance(leave, Leave)
    assert town.on("D1", TUESDAY, "07:00") == "collector1"
    leaves.decide(leave.pk, True, town.who("teamlead1"), town.now)
    leave.refresh_from_db()
    assert town.on("D1", TUESDAY, "07:00") == ""
    assert len(leaves.uncovered(leave, ZONE, MONDAY)) == 2 * 2 * 3
    assert len(leaves.planned(leave.person_id, TUESDAY, TUESDAY, ZONE)) == 6
    client = town.client("teamlead1")
    seat = Seat.objects.get(person__login="collector1")
    form = {"seat": seat.pk, "login": "collector2", "since": f"{TUESDAY}T00:00", "until": f"{TUESDAY}T23:59"}
    assert client.post("/stand-ins/", form).status_code == 302
    assert town.on("D1", TUESDAY, "07:00") == "collector2"
    assert {gap.day for gap in leaves.uncovered(leave, ZONE, MONDAY)} == {TUESDAY + timedelta(days=1)}


def test_nobody_grants_their_own_and_it_is_on_the_record(town: DutyTown) -> None:
    leave = asked(town, "teamlead1")
    assert isinstance(leave, Leave)
    answer = leaves.decide(leave.pk, True, town.who("teamlead1"), town.now)
    assert isinstance(answer, Refusal) and answer.code == "own_leave"
    assert AuditRecord.objects.get(act="grant_leave").outcome == "refused"
    assert isinstance(leaves.decide(leave.pk, False, town.who("leader1"), town.now), Leave)
    late = leaves.decide(leave.pk, True, town.who("shiftleader1"), town.now)
    assert isinstance(late, Refusal) and late.code == "decided"


def test_what_cannot_be_asked_is_said(town: DutyTown) -> None:
    assert isinstance(asked(town), Leave)
    for answer, code in (
        (asked(town), "leave_overlaps"),
        (asked(town, "collector2", 11), "too_long"),
        (asked(town, "collector2", 0), "bad_days"),
        (asked(town, "collector2", kind="L9"), "no_kind"),
    ):
        assert isinstance(answer, Refusal) and answer.code == code, answer
    who = town.who("collector3")
    past = MONDAY - timedelta(days=3)
    answer = leaves.ask(uuid.uuid4(), who.person, "L1", past, past, who, town.now, MONDAY)
    assert isinstance(answer, Refusal) and answer.code == "past_days"


def test_asking_twice_with_one_id_is_once(town: DutyTown) -> None:
    who, one = town.who("collector1"), uuid.uuid4()
    first = leaves.ask(one, who.person, "L1", TUESDAY, TUESDAY, who, town.now, MONDAY)
    assert leaves.ask(one, who.person, "L1", TUESDAY, TUESDAY, who, town.now, MONDAY) == first
    other = leaves.ask(one, who.person, "L1", TUESDAY, TUESDAY + timedelta(days=1), who, town.now, MONDAY)
    assert isinstance(other, Refusal) and other.code == "same_id"
    assert Leave.objects.count() == 1


def test_who_comes_back_early_is_on_shift_again(town: DutyTown) -> None:
    draft = town.draft()
    town.put(draft, "collector1")
    town.publish(draft)
    leave = town.leave("collector1", TUESDAY, TUESDAY + timedelta(days=3))
    town.now += timedelta(days=2)
    lead = town.who("teamlead1")
    begun = leaves.end(leave.pk, None, lead, town.now, town.today)
    assert isinstance(begun, Refusal) and begun.code == "begun"
    assert isinstance(leaves.end(leave.pk, TUESDAY, lead, town.now, town.today), Leave)
    assert town.on("D1", TUESDAY, "07:00") == ""
    assert town.on("D1", TUESDAY + timedelta(days=1), "07:00") == "collector1"


def test_pages_by_owner_colleague_leader_and_stranger(town: DutyTown) -> None:
    owner, colleague, lead = town.client("collector1"), town.client("collector2"), town.client("teamlead1")
    stranger, far = town.client("west_sanitation_worker"), town.client("west_shiftleader")
    form = {"kind": "L1", "first_day": TUESDAY.isoformat(), "last_day": TUESDAY.isoformat(), "id": str(uuid.uuid4())}
    assert owner.post("/leave/", form).status_code == 302
    leave = Leave.objects.get()
    decide, end = f"/leave/{leave.pk}/decide/", f"/leave/{leave.pk}/end/"
    assert colleague.post(decide, {"act": "grant"}).status_code == 403
    assert stranger.post(decide, {"act": "grant"}).status_code == 403
    assert far.post(decide, {"act": "grant"}).status_code == 404
    assert colleague.post(end).status_code == 403
    assert far.post(end).status_code == 404
    assert "魏紫" not in colleague.get("/leave/").text.split("</header>", 1)[1]
    assert "魏紫" in lead.get("/leave/").text
    assert lead.post(decide, {"act": "grant"}).status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.decided_by) == ("granted", town.who("teamlead1").person)
    wrong = owner.post("/leave/", {**form, "id": str(uuid.uuid4())})
    assert wrong.status_code == 422
    assert TUESDAY.isoformat() in wrong.text
    assert owner.post(end).status_code == 302
    for_other = {**form, "id": str(uuid.uuid4()), "login": "collector2"}
    assert owner.post("/leave/", for_other).status_code == 422
    assert lead.post("/leave/", for_other).status_code == 302
    assert Leave.objects.filter(person__login="collector2", asked_by__login="teamlead1").exists()
