"""Signing in as people do: password, code, what the pages show."""

import base64
import re
import time
from html import unescape

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.http import HttpResponse
from django.test import Client

from citygrid.organization.models import Person

RIGHT = "正确 horse 9"


def with_password(login: str, password: str = RIGHT) -> Person:
    person = Person.objects.get(login=login)
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def sign_in(client: Client, login: str, password: str = RIGHT, next: str = "", **headers: str) -> HttpResponse:
    return client.post("/sign-in/", {"username": login, "password": password, "next": next}, **headers)


def code(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows so many half minutes from now; never at the very end of a half minute."""
    left = 30 - time.time() % 30
    if left < 3:
        time.sleep(left)
    app = TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), 30)
    return app.generate(int(time.time()) + 30 * steps).decode()


def secret_on(page: HttpResponse) -> str:
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page.content.decode())
    assert found, "no secret is shown"
    return found[1].replace(" ", "")


def codes_on(page: HttpResponse) -> list[str]:
    return re.findall(r"<code class=\"fs-3\">([a-z0-9-]+)</code>", page.content.decode())


def told(page: HttpResponse) -> str:
    """The alert of the page."""
    return unescape(" ".join(re.findall(r'role="alert">(.*?)</', page.content.decode(), re.S)))


def set_up(client: Client) -> tuple[str, list[str]]:
    """The second factor switched on, for whoever is led there or signed in: its secret and the recovery codes."""
    secret = secret_on(client.get("/account/second-factor/"))
    done = client.post("/account/second-factor/", {"code": code(secret, -1)})
    assert done.status_code == 200, told(done)
    return secret, codes_on(done)
