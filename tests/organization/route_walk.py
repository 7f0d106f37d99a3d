"""Tries a row of the table as somebody: the status, and whether the answer tells of the object."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import quote
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.template.backends.django import Template
from django.test import Client
from django.urls import resolve

from citygrid.config import push
from citygrid.organization import seats
from citygrid.organization.models import Person
from tests.organization.route_table import CELLS, LIVE, Row
from tests.organization.stage import HOW, NOBODY, PEOPLE, ROLES, Stage

READING = frozenset(("GET", "HEAD"))


class Walk:
    """Clients are kept; answers too, since the same person stands in several columns."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._clients: dict[str, Client] = {}
        self._known: dict[tuple[Any, ...], str] = {}

    def sign_in(self) -> "Walk":
        """Everybody at once: a session that begins within a test is gone with that test."""
        for login in {*ROLES.values(), *(login for people in PEOPLE.values() for login in people)}:
            self.client(login)
        return self

    def cell(self, row: Row, name: str) -> str:
        """What stands in that column of the row, by trying."""
        return self.tried(row, self.login(row, name), told=name not in ROLES)

    def login(self, row: Row, column: str) -> str:
        if column == "stranger":
            return NOBODY
        if column in ROLES:
            return ROLES[column]
        return PEOPLE.get(row.about, PEOPLE[""])[HOW.index(column)]

    def cells(self, row: Row) -> dict[str, str]:
        return {name: self.cell(row, name) for name in CELLS}

    def tried(self, row: Row, login: str, *, told: bool = True) -> str:
        """Status, and + when the answer tells of the object. Without `told` pages are not rendered."""
        asked = told and bool(row.about)
        key = (*row.key, login, asked)
        if key not in self._known:
            self._known[key] = self._live(row, login) if row.route == LIVE else self._asked(row, login, asked)
        return self._known[key]

    def answer(self, method: str, address: str, login: str, body: str = "") -> HttpResponse:
        """The answer itself; whatever it changed is taken back."""
        cache.clear()
        client = self.client(login)
        kept = dict(client.cookies)
        with transaction.atomic():
            answer = client.generic(method, self.path(address), **_sent(method, address, body))
            if getattr(answer, "streaming", False):
                answer.whole = b"".join(answer.streaming_content)
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(kept)
        return answer

    def path(self, address: str) -> str:
        return address.format_map({name: quote(text) for name, text in self.stage.objects.items()})

    def route(self, address: str) -> str:
        """Which route answers an address."""
        return LIVE if address == LIVE else "/" + resolve(self.path(address).partition("?")[0]).route

    def client(self, login: str) -> Client:
        if login not in self._clients:
            client = self._clients[login] = Client(raise_request_exception=False)
            if login != NOBODY:
                name, _, post = login.partition(":")
                who = self.stage.world.who(name, post or None)
                client.force_login(who.person, "django.contrib.auth.backends.ModelBackend")
                session = client.session
                session[seats.FACTOR_KEY] = True  # who signed in with a second factor: some roles must
                session.save()
                client.post("/posts/", {"seat": who.seat.pk})
                client.cookies["django_language"] = "en"
        return self._clients[login]

    def _asked(self, row: Row, login: str, told: bool) -> str:
        with _rendered(told):
            answer = self.answer(row.method, row.address, login, row.body)
        if not told:
            return str(answer.status_code)
        content = getattr(answer, "whole", None) or answer.content
        asked = self.stage.unquoted(row.address)
        words = [word for word in self.stage.marks[row.about] if word not in asked]
        text = _without(content, [self.path(row.address).encode(), asked.encode()])
        return f"{answer.status_code}{'+' if any(one in text for word in words for one in _forms(word)) else ''}"

    def _live(self, row: Row, login: str) -> str:
        """The topics that the push process would let somebody hear; without a session it answers 401."""
        if login == NOBODY:
            return "401"
        person = Person.objects.get(login=login.partition(":")[0])
        heard = {*push._topics(person.pk), *push._cases(person.pk, [self.stage.objects["case"]])}
        topic = f"case:{UUID(self.stage.objects['case'])}"
        return "200+" if topic in heard else "200"


def _sent(method: str, address: str, body: str) -> dict[str, Any]:
    if "/api/" in address:
        return {"data": body or "{}", "content_type": "application/json"}
    return {} if method in READING else {"data": body, "content_type": "application/x-www-form-urlencoded"}


def _forms(word: str) -> tuple[bytes, bytes]:
    """A word as pages write it, and as JSON may."""
    return word.encode(), word.encode("unicode_escape")


def _without(content: bytes, addresses: list[bytes]) -> bytes:
    """An answer may repeat the address that was asked for (a link to sign in, a form's action): that tells nothing."""
    parts = {part for one in addresses for part in (one, quote(one).encode(), one.partition(b"?")[0])}
    for one in sorted(parts, key=len, reverse=True):
        if len(one) > 1:
            content = content.replace(one, b"")
    return content


@contextmanager
def _rendered(really: bool) -> Iterator[None]:
    """Whether pages are rendered: for the status alone they need not be, which is four times as fast."""
    if really:
        yield
        return
    with patch.object(Template, "render", lambda *_args, **_more: ""):
        yield
