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

CASES = 2000
SRC = Path(__file__).resolve().parents[2] / "src"
SMALL_BATCHES = """
import django
django.setup()
from citygrid.history import importing
importing.BATCH_ACTS = 400
from citygrid.__main__ import main
main()
"""
"""The command, with ten batches of these cases: as many as there are of twelve thousand cases otherwise."""


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.long), "2"])
def test_killed_in_the_middle(cleared: None, tmp_path: Path, workers: str) -> None:
    city.load()
    path = write(tmp_path / "a.csv", _rows())
    command = [sys.executable, "-c", SMALL_BATCHES, "import-history", str(path), "--system", "old"]
    command += ["--workers", workers]
    more = {"DATABASE_URL": database.address(), "PYTHONPATH": str(SRC), "CITYGRID_PERSONAL_KEY": settings.PERSONAL_KEY,
            "DJANGO_SETTINGS_MODULE": "citygrid.config.settings"}  # fmt: skip
    child = subprocess.Popen(command, env={**os.environ, **more}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    while not CaseRow.objects.exists() and child.poll() is None:
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    said, _ = child.communicate(timeout=120)  # until its processes too have ended, with the batch in hand
    there = CaseRow.objects.count()
    assert 0 < there < CASES, said.decode()
    assert there == Origin.objects.count() == Redactable.objects.count() / 2 == EntryRow.objects.count() / 2
    assert not list(verify())
    call_command("import_history", path, "--system", "old")
    assert CaseRow.objects.count() == CASES == CaseRow.objects.filter(state="rejected").count()
    assert ItemRow.objects.filter(done_at=None).count() == 0
    assert not list(verify())
