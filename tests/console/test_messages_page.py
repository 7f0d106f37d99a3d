"""Messages that do not get out: seen by whoever cares for them, sent again, redirected, given up (asks 13)."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from citygrid.messages import recipients, stuck
from citygrid.messages.models import Delivery, Notice, Outbox
from citygrid.organization.models import Person
from citygrid.trust import redactable
from citygrid.trust.models import AuditRecord
from tests.organization.conftest import areas, second, standing  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]
PHONE = "13900000009"


@pytest.fixture
def house(second: Path, settings: Any, tmp_path: Path) -> None:  # noqa: F811
    settings.DATA = tmp_path
    settings.MESSAGE_PROVIDERS = {"sms": {"kind": "file", "path": "sms/sent.jsonl"}}


def client_of(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(Person.objects.get(login=login))
    return client


def row(**facts: Any) -> Delivery:
    now = timezone.now()
    plain: dict[str, Any] = {
        "key": uuid4(), "event": "messages_stuck", "params": {"number": 2}, "channel": "sms", "language": "en",
        "state": "failed", "at": now, "error": "provider_refused", "detail": "1003", "tries": 1,
    }  # fmt: skip
    return Delivery.objects.create(**{**plain, **facts})


def person(login: str) -> int:
    return Person.objects.get(login=login).pk


def test_only_who_cares_for_messages_sees_them(house: None) -> None:
    one = row(person=person("calltaker1"))
    for address in ("/messages/", f"/messages/{one.pk}/", "/messages/rules/", "/messages/alarm/"):
        assert client_of("admin1").get(address).status_code == 200, address
        assert client_of("calltaker1").get(address).status_code == 403, address
    for address in ("/messages/again/", f"/messages/{one.pk}/give-up/", f"/messages/{one.pk}/to/"):
        assert client_of("calltaker1").post(address, {"all": "1", "reason": "x"}).status_code == 403
    one.refresh_from_db()
    assert one.state == "failed"


def test_a_number_is_masked_and_the_reason_is_told(house: None) -> None:
    phone = redactable.put(redactable.CALLER_PHONE, PHONE, timezone.now()).id
    one = row(phone=phone)
    for address in ("/messages/", f"/messages/{one.pk}/"):
        page = client_of("admin1").get(address).text
        assert PHONE not in page and "*********09" in page
        assert "The provider refuses it. (1003)" in page


def test_sending_again_queues_it_at_once_with_all_tries(house: None) -> None:
    one, sent = row(person=person("calltaker1"), tries=10), row(person=person("calltaker1"), state="sent")
    client_of("admin1").post("/messages/again/", {"pk": [one.pk, sent.pk, "x"]})
    one.refresh_from_db()
    sent.refresh_from_db()
    assert (one.state, one.tries, sent.state) == ("queued", 0, "sent")
    assert AuditRecord.objects.get(act="retry_messages").params == {"number": 1}


def test_giving_up_needs_a_reason_that_can_be_forgotten(house: None) -> None:
    one = row(person=person("calltaker1"))
    admin = client_of("admin1")
    admin.post(f"/messages/{one.pk}/give-up/", {"reason": " "})
    one.refresh_from_db()
    assert one.state == "failed"
    admin.post(f"/messages/{one.pk}/give-up/", {"reason": "已电话告知"})
    one.refresh_from_db()
    assert one.state == "given_up" and one.reason is not None
    assert "已电话告知" in admin.get(f"/messages/{one.pk}/").text
    assert "已电话告知" not in str(list(AuditRecord.objects.values()))
    admin.post(f"/messages/{one.pk}/give-up/", {"reason": "noch einmal"})
    assert AuditRecord.objects.filter(act="give_up_message").count() == 1


def test_what_found_nobody_goes_to_somebody_who_is_there(house: None) -> None:
    one = row(error="nobody_there", params={"number": 2, "wanted": [{"post": 11}]})
    admin = client_of("admin1")
    for login in ("no_such_login", "dispatcher1"):  # the second one has no number
        admin.post(f"/messages/{one.pk}/to/", {"login": login})
        assert not Notice.objects.exists()
    recipients.keep_address(person("dispatcher1"), "sms", PHONE, timezone.now())
    admin.post(f"/messages/{one.pk}/to/", {"login": "dispatcher1"})
    one.refresh_from_db()
    sent = Delivery.objects.exclude(pk=one.pk).get()
    assert one.state == "given_up"
    assert (sent.state, sent.person, sent.params) == ("queued", person("dispatcher1"), {"number": 2})
    assert Notice.objects.get().person == person("dispatcher1")


def test_what_is_meant_for_a_caller_goes_to_nobody_else(house: None) -> None:
    one = row(phone=redactable.put(redactable.CALLER_PHONE, PHONE, timezone.now()).id)
    recipients.keep_address(person("dispatcher1"), "sms", PHONE, timezone.now())
    assert client_of("admin1").post(f"/messages/{one.pk}/to/", {"login": "dispatcher1"}).status_code == 404


def test_the_alarm_is_told_once_an_hour_and_stands_below_the_bar(house: None) -> None:
    now = timezone.now()
    assert stuck.health(now).well and not stuck.tell(now)
    assert not client_of("admin1").get("/messages/alarm/").text.strip()
    row(person=person("calltaker1"))
    waiting = {"state": "queued", "error": "", "tries": 0}
    row(person=person("calltaker1"), at=now - timedelta(hours=9), next_try=now + timedelta(hours=1), **waiting)
    assert stuck.health(now).stuck == 1, "what waits for the end of the quiet hours is not stuck"
    row(person=person("calltaker1"), at=now - timedelta(hours=9), next_try=now - timedelta(hours=1), **waiting)
    Outbox.objects.create(topic="case.filed", key="x", next_try=None, error="ValueError: x")
    assert (stuck.health(now).stuck, stuck.health(now).events) == (2, 1)
    assert stuck.tell(now) and not stuck.tell(now + timedelta(minutes=5))
    assert stuck.tell(now + timedelta(minutes=61))
    assert set(Notice.objects.values_list("person", "code")) == {(person("admin1"), "messages_stuck")}
    assert "2 messages do not get out." in client_of("admin1").get("/messages/alarm/").text


def test_an_event_that_nobody_could_handle_is_handed_on_again(house: None) -> None:
    lost = Outbox.objects.create(topic="case.filed", key="x", next_try=None, error="ValueError: x", tries=12)
    admin = client_of("admin1")
    assert "ValueError: x" in admin.get("/messages/").text
    assert admin.post(f"/messages/events/{lost.pk}/again/").status_code == 302
    lost.refresh_from_db()
    assert lost.next_try is not None and lost.tries == 0
    assert admin.post(f"/messages/events/{lost.pk}/again/").status_code == 404


def test_the_rules_page_shows_words_in_both_languages(house: None) -> None:
    page = client_of("admin1").get("/messages/rules/").text
    assert "新任务待签收：20260506000123" in page and "New order to sign for: 20260506000123" in page
    assert "every 5 minutes" in page and "{number}" in page


def test_the_command_says_what_is_stuck_and_sends_it_again(house: None) -> None:
    out = StringIO()
    call_command("messages", stdout=out)
    assert out.getvalue() == "0 wait, 0 stuck, 0 events not handled.\n"
    one = row(person=person("calltaker1"))
    with pytest.raises(CommandError, match="1 stuck"):
        call_command("messages")
    call_command("messages", again=True, stdout=out)
    one.refresh_from_db()
    assert one.state == "queued"
