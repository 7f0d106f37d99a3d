"""Two at once, and killed in the middle: one wins, the other sees why; what was not committed is not there."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from citygrid.basedata import publishing, surveys
from citygrid.basedata.models import Component, Survey, SurveyProgress, SurveyRow
from citygrid.process.refusal import Refused
from tests import database, standing
from tests.basedata import town
from tests.basedata.conftest import forget
from tests.basedata.test_survey_round import LAMPS, staged
from tests.basedata.town import AT, colleague, lamps, owner, spots, write

SRC = Path(__file__).resolve().parents[2] / "src"
MANY = 30_000


@pytest.fixture(scope="module")
def settled(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[standing.Rows]:
    """The second city, committed."""
    forget()
    with standing.committed(django_db_blocker, tmp_path_factory.mktemp("city"), town.load) as rows:
        yield rows
    forget()


@pytest.fixture
def committed(settled: standing.Rows) -> Iterator[None]:
    forget()
    yield
    standing.put_back(settled)
    forget()


def at_once(*works: Any) -> list[Any]:
    """What each of the works answered, done by threads that start together."""
    answers: list[Any] = [None] * len(works)
    gate = threading.Barrier(len(works))

    def run(at: int, work: Any) -> None:
        gate.wait()
        try:
            answers[at] = work()
        except Refused as refused:
            answers[at] = refused.refusal.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_a_survey_is_published_once_however_many_press_the_button(committed: None, tmp_path: Path) -> None:
    survey = staged(write(tmp_path / "a.csv", lamps(30)))
    publishing.submit(survey, owner(), AT)
    reviewer = colleague()
    answers = at_once(*[lambda: publishing.publish(survey.id, reviewer, AT)] * 2)
    losers = [one for one in answers if isinstance(one, str)]
    assert len(losers) == 1 and losers[0] in ("survey_busy", "not_submitted")
    assert Component.objects.count() == 30


def test_two_surveys_at_once_never_give_one_code_twice(committed: None, tmp_path: Path) -> None:
    places = spots(40)
    both = []
    for name, part in (("a", places[0::2]), ("b", places[1::2])):
        rows = [
            {"no": f"{name}{n}", "lon": x, "lat": y, "owner": "power", "state": "完好"} for n, (x, y) in enumerate(part)
        ]
        survey = staged(write(tmp_path / f"{name}.csv", rows))
        publishing.submit(survey, owner(), AT)
        both.append(survey.id)
    reviewer = colleague()
    answers = at_once(*[lambda pk=pk: publishing.publish(pk, reviewer, AT) for pk in both])
    assert not [one for one in answers if isinstance(one, str)]
    codes = list(Component.objects.values_list("code", flat=True))
    assert len(codes) == len(set(codes)) == 40
    for start in {code[:-6] for code in codes}:
        numbers = sorted(int(code[-6:]) for code in codes if code.startswith(start))
        assert numbers == list(range(1, len(numbers) + 1))


def test_the_same_number_in_two_surveys_is_published_by_the_first_alone(committed: None, tmp_path: Path) -> None:
    both = []
    for name in ("a", "b"):
        survey = staged(write(tmp_path / f"{name}.csv", lamps(5)))
        publishing.submit(survey, owner(), AT)
        both.append(survey.id)
    reviewer = colleague()
    answers = at_once(*[lambda pk=pk: publishing.publish(pk, reviewer, AT) for pk in both])
    assert sorted(one for one in answers if isinstance(one, str)) == ["stale"]
    assert Component.objects.count() == 5


def test_killed_while_staging_leaves_nothing_and_can_be_done_again(committed: None, tmp_path: Path) -> None:
    (lon, lat), path = spots(1)[0], tmp_path / "a.csv"
    path.write_text("no,lon,lat,owner,state\n" + "".join(f"L{n},{lon},{lat},power,完好\n" for n in range(MANY)))
    survey = surveys.create(path, LAMPS, by=owner(), at=AT)
    code = (
        "import django; django.setup()\nfrom datetime import UTC, datetime\nfrom uuid import UUID\n"
        "from citygrid.basedata import surveys\n"
        f"surveys.run(UUID('{survey.id}'), datetime.now(UTC))\n"
    )
    more = {
        "DATABASE_URL": database.address(), "PYTHONPATH": str(SRC), "CITYGRID_DATA": str(settings.DATA),
        "DJANGO_SETTINGS_MODULE": "citygrid.config.settings",
    }  # fmt: skip
    with (tmp_path / "said.txt").open("w") as said:
        child = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **more}, stdout=said, stderr=said)
    while child.poll() is None and not SurveyProgress.objects.filter(survey=survey.id, done__gt=0).exists():
        time.sleep(0.005)
    assert child.poll() is None, (tmp_path / "said.txt").read_text()
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not SurveyRow.objects.exists()
    assert Survey.objects.get(id=survey.id).status == "draft"
    for _ in range(100):  # the killed one's transaction ends when its connection is seen to be gone
        try:
            done = surveys.run(survey.id, AT)
            break
        except Refused:
            time.sleep(0.1)
    assert (done.status, done.counts["rows"], SurveyRow.objects.count()) == ("checked", MANY, MANY)
    assert not SurveyProgress.objects.exists()
