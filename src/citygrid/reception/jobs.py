"""Jobs of reception: the hand-over sheet of a shift is there when the shift is over."""

import asyncio
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.reception.shifts import sheets


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="reception.sheets", pass_context=False)
async def write_sheets(timestamp: int) -> None:
    """Sheets of shifts that are over, for every centre."""
    await asyncio.to_thread(_write)


def _write() -> None:
    try:
        sheets.write_those_over(datetime.now(UTC))
    finally:
        connection.close()  # this thread's; back to the pool
