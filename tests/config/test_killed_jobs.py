"""A worker that is killed leaves jobs behind that nobody does: they begin again, and their locks are free (S0-13)."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from citygrid.bulletins import jobs as bulletin_jobs
from citygrid.config.jobs import MOST_TRIES, SILENT, take_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def dead() -> Iterator[int]:
    """A worker that gave its last sign long ago."""
    yield worker(SILENT + 60)


def worker(silent: int) -> int:
    with connection.cursor() as run:
        run.execute(
            "insert into procrastinate_workers (last_heartbeat)"
            " values (now() - make_interval(secs => %s)) returning id",
            [silent],
        )
        return int(run.fetchone()[0])


def begun(job: int, by: int | None, attempts: int = 0) -> None:
    with connection.cursor() as run:
        run.execute("update procrastinate_jobs set status = 'doing', worker_id = %s, attempts = %s where id = %s",
                    [by, attempts, job])  # fmt: skip


def state(job: int) -> str:
    with connection.cursor() as run:
        run.execute("select status from procrastinate_jobs where id = %s", [job])
        return str(run.fetchone()[0])


def fetched() -> Any:
    """What a new worker takes first."""
    return async_to_sync(app.job_manager.fetch_job)(queues=None, worker_id=worker(0))


def test_a_report_whose_worker_was_killed_is_made_by_the_next(dead: int) -> None:
    killed = bulletin_jobs.make.defer(report=str(uuid4()))
    begun(killed, dead)
    waiting = bulletin_jobs.make.defer(report=str(uuid4()))
    assert fetched() is None, "the lock is held by nobody that lives"
    async_to_sync(take_up.func)(timestamp=0)
    assert state(killed) == "todo" and state(waiting) == "todo"
    with connection.cursor() as run:  # the clock of this transaction stands still: it would not be due in it
        run.execute("update procrastinate_jobs set scheduled_at = now() where id = %s", [killed])
    taken = fetched()
    assert taken is not None and taken.id == killed


def test_what_a_living_worker_does_is_left_alone() -> None:
    job = bulletin_jobs.make.defer(report=str(uuid4()))
    begun(job, worker(SILENT - 60))
    async_to_sync(take_up.func)(timestamp=0)
    assert state(job) == "doing"


def test_a_periodic_job_comes_again_by_itself_and_frees_its_lock(dead: int) -> None:
    job = bulletin_jobs.schedule.defer(timestamp=1)
    begun(job, None)
    following = bulletin_jobs.schedule.defer(timestamp=2)
    async_to_sync(take_up.func)(timestamp=0)
    assert (state(job), state(following)) == ("failed", "todo")


def test_a_job_that_kills_its_worker_each_time_is_given_up(dead: int) -> None:
    job = bulletin_jobs.make.defer(report=str(uuid4()))
    begun(job, dead, MOST_TRIES - 1)
    async_to_sync(take_up.func)(timestamp=0)
    assert state(job) == "failed"
