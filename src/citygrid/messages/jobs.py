"""Jobs of messages: the relay every two seconds, and what was told long ago forgotten each night."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.messages import relay

KEEP = timedelta(days=7)
ROUNDS = 50


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="notices.relay", lock="notices.relay", pass_context=False)
async def relay_outbox(timestamp: int) -> None:
    """Hands on what is due; a long queue is worked off over several runs."""
    await asyncio.to_thread(_closing, lambda: relay.drain(datetime.now(UTC), rounds=ROUNDS))


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="notices.forget", pass_context=False)
async def forget(timestamp: int) -> None:
    """Rows told more than a week ago go."""
    await asyncio.to_thread(_closing, lambda: relay.forget(datetime.now(UTC) - KEEP))


def _closing(work: Callable[[], object]) -> None:
    """Runs it and gives this thread's connection back to the pool."""
    try:
        work()
    finally:
        connection.close()
