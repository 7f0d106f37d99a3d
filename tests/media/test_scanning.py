"""A scanner is asked before anything is kept; what it finds stays outside; when it is down the city's choice holds."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image, PngImagePlugin

from citygrid.media import permission, rescanning, scanning
from citygrid.media.checking import MediaError
from citygrid.media.models import File
from citygrid.media.storing import store
from citygrid.trust.models import AuditRecord
from tests.media.pictures import picture
from tests.media.scanner import EICAR, daemon, program

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_STORE = tmp_path / "media"
    return settings.MEDIA_STORE


def infected():
    """A real picture that carries the test string."""
    out, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    notes.add_text("Comment", EICAR.decode())
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=notes)
    return out.getvalue()


@pytest.fixture(params=["command", "clamd"])
def scanner(request, settings, tmp_path):
    if request.param == "command":
        settings.SCANNER = program(tmp_path)
        yield
    else:
        with daemon(tmp_path / "clamd.ctl") as where:
            settings.SCANNER = where
            yield


def refused(data, code):
    with pytest.raises(MediaError) as error:
        store(data, "a.png", 7, NOW)
    assert error.value.code == code
    return error.value


def test_what_is_infected_is_not_kept_and_noted(scanner, folder):
    error = refused(infected(), "infected")
    assert error.params["found"] in {"Eicar-Test-Signature", "Eicar-Signature"}
    assert not folder.exists() and not File.objects.exists()
    line = AuditRecord.objects.get()
    assert (line.act, line.outcome, line.code, line.person) == ("send_file", "refused", "infected", 7)
    assert line.params == {"told": error.params["found"]}


def test_what_is_clean_is_kept_and_says_so(scanner):
    assert store(picture(), "a.jpg", 7, NOW).scan == "clean"


def test_large_files_reach_the_daemon_in_pieces(settings, tmp_path):
    with daemon(tmp_path / "c") as settings.SCANNER:
        assert scanning.found_in(bytes(3_000_000) + EICAR) == "Eicar-Signature"
        (tmp_path / "file").write_bytes(bytes(2_500_000) + EICAR)
        assert scanning.found_in(tmp_path / "file") == "Eicar-Signature"


@pytest.mark.parametrize(
    "down", ["/nowhere/scan", "false-scan", "clamd:/nowhere/clamd.ctl", "clamd:127.0.0.1:1", "clamd:x"]
)
def test_without_an_answer_nothing_is_taken(settings, tmp_path, folder, down):
    broken = tmp_path / "false-scan"
    broken.write_text("#!/bin/sh\nexit 2\n")
    broken.chmod(0o755)
    settings.SCANNER = down.replace("false-scan", str(broken))
    refused(picture(), "scanner_down")
    assert not folder.exists() and AuditRecord.objects.get().code == "scanner_down"


def test_an_answer_that_is_none_is_no_clean_bill(settings, tmp_path):
    with daemon(tmp_path / "c", b"INSTREAM size limit exceeded. ERROR") as settings.SCANNER:
        refused(picture(), "scanner_down")


def test_a_scanner_that_hangs_is_down(settings, tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    settings.SCANNER, settings.SCANNER_SECONDS = str(slow), 0.2
    refused(picture(), "scanner_down")


class Somebody:
    pk = 7


def test_marked_files_are_scanned_later_and_the_infected_ones_given_to_nobody(settings, tmp_path):
    settings.SCANNER, settings.SCANNER_DOWN = "clamd:/nowhere", "mark"
    good, bad = store(picture(), "a.jpg", 7, NOW), store(infected(), "b.png", 7, NOW)
    assert {good.scan, bad.scan} == {"unscanned"} and permission.may_see(Somebody, bad)
    assert rescanning.rescan(NOW) == (0, 0), "it is still down"
    settings.SCANNER = program(tmp_path)
    assert rescanning.rescan(NOW + timedelta(minutes=5)) == (1, 1)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.scan, bad.scan) == ("clean", "infected")
    assert permission.may_see(Somebody, good) and not permission.may_see(Somebody, bad)
    line = AuditRecord.objects.get(code="infected")
    assert (line.subject_id, line.person, line.params["sha256"]) == (str(bad.pk), 7, bad.sha256)
    assert rescanning.rescan(NOW + timedelta(minutes=10)) == (0, 0), "nothing waits any more"


def test_a_clean_answer_later_is_kept_too(settings, tmp_path):
    """The same bytes sent again while there is a scanner: known as clean from then on."""
    assert store(picture(), "a.jpg", 7, NOW).scan == ""
    settings.SCANNER = program(tmp_path)
    store(picture(), "a.jpg", 8, NOW)
    assert File.objects.get().scan == "clean"
