"""A lost phone is blocked by a lead of its person, and by nobody else (S1-39)."""

from citygrid.collection.models import Device, SentEntry
from citygrid.organization.models import SignIn
from citygrid.trust.models import AuditRecord
from tests.cases.world import WEST, picture
from tests.collection.phones import Phone, new_id, report, signed_in

PAGE = "/collection/devices/"


def seen(phone, login):
    """A phone that has sent, and its row."""
    one = phone(login)
    one.sync()
    return one, Device.objects.get(device=one.device)


def test_a_lead_sees_the_phones_of_their_people(phone, world):
    seen(phone, "collector3")
    lead = signed_in(world, "teamlead1")
    page = lead.get(PAGE).text
    assert "姜蓝" in page and "collector3" in page
    assert "姜蓝" in lead.get(PAGE, {"q": "collector3"}).text and "姜蓝" not in lead.get(PAGE, {"q": "戚里"}).text


def test_a_blocked_phone_sends_nothing_and_its_person_is_signed_out(phone, world):
    collector, row = seen(phone, "collector3")
    file = new_id()
    collector.begin(file, picture(1))
    lead = signed_in(world, "teamlead1")
    assert lead.post(f"{PAGE}{row.pk}/block/", {"reason": "丢失"}).status_code == 302
    assert collector.post("sync", device=collector.device, entries=[])[0] == 401
    assert not SignIn.objects.filter(person=row.person, ended_at=None).exists()
    again = Phone(signed_in(world, "collector3"), collector.device)
    for status, told in (
        again.post("sync", device=again.device, entries=[report(WEST)]),
        again.begin(new_id(), picture(2)),
        again.put(file, 0, picture(1)),
        again.post("positions", device=again.device, fixes=[[1, "111", "30"]]),
    ):
        assert (status, told["code"]) == (403, "device_blocked")
    assert not SentEntry.objects.exists()
    note = AuditRecord.objects.get(act="block_phone")
    assert (note.subject_id, note.person) == (collector.device, world.person("teamlead1"))


def test_nobody_else_sends_from_it_and_the_person_does_from_another(phone, world):
    collector, row = seen(phone, "collector3")
    signed_in(world, "teamlead1").post(f"{PAGE}{row.pk}/block/", {"reason": "丢失"})
    thief = Phone(signed_in(world, "collector4"), collector.device)
    assert thief.post("sync", device=thief.device, entries=[])[0] == 403
    assert phone("collector3").post("sync", device=new_id(), entries=[])[0] == 200


def test_a_phone_that_was_found_sends_again(phone, world):
    collector, row = seen(phone, "collector3")
    lead = signed_in(world, "teamlead1")
    lead.post(f"{PAGE}{row.pk}/block/", {"reason": "丢失"})
    assert lead.post(f"{PAGE}{row.pk}/unblock/").status_code == 302
    again = Phone(signed_in(world, "collector3"), collector.device)
    assert again.post("sync", device=again.device, entries=[])[0] == 200


def test_blocking_needs_a_reason(phone, world):
    _collector, row = seen(phone, "collector3")
    signed_in(world, "teamlead1").post(f"{PAGE}{row.pk}/block/", {"reason": " "})
    assert Device.objects.get(pk=row.pk).blocked_at is None


def test_a_stranger_sees_and_blocks_none(phone, world):
    _collector, row = seen(phone, "collector3")
    for login in ("collector4", "dispatcher1"):
        client = signed_in(world, login)
        assert client.get(PAGE).status_code == client.post(f"{PAGE}{row.pk}/block/", {"reason": "x"}).status_code == 403
    assert Device.objects.get(pk=row.pk).blocked_at is None


def test_a_phone_of_another_body_does_not_exist_for_a_lead(phone, world):
    _desk, row = seen(phone, "west_sanitation_desk")
    lead = signed_in(world, "teamlead1")
    assert lead.post(f"{PAGE}{row.pk}/block/", {"reason": "x"}).status_code == 404
    assert "west_sanitation_desk" not in lead.get(PAGE).text
