"""Jobs of the organization: each night what is left of ended sessions, and old counts of requests, are put away."""

import asyncio
from datetime import UTC, datetime, timedelta

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.organization import tallies
from citygrid.organization.signing import sign_ins


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="organization.sessions", pass_context=False)
async def sessions(timestamp: int) -> None:
    """Sessions that ran out are taken away, and noted as ended; counts of days that are over go."""
    await asyncio.to_thread(_clear)


def _clear() -> None:
    try:
        sign_ins.clear(datetime.now(UTC))
        tallies.forget(datetime.now(UTC) - timedelta(days=2))
    finally:
        connection.close()  # this thread's; back to the pool
