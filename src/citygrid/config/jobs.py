"""Jobs of the house itself. Every package's `jobs.py` is found by the worker that `serve` runs.

A package writes `@app.task` (and `@app.periodic(cron=...)`; a sixth field is the seconds: "* * * * * */30") with
`app` of `procrastinate.contrib.django`; `defer` inside a transaction belongs to it.
"""

import asyncio
import logging

from django.core.management import call_command
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status

log = logging.getLogger(__name__)
KEEP_HOURS = 72
SILENT = 120
"""Seconds without a sign of life after which a worker is dead (one that lives gives a sign each ten)."""
MOST_TRIES = 3


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="house.sweep", pass_context=False)
async def sweep(timestamp: int) -> None:
    """Each night: forget finished jobs older than three days and ended sessions."""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)
    await asyncio.to_thread(call_command, "clearsessions")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="house.take_up", pass_context=False)
async def take_up(timestamp: int) -> None:
    """What a killed worker was doing begins again: it would hold its lock for good, and keep whatever needs it waiting.

    A periodic job is only put away (it comes again by itself), and so is one that was begun `MOST_TRIES` times."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        log.warning("job %s (%s) was left by a worker that is gone", job.id, job.task_name)
        if job.task_name in _periodic() or job.attempts >= MOST_TRIES - 1 or not await _again(job):
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)


def _periodic() -> set[str]:
    return {one.task.name for one in app.periodic_registry.periodic_tasks.values()}


async def _again(job: Job) -> bool:
    """Whether it waits again; not where one like it waits already."""
    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        return False
    return True
