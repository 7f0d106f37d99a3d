"""The job that makes the open data of a day."""

import asyncio
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.bulletins import open_data_kept


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="bulletins.open_data", lock="bulletins.open_data", pass_context=False)
async def publish(timestamp: int) -> None:
    """Each night, while the city has it on."""
    await asyncio.to_thread(_closing)


def _closing() -> None:
    try:
        open_data_kept.make(datetime.now(UTC))
    finally:
        connection.close()
