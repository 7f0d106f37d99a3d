"""Jobs of media: what waits for the scanner is scanned, every five minutes."""

import asyncio
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.media import rescanning


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="media.rescan", lock="media.rescan", pass_context=False)
async def rescan(timestamp: int) -> None:
    """Files that were taken without a scan."""
    await asyncio.to_thread(_rescan)


def _rescan() -> None:
    try:
        rescanning.rescan(datetime.now(UTC))
    finally:
        connection.close()
