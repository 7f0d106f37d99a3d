"""The rest of the demo's story, told by the worker while people look around already."""

import asyncio

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.demo import telling


@app.task(queueing_lock="demo.tell", lock="demo.tell", retry=3, pass_context=False)
async def tell_the_rest() -> None:
    """To the story's end; when the worker is stopped it goes on where it was."""
    await asyncio.to_thread(_tell)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="demo.tell", lock="demo.tell", pass_context=False)
async def go_on(timestamp: int) -> None:
    """A story that was cut off (a killed worker) is told on."""
    await asyncio.to_thread(_tell)


def _tell() -> None:
    try:
        if telling.progress() is not None:
            telling.tell()
    finally:
        connection.close()
