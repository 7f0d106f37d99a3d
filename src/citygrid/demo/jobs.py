"""The rest of the demo's story, told by the worker while people look around already; then its months are closed."""

import asyncio

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.demo import appraising, paying, telling

_LOCK = 7_214_060


@app.task(queueing_lock="demo.tell", retry=3, pass_context=False)
async def tell_the_rest() -> None:
    """To the story's end; when the worker is stopped it goes on where it was."""
    await asyncio.to_thread(_tell)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="demo.tell", pass_context=False)
async def go_on(timestamp: int) -> None:
    """A story that was cut off (a killed worker) is told on, and so is the closing of its months."""
    await asyncio.to_thread(_tell)


def _tell() -> None:
    """One worker at a time; the lock goes with its connection, so a killed worker leaves none."""
    try:
        if (telling.progress() is not None or appraising.wanted()) and _alone():
            row = telling.tell()
            if row.done >= row.total:
                paying.bring(row.until)
                appraising.bring()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [_LOCK])
        connection.close()


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
