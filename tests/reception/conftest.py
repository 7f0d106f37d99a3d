"""The second city for the tests of reception: loaded once, every test rolled back to it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cases import world as worlds
from tests.cases.conftest import city, forget

__all__ = ["city"]


@pytest.fixture
def world(city: Path, db: None, settings: Any) -> Iterator[worlds.World]:
    settings.MEDIA_STORE, settings.DATA = city / "media", city
    forget()
    yield worlds.World()
    forget()


@pytest.fixture
def sign(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
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
