"""Sending what is queued: retries, refusals, outages, a killed sender, many senders, digests (asks 13)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from citygrid.messages import delivering, recipients
from citygrid.messages.channels import outside
from citygrid.messages.models import Delivery
from citygrid.trust import redactable
from tests.messages.conftest import COLLEAGUE, NOON, OWNER, Provider, gateway

pytestmark = pytest.mark.django_db


def queue(number: int = 1, person: int | None = OWNER, **facts: Any) -> list[Delivery]:
    plain: dict[str, Any] = {
        "event": "flood", "params": {"level": 3}, "channel": "sms", "person": person, "language": "zh-hans",
        "state": "queued", "at": NOON, "next_try": NOON,
    }  # fmt: skip
    return Delivery.objects.bulk_create(Delivery(key=uuid4(), **{**plain, **facts}) for _ in range(number))


def state(row: Delivery) -> tuple[str, str, int]:
    row.refresh_from_db()
    return row.state, row.error, row.tries


def test_it_is_sent_once_in_the_words_of_the_language(flood: Any, sms: Provider, phones: None) -> None:
    flood()
    (one,) = queue()
    (other,) = queue(person=COLLEAGUE, language="en")
    delivering.drain(NOON)
    delivering.drain(NOON + timedelta(hours=1))
    told = {heard.json["mobile"]: heard.json for heard in sms.heard}
    assert told["13800000001"] == {"mobile": "13800000001", "content": "水位已到3米", "request": str(one.key)}
    assert told["13800000002"]["content"] == "The water stands at 3 m"
    assert len(sms.heard) == 2
    assert state(one) == ("sent", "", 1)
    assert (one.provider_id, one.sent_at) == ("m1", NOON)
    assert sms.heard[0].headers["Authorization"] == "Bearer s3cret"
    assert state(other)[0] == "sent"


def test_a_fault_is_tried_again_with_longer_waits_and_in_the_end_left_to_a_person(
    flood: Any, sms: Provider, phones: None
) -> None:
    flood()
    sms.answers = [(500, {})]
    (one,) = queue()
    now, waits = NOON, []
    for _ in range(delivering.MOST_TRIES):
        delivering.run(now)
        one.refresh_from_db()
        if one.next_try is not None:
            waits.append((one.next_try - now).total_seconds())
            now = one.next_try
    assert waits[:3] == [5, 10, 20] and len(waits) == delivering.MOST_TRIES - 1
    assert state(one) == ("failed", "provider_fault", delivering.MOST_TRIES)
    assert len({heard.json["request"] for heard in sms.heard}) == 1, "the provider is told one key"


def test_what_the_provider_asks_to_wait_is_waited(flood: Any, settings: Any, sms: Provider, phones: None) -> None:
    flood()
    sms.answers = [(200, {"code": "1003"}), (200, {"code": "77"}), (200, b"no json"), (404, {})]
    found = [queue(), queue(), queue(), queue()]
    for _ in found:
        delivering.run(NOON, batch=1)
    assert [state(row)[:2] for (row,) in found] == [
        ("failed", "provider_refused"), ("queued", "provider_fault"), ("queued", "answer_unreadable"),
        ("failed", "provider_refused"),
    ]  # fmt: skip


def test_silence_is_no_answer(flood: Any, sms: Provider, phones: None, monkeypatch: pytest.MonkeyPatch) -> None:
    flood()
    monkeypatch.setattr(outside, "SECONDS", (0.5, 0.3))
    sms.delay = 0.8
    (one,) = queue()
    delivering.run(NOON)
    assert state(one) == ("queued", "no_answer", 1)


def test_a_redirect_is_not_followed(flood: Any, sms: Provider, phones: None) -> None:
    flood()
    sms.answers = [(302, {})]
    (one,) = queue()
    delivering.run(NOON)
    assert [heard.path for heard in sms.heard] == ["/send"]
    assert state(one)[:2] == ("queued", "provider_fault")


def test_a_channel_that_is_down_is_not_knocked_at_for_every_message(flood: Any, sms: Provider, phones: None) -> None:
    flood()
    sms.answers = [(503, {})]
    rows = queue(60)
    delivering.run(NOON)
    assert len(sms.heard) < 20
    waiting = [row for row in rows if state(row) == ("queued", "", 0)]
    assert len(waiting) > 40, "they keep their tries"


def test_a_sender_killed_between_sending_and_noting(flood: Any, settings: Any, sms: Provider, phones: None) -> None:
    """Where the gateway takes a key once it is sent again; where it may be seen twice, a person is asked."""
    flood()
    (one,) = queue()
    killed = [[row] for row in delivering._claimed(NOON, 10)[0]]
    assert len(killed) == 1 and state(one) == ("sending", "", 1)
    delivering.run(NOON + timedelta(minutes=1))
    assert not sms.heard, "it belongs to the one that was killed"
    assert delivering.recover(NOON + timedelta(minutes=1)) == (0, 0)
    later = NOON + delivering.LEASE + timedelta(seconds=1)
    assert delivering.recover(later) == (1, 0)
    delivering.run(later)
    assert state(one) == ("sent", "", 2)

    settings.MESSAGE_PROVIDERS = {"sms": gateway(sms.address, once=False)}
    (two,) = queue()
    delivering._claimed(NOON, 10)
    assert delivering.recover(later) == (0, 1)
    assert state(two) == ("failed", "unsure", 1)
    delivering.drain(later)
    assert len(sms.heard) == 1


def test_a_broken_template_stops_only_its_own_message(flood: Any, sms: Provider, phones: None) -> None:
    flood()
    (bad,) = queue(params={"broken": True})
    (good,) = queue()
    (gone,) = queue(event="no_such_event")
    delivering.run(NOON)
    assert state(good)[0] == "sent"
    assert state(bad)[:2] == state(gone)[:2] == ("failed", "no_words")


def test_a_forgotten_number_is_not_called(flood: Any, sms: Provider) -> None:
    flood()
    ref = redactable.put(redactable.CALLER_PHONE, "13900000009", NOON)
    (one,) = queue(person=None, phone=ref.id)
    redactable.redact(ref.id, NOON, "asked")
    delivering.run(NOON)
    assert state(one)[:2] == ("suppressed", "no_address") and not sms.heard


def test_a_digest_is_one_message_with_the_number_and_the_lines(
    flood: Any, settings: Any, sms: Provider, phones: None
) -> None:
    flood(channels=[], digest=["sms"])
    settings.SITE_ADDRESS = "https://city.example"
    mine = queue(3, digest=True)
    queue(1, digest=True, person=COLLEAGUE)
    later = queue(1, digest=True, next_try=NOON + timedelta(hours=9))
    delivering.drain(NOON)
    told = {heard.json["mobile"]: heard.json["content"] for heard in sms.heard}
    assert len(sms.heard) == 2
    assert "3" in told["13800000001"] and "水位3" in told["13800000001"]
    assert {state(row)[0] for row in mine} == {"sent"}
    assert state(later[0])[0] == "queued"


def test_old_rows_go_and_failed_ones_stay(flood: Any, sms: Provider) -> None:
    queue(1, state="sent")
    (failed,) = queue(1, state="failed")
    assert delivering.forget(NOON + delivering.KEEP + timedelta(days=1)) == 1
    assert list(Delivery.objects.all()) == [failed]


@pytest.mark.django_db(transaction=True)
def test_twenty_senders_send_everything_once(flood: Any, sms: Provider) -> None:
    flood()
    recipients.keep_address(OWNER, "sms", "13800000001", NOON)
    queue(100)
    queue(10, digest=True)
    start = threading.Barrier(20)

    def work(_number: int) -> None:
        try:
            start.wait(20)
            delivering.drain(NOON, batch=7)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(20)))
    for minutes in range(1, 60):  # what a busy machine left for later
        delivering.drain(NOON + timedelta(minutes=minutes))
    keys = [heard.json["request"] for heard in sms.heard]
    assert len(keys) == len(set(keys)) == 101, "a hundred messages and one digest"
    assert not Delivery.objects.exclude(state="sent").exists()
