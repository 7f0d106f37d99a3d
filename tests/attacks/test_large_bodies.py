"""More than an address takes is refused before it is read: by strangers, by people, to every address (issue 4)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.media.models import File
from citygrid.web import guarding
from tests.cases.pages import Sign

pytestmark = pytest.mark.django_db


class Endless:
    """A body that says how long it is; whoever reads it fails the test."""

    def __init__(self) -> None:
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        self.read_bytes += max(size, 1)
        raise AssertionError("the body was read")

    readline = read


def post(client: Client, address: str, length: int) -> Any:
    body = Endless()
    answer = client.generic(
        "POST",
        address,
        b"",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(length),
        **{"wsgi.input": body},
    )
    assert body.read_bytes == 0
    return answer


def test_a_stranger_sends_little(addresses: list[str], db: None) -> None:
    """Also to pages that take files: a stranger's are not even written to the disk."""
    for address in addresses:
        assert post(Client(), address, 1_000_001).status_code == 413, address


def test_people_send_what_their_page_takes_and_no_more(sign: Sign, settings: Any) -> None:
    client = sign("leader1")
    most = {"/cases/new/": settings.BODY_MOST + guarding.MARGIN, "/media/": 200_000_000 + guarding.MARGIN}
    for address, limit in most.items():
        answer = post(client, address, max(limit, settings.BODY_MOST) + 1)
        assert answer.status_code == 413, address
    answer = post(client, "/media/", 10**12)
    assert answer.json()["code"] == "body_too_large" and "1000000" in answer.json()["message"]
    assert "MB" in post(client, "/cases/new/", 10**12).text


def test_a_photo_of_usual_size_is_taken(sign: Sign) -> None:
    from tests.media.pictures import picture

    client = sign("collector3")
    assert client.post("/media/", {"file": SimpleUploadedFile("a.jpg", picture())}).status_code == 201


@pytest.mark.parametrize("length", ["-1", "1e9", "٣٣٣", "9" * 40, ""])
def test_a_length_that_is_none(sign: Sign, length: str) -> None:
    client = sign("collector3")
    answer = client.generic("POST", "/media/", b"", content_type="text/plain", CONTENT_LENGTH=length)
    assert answer.status_code in (400, 413, 422) and not File.objects.exists()


def test_many_small_parts_are_many_too(sign: Sign) -> None:
    """A thousand and one fields, a hundred and one files, a text of megabytes."""
    client = sign("collector3")
    client.raise_request_exception = False
    assert client.post("/cases/new/report/", {f"f{n}": "x" for n in range(1001)}).status_code in (400, 413)
    many = {f"f{n}": SimpleUploadedFile("a.txt", b"x") for n in range(101)}
    assert client.post("/media/", many).status_code in (400, 413)
    assert client.post("/cases/new/report/", {"text": "x" * 3_000_000}).status_code in (400, 413)
    assert client.post("/api/v1/cases", "x" * 3_000_000, content_type="application/json").status_code in (400, 413)
    assert not File.objects.exists()
