"""An import that is killed leaves whole batches; the next run completes it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from citygrid.cases.models import CaseRow, EntryRow, ItemRow, Origin
from citygrid.cases.verifying import verify
from citygrid.trust.models import Redactable
from tests import database
from tests.history import city
from tests.history.running import TABLES, write

CASES = 5000
SRC = Path(__file__).resolve().parents[2] / "src"


def _rows() -> list[dict[str, str]]:
    found = []
    for n in range(CASES):
        case = {"case": f"C{n}", "post": "call_taker", "person": "calltaker1"}
        place = {"lon": f"-122.4{n:04}", "lat": "37.79", "source": "desk", "text": f"第{n}件"}
        found.append({**case, "at": f"2016-03-{n % 28 + 1:02} 09:00", "act": "log_call", **place})
        found.append({**case, "at": f"2016-03-{n % 28 + 1:02} 10:00", "act": "refuse", "reason": "不在范围"})
    return found


@pytest.fixture
def cleared(transactional_db: None) -> Iterator[None]:
    """The tables of cases are not Django's to empty after a test that commits."""
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join([*TABLES, 'cases_origin', 'cases_numberblock', 'trust_redactable'])}")
    city.fresh()


def _settled() -> int:
    """How many cases there are once nobody writes any more: processes end with the batch in hand."""
    before = -1
    while (now := CaseRow.objects.count()) != before:
        before = now
        time.sleep(3)
    return now


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.long), "2"])
def test_killed_in_the_middle(cleared: None, tmp_path: Path, workers: str) -> None:
    city.load()
    path = write(tmp_path / "a.csv", _rows())
    command = [sys.executable, "-m", "citygrid", "import-history", str(path), "--system", "old"]
    command += ["--workers", workers]
    more = {"DATABASE_URL": database.address(), "PYTHONPATH": str(SRC), "CITYGRID_PERSONAL_KEY": settings.PERSONAL_KEY}
    with (tmp_path / "said.txt").open("w") as said:
        child = subprocess.Popen(command, env={**os.environ, **more}, stdout=said, stderr=said)
    while not CaseRow.objects.exists() and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.wait()
    there = _settled()
    assert 0 < there < CASES, (tmp_path / "said.txt").read_text()
    assert there == Origin.objects.count() == Redactable.objects.count() / 2 == EntryRow.objects.count() / 2
    assert not list(verify())
    call_command("import_history", path, "--system", "old")
    assert CaseRow.objects.count() == CASES == CaseRow.objects.filter(state="rejected").count()
    assert ItemRow.objects.filter(done_at=None).count() == 0
    assert not list(verify())
