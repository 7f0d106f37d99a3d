"""Addresses of other services: none into the inner network is kept, and this server never asks any itself."""

import ast
import socket
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import citygrid
from citygrid.maps import external
from citygrid.maps.models import Layer
from tests.cases.pages import Sign
from tests.cases.world import World

pytestmark = pytest.mark.django_db
INNER = [
    "http://127.0.0.1/{z}/{x}/{y}",
    "http://127.1/{z}",
    "http://2130706433/{z}",
    "http://0x7f000001/{z}",
    "http://017700000001/{z}",
    "http://0177.0.0.1/{z}",
    "http://0x7f.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[fe80::1]/",
    "http://[fd00::1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[64:ff9b::a00:1]/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://db/",
    "http://db.local/",
    "http://x.internal/",
    "http://x.localhost/",
    "http://{0-9}.0.0.1/",
    "http://1{0-9}2.168.0.1/",
    "http://192.168.0.{1-3}/",
    "http://user:pass@maps.example/",
    "http://maps.example@127.0.0.1/",
    "https://maps.example:5432@10.0.0.1/",
    "ftp://maps.example/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:text/html,x",
    "//maps.example/",
    "http:/\\127.0.0.1/",
    "http://maps.example; script-src */",
    "http://maps.example,x/",
    "http://maps.example/ http://evil.example/",
    "http://maps.example/\nx",
    "http://mäps.example/",
    "http://maps.example%00.evil/",
    "http://{x}.evil.example/",
    "http://{-y}/",
    "http://[::1",
    "http://maps.example:99999/",
    "http://①②⑦.⓪.⓪.①/",
    "gopher://127.0.0.1:6379/_x",
    "http://0/",
    "http://127.0.0.1.:80/",
]


def new(client: Client, code: str, address: str, kind: str = "xyz") -> Any:
    options = {"wms": "layers = a", "wmts": "layer = a\nmatrix_set = w"}.get(kind, "")
    sent = {"name": "x", "code": code, "kind": kind, "address": address, "options": options}
    return client.post("/maps/manage/new/", sent)


@pytest.mark.parametrize("kind", ["xyz", "wms", "wmts", "arcgis"])
def test_no_inner_address_is_kept(sign: Sign, world: World, kind: str) -> None:
    client = sign("steward1")
    taken = [one for one in INNER if new(client, "inner", one, kind).status_code != 422]
    assert not taken and not Layer.objects.filter(code="inner").exists()


def test_a_good_address_is_not_made_a_bad_one_later(sign: Sign, world: World) -> None:
    client = sign("steward1")
    assert new(client, "good", "https://tiles.maps.example/{z}/{x}/{y}.png").status_code == 302
    form = client.get("/maps/manage/layers/good/").context["form"]
    sent = {name: form.initial.get(name) or "" for name in form.fields if form.initial.get(name) not in (None, False)}
    assert client.post("/maps/manage/layers/good/", sent | {"address": "http://169.254.169.254/"}).status_code == 422
    assert Layer.objects.get(code="good").address == "https://tiles.maps.example/{z}/{x}/{y}.png"


def test_this_server_asks_no_map_service(sign: Sign, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a layer, looking at it, listing it, asking for its tiles: no connection, no look-up of a name."""
    asked: list[Any] = []

    def noted(*words: Any, **_more: Any) -> Any:
        asked.append(words)
        raise OSError("no network here")

    client = sign("steward1")
    monkeypatch.setattr(socket.socket, "connect", noted)
    monkeypatch.setattr(socket, "getaddrinfo", noted)
    monkeypatch.setattr(socket, "create_connection", noted)
    for kind in ("xyz", "wms", "wmts", "arcgis"):
        assert new(client, kind, f"https://{kind}.maps.example/x/{{z}}/{{x}}/{{y}}", kind).status_code == 302
        Layer.objects.filter(code=kind).update(published=True)
        for page in (
            f"/maps/manage/layers/{kind}/",
            "/maps/layers.json",
            "/maps/",
            f"/ogc/collections/{kind}/items",
            "/ogc/collections",
        ):
            assert client.get(page).status_code in (200, 404)
    assert not asked


def test_a_host_cannot_widen_the_policy_of_scripts(sign: Sign, world: World) -> None:
    client = sign("steward1")
    new(client, "good", "https://tiles.maps.example/{z}/{x}/{y}.png")
    policy = dict(
        part.strip().split(" ", 1)
        for part in client.get("/maps/manage/layers/good/")["Content-Security-Policy"].split(";")
    )
    assert "https://tiles.maps.example" in policy["img-src"]
    assert (
        policy["script-src"] == "'self'"
        and policy["object-src"] == "'none'"
        and policy["base-uri"] in ("'self'", "'none'")
    )


def test_names_that_only_a_look_up_could_tell_are_no_harm_here() -> None:
    """`localtest.me` and its like lead to 127.0.0.1. Nobody here looks them up; a browser gets a picture at most."""
    assert not external.private("localtest.me")


# Who may open a connection, and to what.
CONNECTS = {
    "config/management/commands/serve.py": "its own pages, to see whether they answer",
    "config/postgres.py": "a free port for the embedded database",
    "media/scanning.py": "the virus scanner of the settings",
    "messages/channels/bots.py": "the provider whose address stands in the settings",
    "messages/channels/browsers.py": "push services of the settings only (messages/channels/outside.py)",
    "messages/channels/gateway.py": "the SMS gateway of the settings",
    "messages/channels/mail.py": "the mail server of the settings",
    "messages/channels/outside.py": "the session of the two above: no redirects, no proxy of the environment",
    "organization/signing/single_sign_on.py": "the identity provider of the settings",
    "reception/management/commands/ring.py": "the site whose address stands on the command line",
}
CLIENTS = {
    "requests",
    "httpx",
    "aiohttp",
    "urllib3",
    "urllib.request",
    "http.client",
    "socket",
    "ftplib",
    "smtplib",
    "telnetlib",
    "websockets",
    "apprise",
    "pywebpush",
}


def test_nobody_else_opens_connections() -> None:
    """A module that could be sent somewhere by an address that a person typed is noticed here."""
    root = Path(citygrid.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module:
                names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            if CLIENTS & set(names):
                found.add(path.relative_to(root).as_posix())
    assert not found - CONNECTS.keys()
