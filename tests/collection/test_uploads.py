"""Files in pieces: gone on with where they broke off, whole by their hash, never twice (issue 6, offline first)."""

import hashlib
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from citygrid.collection.models import SentFile
from citygrid.collection.syncing import shown_copies, uploads
from citygrid.media import scanning, storing
from citygrid.media.checking import MediaError
from citygrid.media.models import File, Upload
from tests.cases.world import WEST, picture
from tests.collection.phones import new_id, report
from tests.media.pictures import box, mp4

CONTENT = picture(1)


def kept(settings, *files):
    """Pieces of these files on the disk."""
    return [path for path in (Path(settings.MEDIA_STORE) / "sending").rglob("*") if path.stem in files]


def test_pieces_make_the_file_and_leave_nothing_behind(phone, world, settings, django_capture_on_commit_callbacks):
    collector, file = phone("collector3"), new_id()
    assert collector.begin(file, CONTENT, facts={"lon": 111.0, "lat": 30.0, "accuracy": 4.5})[1]["received"] == 0
    assert collector.put(file, 0, CONTENT[:300]) == (200, {"received": 300, "media": None})
    with django_capture_on_commit_callbacks(execute=True):
        status, told = collector.put(file, 300, CONTENT[300:])
    row = File.objects.get(pk=told["media"])
    assert (status, row.sha256, row.uploader) == (200, hashlib.sha256(CONTENT).hexdigest(), world.person("collector3"))
    with storing.original(row) as content:
        assert content.read() == CONTENT
    sent = SentFile.objects.get()
    assert sent.facts == {"lon": 111.0, "lat": 30.0, "accuracy": 4.5} and sent.whole_at and kept(settings, file) == []


def test_a_piece_that_comes_twice_or_overlaps_changes_nothing(phone):
    collector, file = phone("collector3"), new_id()
    collector.begin(file, CONTENT)
    collector.put(file, 0, CONTENT[:300])
    assert collector.put(file, 0, CONTENT[:300])[1]["received"] == 300
    assert collector.put(file, 0, b"x" * 200)[1]["received"] == 300
    assert collector.put(file, 200, CONTENT[200:500])[1]["received"] == 500
    assert collector.put(file, 500, CONTENT[500:])[1]["media"]
    assert collector.put(file, 0, CONTENT)[1]["media"] == str(SentFile.objects.get().media)


def test_after_a_gap_the_answer_says_from_where_to_go_on(phone):
    collector, file = phone("collector3"), new_id()
    collector.begin(file, CONTENT)
    assert collector.put(file, 300, CONTENT[300:])[1] == {"received": 0, "media": None}
    collector.put(file, 0, CONTENT[:100])
    assert collector.begin(file, CONTENT)[1]["received"] == 100


def test_other_bytes_begin_again_and_then_it_is_whole(phone, settings):
    collector, file = phone("collector3"), new_id()
    collector.begin(file, CONTENT)
    wrong = b"x" + CONTENT[1:]
    status, told = collector.put(file, 0, wrong)
    assert (status, told["code"]) == (409, "hash_differs") and kept(settings, file) == []
    assert not File.objects.exists()
    assert collector.begin(file, CONTENT)[1]["received"] == 0
    assert collector.put(file, 0, CONTENT)[1]["media"]


def test_what_a_crash_of_the_machine_took_from_the_disk_is_sent_again(phone, settings):
    collector, file = phone("collector3"), new_id()
    collector.begin(file, CONTENT)
    collector.put(file, 0, CONTENT[:300])
    (part,) = kept(settings, file)
    part.write_bytes(CONTENT[:100])
    assert collector.put(file, 300, CONTENT[300:])[1]["code"] == "hash_differs"
    assert collector.upload(CONTENT, file) == file


def test_more_bytes_than_were_said_are_not_taken(phone):
    collector, file = phone("collector3"), new_id()
    collector.begin(file, CONTENT)
    assert collector.put(file, 0, CONTENT + b"!")[1]["code"] == "too_long"
    assert SentFile.objects.get().received == 0


def test_another_file_under_the_same_id_is_refused(phone):
    collector = phone("collector3")
    file = collector.upload(CONTENT)
    assert collector.begin(file, picture(2))[1]["code"] == "same_id"


def test_the_same_bytes_need_not_come_twice_from_one_person(phone):
    collector = phone("collector3")
    collector.upload(CONTENT)
    first = File.objects.get().pk
    assert collector.begin(new_id(), CONTENT)[1] == {"received": len(CONTENT), "media": str(first)}


