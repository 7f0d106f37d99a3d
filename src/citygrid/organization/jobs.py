"""Jobs of the organization: each night what is left of ended sessions is put away."""

import asyncio
from datetime import UTC, datetime

from procrastinate.contrib.django import app

from citygrid.organization import sign_ins


@app.periodic(cron="23 3 * * *")
@app.task(queueing_lock="organization.sessions", pass_context=False)
async def sessions(timestamp: int) -> None:
    """Sessions that ran out are taken away, and noted as ended."""
    await asyncio.to_thread(sign_ins.clear, datetime.now(UTC))
