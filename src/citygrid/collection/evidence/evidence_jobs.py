"""Jobs of evidence: photos are looked at every minute; at night those that came without messages."""

import asyncio
from datetime import UTC, datetime, timedelta

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.collection.evidence import keeping, looking

CAUGHT_UP = timedelta(days=3)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="collection.evidence", lock="collection.evidence", pass_context=False)
async def look(timestamp: int) -> None:
    """Hashes, distances and anomalies of the photos that came since."""
    await asyncio.to_thread(_look)


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="collection.evidence_caught_up", pass_context=False)
async def catch_up(timestamp: int) -> None:
    """Imports and the demo's story write no messages."""
    await asyncio.to_thread(_catch_up)


def _look() -> None:
    try:
        looking.look(datetime.now(UTC))
    finally:
        connection.close()


def _catch_up() -> None:
    try:
        keeping.catch_up(datetime.now(UTC) - CAUGHT_UP)
    finally:
        connection.close()
