"""Jobs of trust: a seal over the audit's new lines every minute."""

import asyncio
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.trust import seals


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="trust.seal", pass_context=False)
async def seal(timestamp: int) -> None:
    """The audit's new lines are bound."""
    await asyncio.to_thread(_seal)


def _seal() -> None:
    try:
        seals.seal(datetime.now(UTC))
    finally:
        connection.close()
