"""Jobs of messages: the relay and the sender every two seconds, rings, the alarm, and what is old forgotten."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.messages import delivering, notices, relay, ringing, stuck

KEEP = timedelta(days=7)
OLD = timedelta(days=180)
"""So long notices are kept for whoever was told."""
ROUNDS = 50
LINGER, LOOK_EVERY = 1.8, 0.2  # seconds: the relay runs every two, and looks this often while it runs
SECONDS = 5.0
"""After so long the sender lets other jobs work; what is left goes with its next run."""


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="notices.relay", lock="notices.relay", pass_context=False)
async def relay_outbox(timestamp: int) -> None:
    """Hands on what is due, and looks again until the next run: what is written is told within a moment. A long queue
    is worked off over several runs."""
    until = time.monotonic() + LINGER
    while True:
        await asyncio.to_thread(_closing, lambda: relay.drain(datetime.now(UTC), rounds=ROUNDS))
        if time.monotonic() > until:
            return
        await asyncio.sleep(LOOK_EVERY)


@app.periodic(cron="* * * * * */2")
@app.task(queueing_lock="notices.deliver", lock="notices.deliver", pass_context=False)
async def deliver(timestamp: int) -> None:
    """Sends what is queued."""
    until = time.monotonic() + SECONDS
    await asyncio.to_thread(
        _closing, lambda: delivering.drain(datetime.now(UTC), clock=lambda: time.monotonic() > until)
    )


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="notices.ring", lock="notices.ring", pass_context=False)
async def ring(timestamp: int) -> None:
    """What rings until it is signed."""
    await asyncio.to_thread(_closing, lambda: ringing.ring(datetime.now(UTC)))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="notices.watch", pass_context=False)
async def watch(timestamp: int) -> None:
    """Each minute: rows of senders that are gone, and the alarm about stuck messages."""
    await asyncio.to_thread(_closing, _watch)


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="notices.forget", pass_context=False)
async def forget(timestamp: int) -> None:
    """Rows told more than a week ago go, deliveries of three months ago, notices of half a year ago."""
    await asyncio.to_thread(_closing, _forget)


def _watch() -> None:
    now = datetime.now(UTC)
    delivering.recover(now)
    stuck.tell(now)


def _forget() -> None:
    now = datetime.now(UTC)
    relay.forget(now - KEEP)
    delivering.forget(now)
    notices.forget(now - OLD)


def _closing(work: Callable[[], object]) -> None:
    """Runs it and gives this thread's connection back to the pool."""
    try:
        work()
    finally:
        connection.close()
