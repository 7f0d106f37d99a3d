"""Jobs of cases: the clock's acts every half minute, an anchor each night, partitions ahead of time."""

import asyncio
from datetime import UTC, datetime, timedelta

from procrastinate.contrib.django import app

from citygrid.cases import anchoring, partitions, timed
from citygrid.cases.closing import archiving
from citygrid.cases.database import plain


@app.periodic(cron="* * * * * */30")
@app.task(queueing_lock="cases.tick", pass_context=False)
async def tick(timestamp: int) -> None:
    """Suspended cases resume and limits lapse."""
    await asyncio.to_thread(timed.tick, datetime.now(UTC))


@app.periodic(cron="47 2 * * *")
@app.task(queueing_lock="cases.anchor", pass_context=False)
async def anchor(timestamp: int) -> None:
    """The night's anchor, exported."""
    await asyncio.to_thread(anchoring.anchor, datetime.now(UTC))


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="cases.archive", pass_context=False)
async def archive(timestamp: int) -> None:
    """Closed cases whose time has come go into the archive."""
    await asyncio.to_thread(archiving.archive_due, datetime.now(UTC))


@app.periodic(cron="11 1 25 * *")
@app.task(queueing_lock="cases.partitions", pass_context=False)
async def next_month(timestamp: int) -> None:
    """The coming month's partitions, before its first case."""
    await asyncio.to_thread(_next_month)


def _next_month() -> None:
    with plain() as connection:
        partitions.ensure(connection, [partitions.month_of(datetime.now(UTC) + timedelta(days=15))])
