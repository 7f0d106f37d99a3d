"""Thousands of changed cases wait to be counted (an import, a city's first day): pages answer at once with the figures
of before and say so, programs are told to ask again, what is kept waits until all is counted (issue 7, item 2)."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from citygrid.cases.database import Connection, plain
from citygrid.evaluation import asking, facts, jobs
from tests.cases import world as worlds
from tests.cases.kept_city import fresh, signed_in
from tests.evaluation.towns import recurring

__all__ = ["fresh"]
MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
NOTE = "are being counted"


def filed(world: worlds.World) -> None:
    world.cases = [world.handling() for _ in range(4)]


town = recurring(filed)


@pytest.fixture
def raw(town: worlds.World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Four cases that changed, and pages that bring no more than three over."""
    monkeypatch.setattr(facts, "SOON", 3)
    with plain() as found:
        facts.refresh(found)
        found.execute("delete from evaluation_case")
        found.execute("insert into evaluation_changed select case_id from cases_head limit 4")
        yield found


def counted(raw: Connection) -> int:
    row = raw.execute("select count(*) from evaluation_case").fetchone()
    assert row is not None
    return int(row[0])


def table(login: str) -> str:
    answer = signed_in(login).get(f"{reverse('evaluation:table')}?{urlencode(MARCH)}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_shows_what_was_known_and_says_so(raw: Connection) -> None:
    assert f'hx-get="{reverse("evaluation:waiting")}"' in table("leader1")
    assert counted(raw) == 0, "the page has brought nothing over"
    for login, told in (("leader1", True), ("west_sanitation_desk", True), ("calltaker1", False)):
        note = signed_in(login).get(reverse("evaluation:waiting")).content.decode()
        assert (NOTE in note) == told, login


def test_the_job_counts_them_and_the_note_goes(raw: Connection) -> None:
    assert jobs.bring_over(datetime.now(UTC)) == 4
    assert counted(raw) == 4
    assert reverse("evaluation:waiting") not in table("leader1")
    assert NOTE not in signed_in("leader1").get(reverse("evaluation:waiting")).content.decode()


def test_few_are_counted_by_the_page_itself(raw: Connection) -> None:
    raw.execute("delete from evaluation_changed where ctid in (select ctid from evaluation_changed limit 1)")
    assert reverse("evaluation:waiting") not in table("leader1")
    assert counted(raw) == 3


@pytest.mark.parametrize("address", [
    "indicators?period=2026-03&keys=reports", "numbers/reports?period=2026-03&subject=total", "insight/load",
    "long-open?first=2026-03-01&last=2026-03-31", "safety?first=2026-03-01&last=2026-03-31",
])  # fmt: skip
def test_a_program_is_told_to_ask_again(raw: Connection, address: str) -> None:
    client = signed_in("leader1")
    answer = client.get(f"/api/v1/evaluation/{address}")
    assert (answer.status_code, answer.json()["code"]) == (503, "counting")
    facts.refresh(raw)
    assert client.get(f"/api/v1/evaluation/{address}").status_code == 200


def test_a_command_counts_them_all(raw: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate", "--from=2026-03-01", "--to=2026-03-31", "--by=source", "--format=json",
                 "--indicators=reports")  # fmt: skip
    assert json.loads(capsys.readouterr().out)["rows"] != []
    assert counted(raw) == 4


def test_somebody_else_who_takes_long_is_not_waited_for(raw: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others make the roll-ups of a whole city, which holds the lock for minutes."""
    monkeypatch.setattr(facts, "SOON", 3_000)
    monkeypatch.setattr(facts, "PATIENCE", "50ms")
    monkeypatch.setattr(facts, "_LOCK", 7_214_905)  # the test's own transaction holds the real one
    before = raw.execute("show lock_timeout").fetchone()
    with psycopg.connect(raw.info.dsn, password=raw.info.password) as other:
        other.execute("select pg_advisory_xact_lock(%s)", [facts._LOCK])
        assert not asking.is_counted()
        assert counted(raw) == 0
    assert asking.is_counted()
    assert counted(raw) == 4
    assert raw.execute("show lock_timeout").fetchone() == before


def test_nobody_who_asks_makes_the_roll_ups_of_a_whole_city(raw: Connection) -> None:
    """After an upgrade that threw them away: the job makes them, until then all is counted from facts."""
    facts.refresh(raw)
    raw.execute("delete from evaluation_day_zone")
    table("leader1")
    assert raw.execute("select 1 from evaluation_day_zone").fetchone() is None
    assert jobs.bring_over(datetime.now(UTC)) == 0
    assert raw.execute("select 1 from evaluation_day_zone").fetchone() is not None
    assert connection.in_atomic_block, "all of it goes with the test"
