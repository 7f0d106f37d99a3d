"""A change of keys: both keys serve meanwhile, a kill loses nothing, the old key goes when nothing needs it (S3-14)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from citygrid.trust import keys, redactable, rekeying
from citygrid.trust.models import AuditRecord, Redactable
from tests import database

AT = datetime(2026, 5, 6, 18, tzinfo=UTC)
SRC = Path(__file__).resolve().parents[2] / "src"
OLD, NEW = "the-old-secret-of-this-test", "the-new-secret-of-this-test"
pytestmark = pytest.mark.django_db


@pytest.fixture
def changed(settings: Any) -> Any:
    """Two rows sealed by the old key, and the new key in place."""
    settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = OLD, []
    settings.ROWS = [
        redactable.put(redactable.CALLER_PHONE, "13912345678", AT),
        redactable.put(redactable.CALLER_NAME, "许若兰", AT),
    ]
    settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = NEW, [OLD]
    return settings


def told(what: str, *more: str) -> str:
    out = StringIO()
    call_command("keys", what, *more, stdout=out)
    return out.getvalue()


def test_rows_are_read_and_found_before_during_and_after(changed: Any) -> None:
    phone, name = changed.ROWS

    def found() -> None:
        assert redactable.find_phone("139 1234 5678") == [phone.id]
        assert redactable.find_name(redactable.CALLER_NAME, "许若兰") == [name.id]
        assert redactable.get_many([phone.id, name.id])[name.id].text == "许若兰"
        assert all(redactable.genuine(one.id, one.digest) for one in (phone, name))

    found()
    next(rekeying.reseal(batch=1))
    assert sorted(one.rows for one in rekeying.known()) == [1, 1]
    found()
    assert [one.done for one in rekeying.reseal(batch=1)][-1:] == [1]
    found()
    changed.PERSONAL_KEYS_BEFORE = []
    found()
    assert {row.key_name for row in Redactable.objects.all()} == {keys.name_of(NEW)}


def test_a_repeat_does_nothing_more(changed: Any) -> None:
    assert "All rows" in told("rotate")
    before = list(Redactable.objects.order_by("id").values_list("sealed", flat=True))
    assert list(rekeying.reseal()) == []
    assert [bytes(b) for b in before] == [bytes(r.sealed or b"") for r in Redactable.objects.order_by("id")]


def test_a_row_whose_key_is_lost_is_told_and_left_as_it_is(changed: Any) -> None:
    changed.PERSONAL_KEYS_BEFORE = []
    before = Redactable.objects.get(pk=changed.ROWS[0].id)
    with pytest.raises(CommandError, match="2 rows could not be read"):
        told("rotate")
    assert bytes(Redactable.objects.get(pk=before.pk).sealed or b"") == bytes(before.sealed or b"")
    assert "missing" in told("list")


def test_the_list_tells_each_key_with_its_rows_and_the_audit_who_changed_it(changed: Any) -> None:
    assert told("list").split() == [keys.name_of(NEW), "current", "0", "rows", keys.name_of(OLD), "before", "2", "rows"]
    told("rotate")
    line = AuditRecord.objects.get(act="rotate_keys")
    assert (line.subject_id, line.params) == (keys.name_of(NEW), {"rows": 2, "unreadable": 0})


@pytest.fixture
def files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CITYGRID_PERSONAL_KEY", raising=False)
    settings.DATA, settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = tmp_path, OLD, []
    folder = tmp_path / "keys"
    folder.mkdir()
    (folder / "personal_key").write_text(OLD)

    return folder


def start_anew(files: Path, settings: Any) -> None:
    """What a server reads when it starts."""
    settings.PERSONAL_KEY = (files / "personal_key").read_text().strip()
    settings.PERSONAL_KEYS_BEFORE = (files / "personal_keys_before").read_text().split()


def test_a_new_key_keeps_the_old_one_and_an_unneeded_one_is_taken_away(files: Path, settings: Any) -> None:
    ref = redactable.put(redactable.CALLER_NAME, "许若兰", AT)
    old = keys.name_of(settings.PERSONAL_KEY)
    told("new")
    assert (files / "personal_keys_before").stat().st_mode & 0o077 == 0
    start_anew(files, settings)
    assert keys.current().name != old and redactable.get_many([ref.id])[ref.id].text == "许若兰"
    with pytest.raises(CommandError, match="1 rows are still sealed"):
        told("drop", old)
    told("rotate")
    told("drop", old)
    start_anew(files, settings)
    assert redactable.get_many([ref.id])[ref.id].text == "许若兰" and settings.PERSONAL_KEYS_BEFORE == []
    with pytest.raises(CommandError, match="no former key"):
        told("drop", keys.current().name)


def test_keys_of_the_environment_are_changed_there(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYGRID_PERSONAL_KEY", OLD)
    before = (files / "personal_key").read_text()
    with pytest.raises(CommandError, match="environment"):
        told("new")
    assert (files / "personal_key").read_text() == before


@pytest.fixture
def many(transactional_db: None, settings: Any) -> Iterator[int]:
    settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = OLD, []
    drafts = [redactable.draft(redactable.CALLER_PHONE, f"1390000{n:04d}") for n in range(4000)]
    redactable.put_many(drafts, AT)
    settings.PERSONAL_KEY, settings.PERSONAL_KEYS_BEFORE = NEW, [OLD]
    yield len(drafts)


@pytest.mark.django_db(transaction=True)
def test_killed_in_between_it_goes_on_where_it_was(many: int, settings: Any, tmp_path: Path) -> None:
    env = os.environ | {
        "DATABASE_URL": database.address(), "PYTHONPATH": str(SRC), "CITYGRID_DATA": str(tmp_path),
        "CITYGRID_PERSONAL_KEY": NEW, "CITYGRID_PERSONAL_KEYS_BEFORE": "", "CITYGRID_SECRET_KEY": "x" * 50,
    }  # fmt: skip
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "personal_keys_before").write_text(OLD)
    started = subprocess.Popen(
        [sys.executable, "-m", "citygrid", "keys", "rotate", "--batch", "50"],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline().startswith("50 rows")
    started.send_signal(signal.SIGKILL)
    started.wait()
    time.sleep(0.5)  # the server ends the killed one's transaction
    done = Redactable.objects.filter(key_name=keys.name_of(NEW)).count()
    assert 0 < done < many and done % 50 == 0
    assert len(redactable.find_phone("13900000000")) == len(redactable.find_phone("13900003999")) == 1
    list(rekeying.reseal())
    settings.PERSONAL_KEYS_BEFORE = []
    assert Redactable.objects.filter(key_name=keys.name_of(NEW)).count() == many
    assert len(redactable.find_phone("13900000000")) == len(redactable.find_phone("13900003999")) == 1
