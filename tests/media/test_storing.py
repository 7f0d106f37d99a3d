"""One content is kept once, whole or not at all; what was answered is on the disk."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from citygrid.media.checking import MediaError
from citygrid.media.keeping import FolderStorage
from citygrid.media.models import File
from citygrid.media.storing import original, store, thumbnail
from tests.media.pictures import photo, picture

pytestmark = pytest.mark.django_db
NOW = datetime(2024, 5, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_STORE = tmp_path / "media"
    return settings.MEDIA_STORE


def test_a_photo_is_kept_under_its_hash(folder):
    data = photo()
    file = store(data, "a.jpg", 7, NOW)
    digest = hashlib.sha256(data).hexdigest()
    assert file.sha256 == digest and (file.size, file.width, file.height) == (len(data), 64, 48)
    assert (folder / digest[:2] / digest[2:4] / digest).read_bytes() == data
    assert (file.lon, file.lat, file.uploader, file.illustration) == ("121.5000000", "31.2400000", 7, False)
    with original(file) as kept:
        assert kept.read() == data


def test_the_same_bytes_are_one_file(folder):
    first, second = store(picture(), "a.jpg", 7, NOW), store(picture(), "b.png", 8, NOW)
    assert first.pk == second.pk and File.objects.get().uploader == 7
    assert [u.person for u in first.uploads.all()] == [8]
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1


def test_bytes_that_the_store_lost_come_back(folder):
    file = store(picture(), "a.jpg", 7, NOW)
    next(p for p in folder.rglob("*") if p.is_file()).unlink()
    with pytest.raises(FileNotFoundError):
        original(file)
    assert store(picture(), "a.jpg", 7, NOW).pk == file.pk
    original(file).close()


def test_a_refused_file_leaves_nothing(folder):
    with pytest.raises(MediaError):
        store(b"no picture", "a.jpg", 7, NOW)
    assert not folder.exists() and not File.objects.exists()


def test_a_write_that_fails_leaves_no_half_file(tmp_path, monkeypatch):
    keeper = FolderStorage(tmp_path)
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        keeper.put("ab/cd/x", b"data")
    assert not keeper.exists("ab/cd/x") and list((tmp_path / "ab" / "cd").iterdir()) == []


def test_small_forms_are_upright_bare_and_made_once(folder):
    file = store(photo(orientation=6), "a.jpg", 7, NOW)
    small = thumbnail(file, 32)
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (24, 32) and not image.getexif()
    kept = next(p for p in (folder / "shown" / "32").rglob("*") if p.is_file())
    kept.write_bytes(b"kept")
    assert thumbnail(file, 32) == b"kept"


def test_drawn_pictures_are_marked():
    file = store(picture(color="blue"), "a.png", None, NOW, illustration=True, note="drawn")
    assert file.illustration and file.note == "drawn" and file.uploader is None
