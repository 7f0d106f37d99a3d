"""例会: called, attended, decided, issued; what follows from it; who may what (S0-49, S0-36)."""

import re
import uuid
from datetime import timedelta

import pytest

from citygrid.cases import reading
from citygrid.coordination.commission_models import AgendaItem, Meeting
from citygrid.rulebook.slices import localday
from citygrid.trust.models import AuditRecord
from tests.coordination.test_library import referred

LIST = "/coordination/meetings/"


@pytest.fixture
def meeting(world, sign):
    data = {"meeting": uuid.uuid4(), "title": "三月协调例会", "held_at": "2026-03-05T09:00", "place": "第一会议室"}
    client = sign("office1")
    for _click in range(2):
        answer = client.post(LIST, data)
    assert answer["Location"] == f"{LIST}{data['meeting']}/"
    return Meeting.objects.get()


def item(world, sign, meeting, case):
    sign("office1").post("/coordination/library/put/", {"meeting": meeting.pk, "case": [case]})
    return AgendaItem.objects.get(meeting=meeting, case_id=case)


def settler(world, case):
    """Who owes the settlement in this city."""
    held = next(i for i in reading.case_for(world.who("office1").scope, case).work if i.kind == "settle").holder
    logins = ("commission1", "dispatcher1", "shiftleader1", "west_dispatcher", "west_shiftleader")
    actors = [(login, world.actor(login)) for login in logins]
    return next(login for login, one in actors if (one.body, one.role) == (held.body, held.role))


def decide(client, one, seen="", **data):
    return client.post(f"{LIST}{one.meeting_id}/{one.pk}/decide/", {"seen": seen, **data})


def test_a_meeting_invites_the_members_of_its_day(world, meeting):
    """The fixture called it twice (a double click): one meeting, one line in the audit."""
    assert meeting.attendants.count() > 0
    assert AuditRecord.objects.filter(act="call_meeting").count() == 1


def test_who_may_only_read_changes_nothing_and_a_stranger_reads_nothing(world, sign, meeting):
    one = f"{LIST}{meeting.pk}/"
    assert sign("leader1").get(one).status_code == 200
    data = {"meeting": uuid.uuid4(), "title": "x", "held_at": "2026-03-05T09:00"}
    assert sign("leader1").post(LIST, data).status_code == 404
    assert sign("leader1").post(f"{one}matter/", {"matter": uuid.uuid4(), "title": "x"}).status_code == 403
    for login in ("west_sanitation_desk", "collector1", "dispatcher1"):
        assert sign(login).get(one).status_code == 403
    assert Meeting.objects.count() == 1 and not meeting.items.exists()


def test_a_case_comes_from_the_library_once_and_is_settled_through_the_act(world, sign, meeting):
    case = referred(world)
    one = item(world, sign, meeting, case)
    assert item(world, sign, meeting, case).pk == one.pk
    scope, address = world.who("commission1").scope, f"{LIST}{meeting.pk}/"
    asks = f"/cases/{case}/acts/settle/"
    offered = reading.offers_for(reading.case_for(scope, case), world.actor("commission1"), world.now)
    assert (asks in sign("commission1").get(address).text) is any(each.spec.name == "settle" for each in offered)
    judge = settler(world, case)
    world.do(judge, case, "settle", body=world.body("west_roads"), ground="例会纪要第一条")
    assert asks not in sign("commission1").get(address).text
    assert reading.case_for(scope, case).current.body == world.body("west_roads")


def test_two_write_at_once_the_second_sees_what_the_first_wrote_and_keeps_the_own_words(world, sign, meeting):
    one = item(world, sign, meeting, referred(world))
    client = sign("office1")
    assert decide(client, one, decision="由市政负责").status_code == 302
    late = decide(sign("commission1"), one, decision="由环卫负责")
    assert late.status_code == 422 and "由环卫负责" in late.text and "由市政负责" in late.text
    one.refresh_from_db()
    assert one.decision == "由市政负责"
    again = decide(client, one, decision="由市政负责")
    assert again.status_code == 302
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(f"{LIST}{meeting.pk}/").text)[1]
    assert decide(client, one, seen.replace("&#x2B;", "+"), decision="由环卫负责").status_code == 302
    one.refresh_from_db()
    assert one.decision == "由环卫负责"


def test_minutes_need_a_decision_on_every_point_and_never_change_afterwards(world, sign, meeting):
    one = item(world, sign, meeting, referred(world))
    client, address = sign("office1"), f"{LIST}{meeting.pk}/"
    assert client.post(f"{address}issue/").status_code == 422
    present = str(meeting.attendants.first().pk)
    client.post(f"{address}attendance/", {"present": [present]})
    body, due = world.body("west_roads"), localday(world.now) + timedelta(days=7)
    assert decide(client, one, decision="由市政负责", due=due).status_code == 422, "a due without somebody"
    assert decide(client, one, decision="由市政负责", body=body, due=due).status_code == 302
    assert client.post(f"{address}issue/").status_code == 302
    meeting.refresh_from_db()
    issued = meeting.issued_at, meeting.minutes.sha256
    world.now += timedelta(hours=1)
    client = sign("office1")
    client.post(f"{address}issue/")
    assert decide(client, one, one.decided_at or "", decision="改主意了").status_code == 422
    assert client.post(f"{address}matter/", {"matter": uuid.uuid4(), "title": "晚了"}).status_code == 422
    meeting.refresh_from_db()
    assert (meeting.issued_at, meeting.minutes.sha256) == issued
    assert AuditRecord.objects.filter(act="issue_minutes").count() == 1
    file = sign("leader1").get(f"{address}minutes.pdf")
    assert file.content.startswith(b"%PDF-")
    assert AuditRecord.objects.filter(act="download", subject_id="coordination:minutes").exists()


def test_what_follows_is_owed_turns_late_and_is_done_once(world, sign, meeting):
    one = item(world, sign, meeting, referred(world))
    client, due = sign("office1"), localday(world.now) + timedelta(days=7)
    decide(client, one, decision="由市政负责", body=world.body("west_roads"), due=due)
    assert "由市政负责" in client.get(LIST).text and 'class="red"' not in client.get(LIST).text
    world.now += timedelta(days=9)
    client = sign("office1")
    assert 'class="red"' in client.get(LIST).text
    address = f"{LIST}{meeting.pk}/{one.pk}/done/"
    for note in ("已移交", "再说一遍"):
        client.post(address, {"note": note})
    one.refresh_from_db()
    assert one.done_note == "已移交" and "由市政负责" not in client.get(LIST).text


def test_a_matter_in_words_and_taking_a_point_off(world, sign, meeting):
    client, address, matter = sign("office1"), f"{LIST}{meeting.pk}/", uuid.uuid4()
    for _click in range(2):
        client.post(f"{address}matter/", {"matter": matter, "title": "夜间施工联合执法"})
    assert meeting.items.count() == 1
    assert client.post(f"{address}matter/", {"matter": uuid.uuid4(), "title": " "}).status_code == 422
    client.post(f"{address}{matter}/off/")
    assert not meeting.items.exists()
    assert client.post(f"{address}{matter}/done/").status_code == 404
