"""Jobs of the house itself. Every package's `jobs.py` is found by the worker that `serve` runs.

A package writes `@app.task` (and `@app.periodic(cron=...)`; a sixth field is the seconds: "* * * * * */30") with
`app` of `procrastinate.contrib.django`; `defer` inside a transaction belongs to it.
"""

import asyncio

from django.core.management import call_command
from procrastinate.contrib.django import app

KEEP_HOURS = 72


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="house.sweep", pass_context=False)
async def sweep(timestamp: int) -> None:
    """Each night: forget finished jobs older than three days and ended sessions."""
    await app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)
    await asyncio.to_thread(call_command, "clearsessions")
