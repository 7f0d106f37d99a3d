"""The demo city for the tests of maps: loaded once, every test rolled back to it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, transaction
from django.test import Client
from django.test.testcases import LiveServerThread

from citygrid.areas import locating
from citygrid.maps import tiles
from citygrid.organization.models import Person
from citygrid.rulebook import slices
from tests.maps import world as worlds


def forget() -> None:
    for one in (locating, slices):
        one.forget()
    tiles.CACHE.clear()


@pytest.fixture(scope="package")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The city inside a transaction that every test's own is nested in."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        forget()
        worlds.make()
        yield
        transaction.set_rollback(True)
        block.__exit__(None, None, None)
    forget()


@pytest.fixture
def world(city: None, db: None) -> Iterator[worlds.World]:
    forget()
    yield worlds.World()
    forget()


@pytest.fixture
def stranger(world: worlds.World) -> Client:
    """Somebody who is not signed in."""
    return Client()


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login))
    return client


@pytest.fixture
def owner(world: worlds.World) -> Client:
    """The data steward, who keeps the layers."""
    return signed_in("steward1")


@pytest.fixture
def colleague(world: worlds.World) -> Client:
    """A call-taker of the centre."""
    return signed_in("calltaker1")


@pytest.fixture
def unit(world: worlds.World) -> Client:
    """A desk of a responsible unit: the handling side."""
    return signed_in("unit1")


@pytest.fixture
def live(world: worlds.World) -> Iterator[str]:
    """The address of a server that shares the test's connection, and so sees what is not committed."""
    connection.inc_thread_sharing()
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={"default": connection})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connection.dec_thread_sharing()