def test_a_stranger_who_knows_the_hash_gets_nothing_by_it(phone, world):
    """Saying the hash of a colleague's photo must not open it: one has to have the bytes."""
    phone("collector3").upload(CONTENT)
    other, file = phone("collector4"), new_id()
    assert other.begin(file, CONTENT)[1] == {"received": 0, "media": None}
    assert other.put(file, 0, CONTENT)[1]["media"] == str(File.objects.get().pk)
    assert Upload.objects.get().person == world.person("collector4")


def test_a_colleague_cannot_go_on_with_it(phone):
    file = new_id()
    phone("collector3").begin(file, CONTENT)
    assert phone("collector4").put(file, 0, CONTENT)[0] == 404


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"mime": "application/x-sh"}, "kind_not_allowed"),
        ({"size": 10**12}, "too_large"),
        ({"size": 21_000_000}, "too_large"),
        ({"size": 0}, "malformed_file"),
        ({"sha256": "z" * 64}, "malformed_file"),
    ],
)
def test_what_would_be_refused_is_refused_before_it_comes(phone, more, code):
    status, told = phone("collector3").begin(new_id(), CONTENT, **more)
    assert (status, told["code"]) == (422, code) and told["message"] and not SentFile.objects.exists()


def test_what_is_no_picture_is_refused_for_good_and_so_is_its_entry(phone, settings):
    collector, file, content = phone("collector3"), new_id(), b"#!/bin/sh\nrm -rf /\n"
    collector.begin(file, content)
    status, told = collector.put(file, 0, content)
    assert (status, told["code"]) == (422, "kind_not_allowed")
    assert collector.begin(file, content)[1]["code"] == "kind_not_allowed"
    told = collector.sync(report(WEST, file))[0]
    assert (told["state"], told["code"]) == ("refused", "file_refused")
    assert told["facts"]["files"] == {file: "kind_not_allowed"}


def test_while_the_scanner_is_down_the_bytes_wait(phone, monkeypatch):
    """What passes is no refusal for good: the bytes stay, asking again tries again (等级保护三级)."""
    collector, file = phone("collector3"), new_id()
    collector.begin(file, CONTENT)
    with monkeypatch.context() as down:
        down.setattr(scanning, "cleared", _down)
        assert collector.put(file, 0, CONTENT)[1]["code"] == "scanner_down"
    assert collector.begin(file, CONTENT)[1]["media"] == str(File.objects.get().pk)


def _down(content, person, at):
    raise MediaError("scanner_down", "The virus scanner does not answer.")


def test_a_film_is_looked_at_where_it_lies(tmp_path, world):
    """Memory stays flat: no film is read as a whole (issue 6, bench)."""
    path, megabytes = tmp_path / "film.mp4", 24
    path.write_bytes(mp4(extra=box(b"free", bytes(megabytes << 20))))
    tracemalloc.start()
    row = storing.store_file(path, "", None, timezone.now())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (row.kind, row.size) == ("video", path.stat().st_size) and peak < 6 << 20
    with storing.original(row) as content:
        assert hashlib.file_digest(content, "sha256").hexdigest() == row.sha256


def test_what_nobody_goes_on_sending_is_forgotten(phone, settings):
    collector, old, new = phone("collector3"), new_id(), new_id()
    for file in (old, new):
        collector.begin(file, CONTENT)
        collector.put(file, 0, CONTENT[:10])
    whole = collector.upload(picture(2))
    now = timezone.now()
    SentFile.objects.exclude(file=new).update(last_at=now - uploads.KEPT - timedelta(hours=1))
    assert uploads.forget(now) == 1
    assert {str(row.file) for row in SentFile.objects.all()} == {new, whole}
    assert [path.stem for path in kept(settings, old, new)] == [new]


def test_nobody_fills_the_disk(phone, monkeypatch):
    monkeypatch.setattr(uploads, "OPEN_BYTES", len(CONTENT) + 10)
    collector = phone("collector3")
    assert collector.begin(new_id(), CONTENT)[0] == 200
    assert collector.begin(new_id(), picture(2))[1]["code"] == "too_much"


def test_shown_forms_are_made_by_the_job_and_not_while_the_phone_waits(phone, settings):
    content = picture(71)  # nobody else's: the store is one for all tests of the process
    phone("collector3").upload(content)
    shown = Path(settings.MEDIA_STORE) / "shown"
    digest = hashlib.sha256(content).hexdigest()
    assert not list(shown.rglob(digest))
    assert (shown_copies.make(timezone.now()), shown_copies.make(timezone.now())) == (1, 0)
    assert len(list(shown.rglob(digest))) == len(storing.SIZES)


def test_a_photo_that_the_store_has_lost_does_not_stop_the_others(phone, settings):
    collector = phone("collector3")
    collector.upload(CONTENT)
    next(path for path in Path(settings.MEDIA_STORE).rglob(hashlib.sha256(CONTENT).hexdigest())).unlink()
    collector.upload(picture(2))
    assert shown_copies.make(timezone.now()) == 2
