"""The CTI interface over HTTP: idempotent by the call's id, with a key scope of its own; recordings are sounds."""

import io
import math
import struct
import wave
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from citygrid.media.storing import store
from citygrid.organization import keys
from citygrid.organization.unit_models import Desk
from citygrid.reception.call_models import Call
from citygrid.reception.shifts import seats
from citygrid.trust.models import AuditRecord
from tests.cases.world import World, picture

pytestmark = pytest.mark.django_db
Sign = Callable[..., Client]
NUMBER = "13900005678"


def sound(tone: int = 440) -> bytes:
    """Half a second of a tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(tone * n / 1274))) for n in range(4000)))
    return out.getvalue()


def post(client: Client, call: Any, what: str, key: str = "", **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.post(f"/api/v1/calls/{call}/{what}", body, content_type="application/json", headers=headers)


def rung(sign: Sign, **more: Any) -> Any:
    call = uuid4()
    answer = post(sign("admin1"), call, "ringing", number=NUMBER, line="12319", extension="601", **more)
    assert answer.status_code == 200, answer.text
    return call


def test_a_telephone_system_tells_by_a_key_of_its_own_scope(world: World, sign: Sign, monkeypatch: Any) -> None:
    who = world.who("admin1")
    right = keys.make(who.seat, "telephone", ["calls.connect"], 30, world.now)[1]
    wrong = keys.make(who.seat, "reader", ["cases.read"], 30, world.now)[1]
    sign("admin1")  # the pages' clock is the world's
    call = uuid4()
    told = post(Client(), call, "ringing", right, number=NUMBER, extension="601")
    assert (told.status_code, told.json()["state"]) == (200, "ringing"), told.text
    assert NUMBER not in told.text
    assert post(Client(), call, "answered", wrong).status_code == 401
    assert post(Client(), call, "answered").status_code == 401


def test_the_seat_answers_holds_and_hangs_up_by_its_session(world: World, sign: Sign) -> None:
    taker = world.who("calltaker1")
    seats.sit(taker, Desk.objects.get(body=taker.body, number="1").pk, world.now)
    call, client = rung(sign), sign("calltaker1")
    assert client.get("/api/v1/calls").json()[0]["id"] == str(call)
    for what, state in (("answered", "answered"), ("held", "answered"), ("resumed", "answered"), ("ended", "ended")):
        answer = post(client, call, what)
        assert (answer.status_code, answer.json()["state"]) == (200, state), what
        assert answer.json()["held"] is (what == "held")
    assert client.get(f"/api/v1/calls/{call}").json()["answered_at"] is not None


def test_who_comes_second_is_told_who_has_it(world: World, sign: Sign) -> None:
    call = uuid4()
    post(sign("admin1"), call, "ringing", extension="609")
    assert post(sign("calltaker1"), call, "answered").status_code == 200
    late = post(sign("shiftleader1"), call, "answered")
    assert (late.status_code, late.json()["code"]) == (409, "answered_by_other")
    assert world.who("calltaker1").person.name in late.json()["message"]


def test_another_centre_and_other_posts_know_nothing_of_the_call(world: World, sign: Sign) -> None:
    call = rung(sign)
    for login in ("east_calltaker", "west_sanitation_desk", "collector3"):
        client = sign(login)
        assert client.get(f"/api/v1/calls/{call}").status_code == 404, login
        assert post(client, call, "answered").status_code == 404, login
        assert post(client, uuid4(), "ringing", extension="601").status_code == 404, login
    assert Call.objects.get(pk=call).state == "ringing"


def test_a_recording_is_a_sound_that_the_teller_sent_and_stays_the_one(world: World, sign: Sign) -> None:
    call, admin = rung(sign), world.who("admin1").person.pk
    client = sign("admin1")
    photo = store(picture(3), "x.jpg", admin, world.now)
    foreign = store(sound(300), "x.wav", world.person("dispatcher1"), world.now)
    mine, other = (store(sound(tone), "x.wav", admin, world.now) for tone in (440, 500))
    for file, status, code in (
        (photo, 409, "not_a_sound"), (foreign, 404, "no_such_file"), (mine, 200, ""), (mine, 200, ""),
        (other, 409, "recorded_already"),
    ):  # fmt: skip
        answer = post(client, call, "recording", media=str(file.pk))
        assert (answer.status_code, answer.json().get("code", "")) == (status, code)
    assert Call.objects.get(pk=call).recording_id == mine.pk
    noise = client.post("/media/", {"file": io.BytesIO(b"RIFF no sound at all WAVEfmt ")})
    assert noise.status_code == 422, "what only says that it is a sound is not taken"


def test_whoever_had_the_call_hears_it_and_each_hearing_is_in_the_audit(world: World, sign: Sign) -> None:
    taker = world.who("calltaker1")
    seats.sit(taker, Desk.objects.get(body=taker.body, number="1").pk, world.now)
    call = rung(sign)
    client = sign("calltaker1")
    post(client, call, "answered")
    file = store(sound(), "x.wav", world.who("admin1").person.pk, world.now)
    post(sign("admin1"), call, "recording", media=str(file.pk))
    client = sign("calltaker1")
    assert client.get(f"/hotline/calls/{call}/recording/").status_code == 302
    assert client.get(f"/media/{file.pk}/").status_code == 200
    assert AuditRecord.objects.filter(act="hear_recording", person=taker.person.pk).count() == 1
    stranger = sign("west_sanitation_desk")
    assert stranger.get(f"/hotline/calls/{call}/recording/").status_code == 404
    assert stranger.get(f"/media/{file.pk}/").status_code == 404


def test_the_seat_hears_at_once_and_nobody_else(world: World, sign: Sign) -> None:
    """The notification that the live stream passes on names the person at the seat, ids only."""
    taker = world.who("calltaker1")
    seats.sit(taker, Desk.objects.get(body=taker.body, number="1").pk, world.now)
    with connection.cursor() as cursor, _captured(cursor) as heard:
        rung(sign)
    topics = [topic for text in heard for topic in text]
    assert f"person:{taker.person.pk}" in topics
    assert f"body:{taker.body.pk}" in topics
    assert all(NUMBER not in topic for topic in topics)


class _captured:  # noqa: N801 - reads like a word of the test
    """What is announced meanwhile."""

    def __init__(self, cursor: Any) -> None:
        self.heard: list[list[str]] = []

    def __enter__(self) -> list[list[str]]:
        from citygrid.messages import relay

        self.real = relay.announce
        relay.announce = lambda cursor, topics: self.heard.append(list(topics))
        return self.heard

    def __exit__(self, *_: object) -> None:
        from citygrid.messages import relay

        relay.announce = self.real
