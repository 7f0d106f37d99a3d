"""People at the pages: a client signed in on a post, at the world's own clock."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.cases.world import World

Sign = Callable[..., Client]


@pytest.fixture
def sign(world: World, monkeypatch: pytest.MonkeyPatch) -> Sign:
    """`sign(login, post)`: a client of that person on that post; pages see the world's clock."""

    def now() -> datetime:
        return world.now

    monkeypatch.setattr(timezone, "now", now)

    def signed(login: str, post: str | None = None) -> Client:
        one = world.who(login, post)
        client = Client()
        client.force_login(one.person)
        client.post("/posts/", {"seat": one.seat.pk})
        return client

    return signed


def hidden(answer: HttpResponse, name: str) -> str:
    """The value of a hidden field of the form in an answer."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.text)
    assert found, f"no field {name}"
    return found[1]


def take(client: Client, case: uuid.UUID, act: str, **data: object) -> HttpResponse:
    """Open the form of an act as the dialog does, fill it in, send it."""
    address = f"/cases/{case}/acts/{act}/"
    form = client.get(address, headers={"HX-Request": "true"})
    assert form.status_code == 200, form.status_code
    kept = {name: hidden(form, name) for name in ("act_id", "item")}
    return client.post(address, {**kept, **data}, headers={"HX-Request": "true"})
