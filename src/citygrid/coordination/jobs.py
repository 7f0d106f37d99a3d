"""Jobs of coordination: decisions that were imported become precedents each night."""

import asyncio

from procrastinate.contrib.django import app

from citygrid.coordination.disputes import precedents


@app.periodic(cron="13 4 * * *")
@app.task(queueing_lock="coordination.precedents", pass_context=False)
async def keep_precedents(timestamp: int) -> None:
    """What was decided while nobody listened (imports write no messages)."""
    await asyncio.to_thread(precedents.catch_up)
