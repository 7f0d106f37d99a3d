"""The bell, the list of notices, and what a person wants to hear: one's own only (asks 13)."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from citygrid.messages.models import Address, Delivery, Notice, Subscription, Wish
from citygrid.messages.people import To
from citygrid.organization.models import Person, Seat
from citygrid.organization.notifying.present import Directory
from citygrid.trust.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]
KEYS = {"p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        "auth": "tBHItJI5svbpez7KI4CCXg"}  # fmt: skip


@pytest.fixture
def house(second: Path, settings: Any, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settings.MESSAGE_PROVIDERS = {"sms": {"kind": "file", "path": "sms/sent.jsonl"}}


def client_of(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login=login))
    return client


def notice(login: str, code: str = "messages_stuck", **facts: Any) -> Notice:
    person = Person.objects.get(login=login)
    return Notice.objects.create(person=person.pk, code=code, params={"number": 7}, at=timezone.now(), **facts)


def test_the_bell_counts_my_own_unread_notices(house: None) -> None:
    notice("calltaker1")
    notice("calltaker1")
    notice("dispatcher1")
    mine = client_of("calltaker1")
    assert "2 unread notices" in mine.get("/notices/bell/").text
    assert "1 unread notice" in client_of("dispatcher1").get("/notices/bell/").text
    assert client_of("leader1").get("/notices/bell/").text.count("cg-bell-number") == 0
    assert Client().get("/notices/bell/").status_code == 302


def test_opening_one_reads_it_and_a_stranger_s_does_not_exist(house: None) -> None:
    row = notice("calltaker1")
    assert client_of("dispatcher1").post(f"/notices/{row.pk}/open/").status_code == 404
    mine = client_of("calltaker1")
    assert "7 messages do not get out" in mine.get("/notices/").text
    answer = mine.post(f"/notices/{row.pk}/open/")
    assert (answer.status_code, answer["Location"]) == (302, "/messages/")
    row.refresh_from_db()
    assert row.read_at is not None and row.read_by == row.person
    assert "7 messages" not in mine.get("/notices/?unread=1").text


def test_reading_all_leaves_what_came_meanwhile(house: None) -> None:
    old = notice("calltaker1")
    new = notice("calltaker1")
    theirs = notice("dispatcher1")
    client_of("calltaker1").post("/notices/read/", {"newest": old.pk})
    assert list(Notice.objects.filter(read_at=None).order_by("pk")) == [new, theirs]


def test_a_notice_of_an_event_that_is_gone_still_stands_there(house: None) -> None:
    notice("calltaker1", code="of_an_older_version")
    assert "of_an_older_version" in client_of("calltaker1").get("/notices/").text


def test_where_i_am_reached_is_sealed_and_only_i_see_it(house: None) -> None:
    mine = client_of("calltaker1")
    assert mine.post("/account/notices/", {"language": "en", "address_sms": "139 0000 0009"}).status_code == 302
    row = Address.objects.get()
    assert row.channel == "sms" and row.person == Person.objects.get(login="calltaker1").pk
    assert "139 0000 0009" in mine.get("/account/notices/").text
    assert "139 0000 0009" not in client_of("dispatcher1").get("/account/notices/").text
    kept = list(AuditRecord.objects.filter(act="change_addresses").values("code", "params", "address"))
    assert kept and "139" not in str(kept) and "0009" not in str(kept)
    assert Wish.objects.get().language == "en"
    mine.post("/account/notices/", {"language": "en", "address_sms": ""})
    assert not Address.objects.exists()


def test_what_is_no_number_is_told_and_nothing_is_kept(house: None) -> None:
    mine = client_of("calltaker1")
    answer = mine.post("/account/notices/", {"language": "en", "address_sms": "my phone"})
    assert answer.status_code == 422
    assert "This is no telephone number." in answer.text and 'value="my phone"' in answer.text
    assert not Address.objects.exists() and not Wish.objects.exists()


def test_only_what_is_optional_can_be_switched_off(house: None) -> None:
    mine = client_of("calltaker1")
    was = ["task_given:in_app", "task_given:push", "urged:in_app", "nonsense:sms"]
    mine.post("/account/notices/", {"language": "zh-hans", "was": was, "on": ["task_given:push"]})
    assert Wish.objects.get().off == ["task_given:in_app"]


def test_a_browser_is_taken_in_and_out_by_its_person_alone(house: None) -> None:
    mine, other = client_of("calltaker1"), client_of("dispatcher1")
    info = {"endpoint": "https://updates.push.services.mozilla.com/wpush/v2/abc", "keys": KEYS}
    assert mine.post("/account/notices/browsers/", json.dumps(info), "application/json").status_code == 200
    row = Subscription.objects.get()
    assert other.post(f"/account/notices/browsers/{row.pk}/off/").status_code == 404
    assert other.post("/account/notices/browsers/", json.dumps(info), "application/json").status_code == 200
    row.refresh_from_db()
    assert row.person == Person.objects.get(login="dispatcher1").pk, "whoever sits there now"
    assert other.post(f"/account/notices/browsers/{row.pk}/off/").status_code == 302
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no json", "push_info"), ("[]", "push_info"), ('{"endpoint": 3}', "push_info"),
        (json.dumps({"endpoint": "https://updates.push.services.mozilla.com/x", "keys": {}}), "push_info"),
        (json.dumps({"endpoint": "https://10.0.0.1/admin", "keys": KEYS}), "push_host"),
        (json.dumps({"endpoint": "http://169.254.169.254/latest", "keys": KEYS}), "push_host"),
    ],
)  # fmt: skip
def test_a_push_address_of_elsewhere_is_refused(house: None, body: str, code: str) -> None:
    answer = client_of("calltaker1").post("/account/notices/browsers/", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Subscription.objects.exists()


def test_a_message_to_try_goes_to_myself_and_not_often(house: None, tmp_path: Path) -> None:
    mine = client_of("calltaker1")
    assert mine.post("/account/notices/try/", {"channel": "sms"}).status_code == 404, "no address yet"
    mine.post("/account/notices/", {"language": "en", "address_sms": "13900000009"})
    for _ in range(5):
        mine.post("/account/notices/try/", {"channel": "sms"})
    lines = (tmp_path / "sms" / "sent.jsonl").read_text().splitlines()
    assert len(lines) == 3 and json.loads(lines[0])["to"] == "13900000009"
    assert not Delivery.objects.exists()


def test_the_worker_stands_at_the_root(house: None) -> None:
    answer = Client().get("/notices-worker.js")
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in b"".join(answer.streaming_content)


def test_who_is_there_instead_of_somebody_who_left(house: None) -> None:
    """The person, else the present holder of the post that they left, else the role's people."""
    now = timezone.now()
    seat = Seat.objects.filter(person__login="calltaker1", until=None).select_related("post__role").latest("pk")
    body, role = seat.post.body_id, seat.post.role.code
    gone = To(person=seat.person_id, body=body, role=role)
    assert Directory().present([gone, To(post=seat.post_id)], now) == [[seat.person_id]] * 2
    heir = Person.objects.create_user("heir", name="接任")
    Seat.objects.filter(person=seat.person_id).update(until=now)
    Seat.objects.create(person=heir, post=seat.post, since=now - timedelta(minutes=1))
    later = now + timedelta(minutes=1)
    assert Directory().present([gone], later) == [[heir.pk]]
    heir.is_active = False
    heir.save()
    found = Directory().present([gone, To(role="no_such_role"), To(right="messages.manage")], later)
    assert heir.pk not in found[0] and found[1] == []
    assert found[2] == [Person.objects.get(login="admin1").pk]
