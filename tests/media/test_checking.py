"""A photo that is not one is refused; what a file is, its bytes say and not its name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.media import checking
from citygrid.media.checking import MediaError, check
from tests.media.pictures import MP4, PDF, WAV, office, photo, picture


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (picture("JPEG"), "image", "image/jpeg"),
        (picture("PNG"), "image", "image/png"),
        (picture("WEBP"), "image", "image/webp"),
        (WAV, "audio", "audio/wav"),
        (MP4, "video", "video/mp4"),
        (PDF, "document", "application/pdf"),
    ],
)
def test_kinds_by_content(data, kind, mime):
    found = check(data, "anything.exe")
    assert (found.kind, found.mime) == (kind, mime)
    assert (found.width, found.height) == ((64, 48) if kind == "image" else (None, None))


def test_office_documents_are_told_from_other_archives():
    assert check(office(), "a.docx").mime.endswith("wordprocessingml.document")
    assert code_of(office("other.xml"), "a.docx") == "kind_not_allowed"


def code_of(data, name=""):
    with pytest.raises(MediaError) as refused:
        check(data, name)
    assert refused.value.message % refused.value.params == str(refused.value)
    return refused.value.code


def test_what_is_refused():
    assert code_of(b"") == "empty"
    assert code_of(b"just words", "photo.jpg") == "not_an_image"
    assert code_of(picture()[:200], "photo.jpg") == "not_an_image"
    assert code_of(picture("PNG")[:-30], "photo.png") == "not_an_image"
    assert code_of(picture("GIF")) == "kind_not_allowed"
    assert code_of(b"<svg onload='alert(1)'/>", "a.svg") == "kind_not_allowed"
    assert code_of(b"<html><script>", "a.html") == "kind_not_allowed"
    assert code_of(b"MZ" + b"\0" * 100, "a.exe") == "kind_not_allowed"


def test_limits_are_data(settings, tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text('[image]\nbytes = 100000\npixels = 3000\ntypes = ["image/png", "image/jpeg"]\n')
    settings.MEDIA_LIMITS = path
    assert code_of(picture("PNG")) == "too_large"
    assert check(picture("PNG", (50, 50))).width == 50
    assert code_of(picture("PNG", (50, 50)) + b"\0" * 100_000) == "too_large"
    assert code_of(PDF) == "kind_not_allowed"


def test_when_and_where_the_camera_says():
    found = check(photo())
    assert found.made_at == datetime(2024, 5, 1, 0, 30, tzinfo=UTC)
    assert (found.lon, found.lat) == ("121.5000000", "31.2400000")
    assert check(photo(offset=None)).made_at == datetime(2024, 5, 1, 0, 30, tzinfo=UTC)


def test_a_camera_without_sense_tells_nothing():
    assert check(photo(made="0000:00:00 00:00:00")).made_at is None
    plain = check(picture())
    assert (plain.made_at, plain.lon, plain.lat) == (None, None, None)


def test_size_is_of_the_upright_photo():
    turned = check(photo(orientation=6))
    assert (turned.width, turned.height) == (48, 64)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"RIFFxxxxWEBP"]),
)
def test_any_bytes_are_taken_or_refused_by_code(data, start):
    try:
        assert check(start + data, "x.jpg").kind in {"image", "audio", "video", "document"}
    except MediaError as refused:
        assert refused.code in {"empty", "not_an_image", "kind_not_allowed", "too_large"}
    assert isinstance(checking.mime_of(data), str)
