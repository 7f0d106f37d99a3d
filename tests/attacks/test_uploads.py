"""Files that are two things at once, pictures that burst, notes that a camera left: what is shown is drawn anew."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import ExifTags, Image

from citygrid.media.models import File
from tests.cases.pages import Sign
from tests.media.pictures import MP4, PDF, office, photo, picture

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(document.cookie)</script>"


def send(client: Client, data: bytes, name: str = "a.jpg", kind: str = "image/jpeg") -> Any:
    return client.post("/media/", {"file": SimpleUploadedFile(name, data, kind)})


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.html", SCRIPT)
    return out.getvalue()


@pytest.fixture
def owner(sign: Sign) -> Client:
    return sign("collector3")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.jpg"),
        (b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>', "a.svg"),
        (b"\xef\xbb\xbf<svg onload=alert(1)>", "photo.png"),
        (b"GIF89a/*\x00\x01\x00" + b"*/=alert(1)//;", "a.gif"),
        (b"GIF87a" + SCRIPT, "a.jpg"),
        (b"BM" + SCRIPT, "a.bmp"),
        (SCRIPT, "a.jpg"),
        (zipped(), "a.docx"),
        (b"\x7fELF" + bytes(100), "a.mp4"),
        (b"%!PS-Adobe-3.0\n(/etc/passwd) run", "a.pdf"),
        (b"\xff\xd8\xff" + SCRIPT, "a.jpg"),
        (b"\x89PNG\r\n\x1a\n" + SCRIPT, "a.png"),
        (b"RIFF\x00\x01\x00\x00WEBP" + SCRIPT, "a.webp"),
        (MP4 + SCRIPT, "a.mp4"),
        (PDF + SCRIPT, "a.pdf"),
        (office(**{"word/vbaProject.bin": "x"}), "a.docx"),
        (b"http://evil.example/x.m3u8\n#EXTM3U", "a.mp4"),
    ],
)
def test_what_only_looks_like_a_file_of_ours_is_refused(owner: Client, data: bytes, name: str) -> None:
    answer = send(owner, data, name, "image/jpeg")
    assert answer.status_code == 422 and answer.json()["code"] in {
        "kind_not_allowed",
        "not_an_image",
        "not_whole",
        "active_content",
    }
    assert not File.objects.exists()


def carries(extra: bytes) -> bytes:
    """A real photo with time, place and a comment of its camera, and something hung on behind."""
    image, exif, out = Image.open(io.BytesIO(photo())), Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.ImageDescription] = SCRIPT.decode()
    exif[0x8825] = {1: "N", 2: (31.0, 14.0, 24.0), 3: "E", 4: (121.0, 30.0, 0.0)}
    image.save(out, "JPEG", exif=exif, comment=SCRIPT)
    return out.getvalue() + extra


@pytest.mark.parametrize("extra", [SCRIPT, zipped(), PDF, b""])
def test_a_real_photo_that_carries_something_is_shown_without_it(owner: Client, extra: bytes) -> None:
    """Cameras hang things on, so it is evidence and taken; what pages show is made of the pixels."""
    sent = send(owner, carries(extra))
    assert sent.status_code == 201
    address = f"/media/{sent.json()['id']}/"
    for px in (160, 320, 960, 1920):
        shown = owner.get(f"{address}small/{px}").content
        with Image.open(io.BytesIO(shown)) as image:
            assert not image.getexif() and "comment" not in image.info and image.size == (64, 48)
        assert SCRIPT not in shown and b"PK\3\4" not in shown and b"%PDF" not in shown and b"Exif" not in shown


@pytest.mark.parametrize(
    ("data", "name", "way"),
    [
        (carries(SCRIPT), "x.jpg", "attachment"),
        (PDF.replace(b"<<>>", b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"), "x.pdf", "attachment"),
        (office(), "x.docx", "attachment"),
        (MP4, "x.mp4", ""),
    ],
)
def test_the_original_is_a_download_that_runs_nowhere(owner: Client, data: bytes, name: str, way: str) -> None:
    sent = send(owner, data, '"><script>' + name)
    assert sent.status_code == 201, sent.json()
    answer = owner.get(f"/media/{sent.json()['id']}/")
    assert b"".join(answer.streaming_content) == data, "the evidence is kept as it came"
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-cache"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    said = answer.headers.get("Content-Disposition", "")
    assert said.startswith(way) and "script" not in said
    assert answer["Content-Type"] in {
        "image/jpeg",
        "application/pdf",
        "video/mp4",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *more: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = zlib.compress(bytes(min((width // 8 + 2) * height, 20_000_000)), 9)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        png(60_000, 60_000),
        png(2_000_000_000, 2_000_000_000),
        png(20_000, 4_000),
        png(10, 10, chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(200_000_000), 9))),
        png(10, 10, *[chunk(b"zTXt", b"x\0\0" + zlib.compress(bytes(1_000_000), 9))] * 200),
        png(10, 10, chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(100_000_000), 9))),
    ],
)
def test_pictures_that_burst_are_refused_before_they_do(owner: Client, data: bytes) -> None:
    """A few kilobytes that would be gigabytes in memory."""
    assert len(data) < 2_000_000
    answer = send(owner, data, "a.png")
    assert answer.status_code in (201, 422)
    if answer.status_code == 422:
        assert answer.json()["code"] in {"too_large", "not_an_image"} and not File.objects.exists()
    else:
        assert answer.json()["width"] == 10, "only the notes were large, and they were not unpacked"


def test_file_names_lead_nowhere(owner: Client, world: Any) -> None:
    for number, name in enumerate(
        ("../../../etc/cron.d/x", "..\\..\\x.jpg", "/etc/passwd", "x" * 5000, "城" * 2000, "a\r\nX: y", "%00.jpg")
    ):
        assert send(owner, picture(color=(number, 0, 0)), name).status_code == 201
    from django.conf import settings

    kept = [path for path in settings.MEDIA_STORE.rglob("*") if path.is_file()]
    assert kept and all(path.name.isalnum() and len(path.name) == 64 for path in kept)
