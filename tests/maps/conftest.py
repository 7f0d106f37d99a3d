"""The demo city for the tests of maps: loaded once, every test rolled back to it."""

from collections.abc import Iterator
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, transaction
from django.test import Client

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
    shared = connections["default"]
    shared.inc_thread_sharing()
    server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=Quiet)

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)

    def serve() -> None:
        connections["default"] = shared
        server.serve_forever(poll_interval=0.05)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    shared.dec_thread_sharing()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass
