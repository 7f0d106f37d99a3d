"""Outbox and relay: told exactly once, in batches; what fails waits and never stops the others."""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from citygrid.messages import inbox, outbox, relay
from citygrid.messages.models import Inbox, Outbox
from citygrid.messages.relay import Delivered

pytestmark = pytest.mark.django_db
NOW = timezone.now() + timedelta(days=1)  # after the database put the rows there, however slow the run


class Listener:
    """Keeps what it gets; raises for the keys that it is told to."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.bad: set[str] = set()

    def __call__(self, rows: Sequence[Delivered]) -> None:
        inbox.receive("listener", rows[0].key, {}, NOW)
        for row in rows:
            if row.key in self.bad:
                raise RuntimeError(f"no luck with {row.key}")
        self.got += [row.key for row in rows]


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    relay.register("case", made)
    yield made
    relay.unregister("case", made)


def add(*keys: str, topic: str = "case.filed", **payload: object) -> None:
    with connection.cursor() as cursor:
        outbox.add(cursor, [outbox.Message(topic, key, payload) for key in keys])


def test_many_rows_are_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        add(*"abcdefg")
    with django_assert_num_queries(0):
        add()
    assert Outbox.objects.count() == 7


def test_what_is_rolled_back_is_not_told(listener: Listener) -> None:
    with transaction.atomic():
        add("a")
        transaction.set_rollback(True)
    relay.drain(NOW)
    assert listener.got == []


def test_rows_reach_the_handlers_of_their_topic_once_and_in_order(listener: Listener) -> None:
    add("a", "b")
    add("other", topic="cases.filed")
    add("c", topic="case")
    assert relay.drain(NOW) == relay.Round(done=4)
    assert relay.drain(NOW) == relay.Round()
    assert listener.got == ["a", "b", "c"]


def test_a_failing_row_waits_and_the_others_go_on(listener: Listener) -> None:
    listener.bad = {"b"}
    add("a", "b", "c")
    assert relay.drain(NOW) == relay.Round(done=2, failed=1)
    assert listener.got == ["a", "c"]
    row = Outbox.objects.get(done_at=None)
    assert (row.key, row.tries, row.next_try) == ("b", 1, NOW + timedelta(seconds=5))
    assert "no luck with b" in row.error
    listener.bad.clear()
    assert relay.run(NOW + timedelta(seconds=5)).done == 1
    assert listener.got == ["a", "c", "b"]


def test_what_a_failed_handler_wrote_is_not_there(listener: Listener) -> None:
    listener.bad = {"a"}
    add("a")
    relay.drain(NOW)
    assert not Inbox.objects.exists()


def test_a_row_that_always_fails_is_left_for_a_person(listener: Listener) -> None:
    listener.bad = {"a"}
    add("a")
    at = NOW
    for tries in range(1, relay.MOST_TRIES + 1):
        assert relay.drain(at) == relay.Round(failed=1)
        at += relay.wait_after(tries)
    assert relay.drain(at + timedelta(days=365)) == relay.Round()
    assert relay.given_up() == 1


@given(st.integers(1, 10_000))
def test_waiting_grows_to_a_limit(tries: int) -> None:
    assert relay.FIRST_WAIT <= relay.wait_after(tries) <= relay.wait_after(tries + 1) <= relay.LONGEST_WAIT


def test_a_row_in_the_future_is_not_due(listener: Listener) -> None:
    add("a")
    assert relay.run(timezone.now() - timedelta(days=1)) == relay.Round()


def test_old_rows_are_forgotten_and_open_ones_kept(listener: Listener) -> None:
    add("a", "b")
    listener.bad = {"b"}
    relay.drain(NOW)
    assert relay.forget(NOW + timedelta(seconds=1)) == 1
    assert Outbox.objects.get().key == "b"


def test_live_topics_come_from_topic_key_and_payload() -> None:
    rows = [Delivered(1, "case.filed", "c1", {"push": ["body:3", "person:4"]}, NOW, 0)] * 2
    assert relay.live_topics(rows) == ["case:c1", "body:3", "person:4"]


@given(st.lists(st.text(max_size=40), max_size=60))
def test_notifications_fit_and_lose_nothing(topics: list[str]) -> None:
    parts = list(relay.payloads(topics, most=600))
    assert all(len(part.encode()) <= 600 for part in parts)
    assert [topic for part in parts for topic in json.loads(part)["topics"]] == topics


@pytest.mark.django_db(transaction=True)
def test_two_relays_share_the_rows_and_listeners_hear_of_them(listener: Listener) -> None:
    add("a", "b", push=["body:3"])
    facts = connection.get_connection_params()
    wire = {name: facts[name] for name in ("dbname", "user", "password", "host", "port") if facts.get(name)}
    with psycopg.connect(**wire, autocommit=True) as heard, psycopg.connect(**wire) as busy:
        heard.execute(f"listen {relay.CHANNEL}")
        busy.execute("select 1 from notices_outbox where key = 'a' for update")
        assert relay.drain(NOW) == relay.Round(done=1)
        busy.rollback()
        assert relay.drain(NOW) == relay.Round(done=1)
        told = [json.loads(note.payload)["topics"] for note in heard.notifies(timeout=2, stop_after=2)]
    assert listener.got == ["b", "a"]
    assert told == [["case:b", "body:3"], ["case:a", "body:3"]]


def test_the_inbox_takes_a_key_once_a_source() -> None:
    assert inbox.receive("district", "k1", {"a": 1}, NOW)
    assert not inbox.receive("district", "k1", {"a": 2}, NOW)
    assert inbox.receive("other", "k1", {}, NOW)
    assert Inbox.objects.get(source="district").payload == {"a": 1}
    inbox.done("district", "k1", NOW)
    assert Inbox.objects.filter(done_at=None).count() == 1
