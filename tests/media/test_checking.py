"""A photo that is not one is refused; what a file is, its bytes say and not its name."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.media import checking
from citygrid.media.checking import MediaError, check
from tests.media.pictures import AMR, MP3, MP4, OGG, PDF, WAV, WEBM, mp4, office, page, photo, picture, wav, webm


@pytest.mark.parametrize(
    ("data", "kind", "mime"),
    [
        (picture("JPEG"), "image", "image/jpeg"),
        (picture("PNG"), "image", "image/png"),
        (picture("WEBP"), "image", "image/webp"),
        (WAV, "audio", "audio/wav"),
        (MP4, "video", "video/mp4"),
        (mp4(brand=b"qt  "), "video", "video/quicktime"),
        (mp4([b"soun"]), "audio", "audio/mp4"),
        (OGG, "audio", "audio/ogg"),
        (MP3, "audio", "audio/mpeg"),
        (b"ID3\4\0\0\0\0\0\4tags" + MP3 + b"TAG" + bytes(125), "audio", "audio/mpeg"),
        (AMR, "audio", "audio/amr"),
        (WEBM, "video", "video/webm"),
        (webm([2]), "audio", "audio/webm"),
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


PAGE = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    "data",
    [
        MP4 + PAGE,
        b"\0\0\0\x18ftypmp42" + PAGE,
        mp4([]),
        mp4([b"text"]),
        MP4[:-3],
        WAV + PAGE,
        WAV[:20] + PAGE,
        wav()[:-10],
        OGG + PAGE,
        page(PAGE, first=True),
        b"OggS" + PAGE,
        MP3 + PAGE * 200,
        b"\xff\xfb" + PAGE,
        b"ID3" + PAGE,
        AMR + b"<" + PAGE,
        b"#!AMR\n" + PAGE,
        WEBM + PAGE,
        webm([]),
        webm(doctype=b"html"),
        b"\x1a\x45\xdf\xa3" + PAGE,
        PDF + PAGE,
        b"%PDF-1.7\n" + PAGE,
        PDF + office(),
    ],
)
def test_what_is_no_whole_file_of_its_kind_is_refused(data):
    """A few right bytes in front of a page, a file cut off, something hung on (issue 4: polyglot uploads)."""
    assert code_of(data) == "not_whole"


def test_documents_that_do_something_when_opened_are_refused():
    """Programs, and what would be fetched from elsewhere; a hyperlink is none of these."""
    relation = (
        '<Relationship Id="a" Type="http://x/relationships/{}" Target="http://evil.example/t" TargetMode="External"/>'
    )
    assert code_of(office(**{"word/vbaProject.bin": "x"})) == "active_content"
    assert code_of(office(**{"xl/macrosheets/sheet1.xml": "x"})) == "active_content"
    assert code_of(office(**{"word/_rels/settings.xml.rels": relation.format("attachedTemplate")})) == "active_content"
    assert check(office(**{"word/_rels/document.xml.rels": relation.format("hyperlink")})).kind == "document"


def test_documents_that_are_something_else_too_are_refused():
    assert code_of(b"<html>" + office(), "a.docx") == "kind_not_allowed"
    assert code_of(office() + PAGE, "a.docx") == "kind_not_allowed"
    assert code_of(office(**{"../../etc/cron.d/x": "x"}), "a.docx") == "kind_not_allowed"


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
    st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\n",
            b"PK\x03\x04",
            b"RIFFxxxxWEBP",
            MP4,
            WAV,
            OGG,
            MP3,
            AMR,
            WEBM,
            PDF,
            MP4[:-9],
            WAV[:30],
            OGG[:30],
            WEBM[:40],
            b"ID3",
            b"%PDF-1.7",
            b"\0\0\0\x18ftypmp42",
        ]
    ),
)
def test_any_bytes_are_taken_or_refused_by_code(data, start):
    try:
        assert check(start + data, "x.jpg").kind in {"image", "audio", "video", "document"}
    except MediaError as refused:
        assert refused.code in {"empty", "not_an_image", "kind_not_allowed", "too_large", "not_whole", "active_content"}
    assert isinstance(checking.mime_of(data), str)
