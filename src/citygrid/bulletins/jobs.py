"""Reports are made as jobs, with progress; each hour the schedules are looked at."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

from citygrid.bulletins import making, open_data_job, scheduling  # noqa: F401 - its job is found here
from citygrid.bulletins.rules_kept import current


@app.task(pass_context=False, lock="bulletins.make")
async def make(report: str) -> None:
    """One after the other: each counts a whole month."""
    await asyncio.to_thread(_closing, UUID(report))


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="bulletins.schedule", lock="bulletins.schedule", pass_context=False)
async def schedule(timestamp: int) -> None:
    """What is owed is asked for."""
    await asyncio.to_thread(_scheduled)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="bulletins.left", pass_context=False)
async def left(timestamp: int) -> None:
    """A report whose job was put away for good (`config.jobs.take_up`) is not being made any more: it says so."""
    await asyncio.to_thread(_left)


def defer(report: UUID) -> None:
    """In the caller's transaction: no report without its job, no job without its report.

    By Django's connection whoever calls: in the jobs' own process (a schedule that asks) `make.defer` would go by the
    worker's connection, and the job begin before its report is there."""
    JobDeferrer(JobManager(DjangoConnector()), make.configure().job).defer(report=str(report))


def _closing(report: UUID) -> None:
    try:
        making.make(report, datetime.now(UTC))
    finally:
        connection.close()


def _left() -> None:
    try:
        making.give_up(datetime.now(UTC))
    finally:
        connection.close()


def _scheduled() -> None:
    try:
        scheduling.follow(current(), datetime.now(UTC))
    finally:
        connection.close()
