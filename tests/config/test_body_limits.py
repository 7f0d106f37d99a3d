"""Too much is refused with a sentence before it is read, by the server that `serve` starts (等级保护三级; issue 4)."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import TooManyFieldsSent
from django.test import Client, RequestFactory

from citygrid.config.management.commands import serve
from citygrid.web import brief
from tests import database
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def port(django_db_setup: None, django_db_blocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The web process of `serve`, alone, on the tests' database."""
    data, found = tmp_path_factory.mktemp("limits"), free_port()
    env = os.environ | {"DATABASE_URL": database.address(), "CITYGRID_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(serve._web("127.0.0.1", found, 1), env=env, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 180
        while not well(found):
            assert time.monotonic() < until and process.poll() is None, (data / "log").read_text()
            time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(60)


def well(port: int) -> bool:
    with suppress(OSError):
        return ask(port, "GET", "/health/")[0] == 200
    return False


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        link.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()


def test_a_long_body_of_a_stranger_is_refused_before_it_is_read(port: int) -> None:
    """Only the beginning is sent: the answer comes without waiting for the rest."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
        head = "POST /sign-in/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        link.sendall(f"{head}Accept: text/html\r\nContent-Length: 500000000\r\n\r\nusername=".encode())
        said = ""
        while "</html>" not in said and (more := link.recv(65536).decode()):
            said += more
    assert said.startswith("HTTP/1.1 413")
    assert "500 MB" in said


def test_a_program_is_told_in_json(port: int) -> None:
    status, said = ask(port, "POST", "/api/v1/cases", b"x" * 1_100_000, Content_Type="application/json")
    assert (status, json.loads(said)["code"]) == (413, "body_too_large")


def test_content_without_a_length_is_refused(port: int) -> None:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("POST", "/api/v1/cases", iter([b"{}"]), {"Content-Type": "application/json"}, encode_chunked=True)
    answer = link.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (411, "no_length")
    link.close()


def test_headers_have_a_most(port: int) -> None:
    assert ask(port, "GET", "/health/", X_Much="a" * 20_000)[0] == 200
    assert ask(port, "GET", "/health/", X_Much="a" * 200_000)[0] == 431
    many = {f"X_{n}": "1" for n in range(300)}
    assert ask(port, "GET", "/health/", **many)[0] == 431
    assert ask(port, "GET", "/health/")[0] == 200


@pytest.mark.django_db
def test_too_many_fields_are_413_with_a_sentence(settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    answer = Client(headers={"Accept": "text/html"}).post("/sign-in/", {f"f{n}": "x" for n in range(9)})
    assert answer.status_code == 413
    assert 'data-code="too_large"' in answer.content.decode()


def test_what_django_cannot_read_is_told_apart() -> None:
    request = RequestFactory().get("/api/v1/cases")
    assert brief.bad_request(request, TooManyFieldsSent()).status_code == 413
    assert brief.bad_request(request).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/none", "/api/v1/cases/no-uuid"])
def test_an_unknown_address_of_the_api_is_json(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "text/html" in Client().get("/none/")["Content-Type"]
