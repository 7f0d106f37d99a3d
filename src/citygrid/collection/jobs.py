"""Jobs of collection: days for fixes ahead of time and dropped when theirs is over, patrols counted anew."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.collection.evidence import findings, keeping, looking
from citygrid.collection.patrol import figures
from citygrid.collection.positions import upkeep
from citygrid.collection.syncing import shown_copies, uploads

LATELY = timedelta(days=3)
"""How far back a night looks for what came without messages."""


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="collection.patrols", pass_context=False)
async def count_patrols(timestamp: int) -> None:
    """Figures of patrols for which fixes came."""
    await asyncio.to_thread(figures.count_changed, datetime.now(UTC))


@app.periodic(cron="37 1 * * *")
@app.task(queueing_lock="collection.days", pass_context=False)
async def keep_days(timestamp: int) -> None:
    """Days to come are there, days over the city's time are dropped."""
    await asyncio.to_thread(upkeep.keep, datetime.now(UTC))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="collection.shown", lock="collection.shown", pass_context=False)
async def make_shown_copies(timestamp: int) -> None:
    """The forms of photos that pages show."""
    await asyncio.to_thread(_closing, shown_copies.make)


@app.periodic(cron="23 2 * * *")
@app.task(queueing_lock="collection.uploads", pass_context=False)
async def forget_uploads(timestamp: int) -> None:
    """Files that nobody went on sending."""
    await asyncio.to_thread(_closing, uploads.forget)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="collection.evidence", lock="collection.evidence", pass_context=False)
async def look_at_photos(timestamp: int) -> None:
    """Hashes, distances and anomalies of the photos that came since."""
    await asyncio.to_thread(_closing, looking.look)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="collection.evidence_caught_up", pass_context=False)
async def catch_up_evidence(timestamp: int) -> None:
    """Photos and findings of entries that came without messages: imports, the demo's story."""
    await asyncio.to_thread(_closing, _catch_up_evidence)


def _catch_up_evidence(now: datetime) -> None:
    keeping.catch_up(now - LATELY)
    findings.catch_up(now - LATELY)


def _closing(work: Callable[[datetime], object]) -> None:
    """A thread of its own has a connection of its own."""
    try:
        work(datetime.now(UTC))
    finally:
        connection.close()
