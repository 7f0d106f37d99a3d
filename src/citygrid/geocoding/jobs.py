"""Files of addresses are worked through by the worker, with progress; killed in the middle, a file begins again."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection
from django.utils import translation
from procrastinate.contrib.django import app

from citygrid.geocoding import uploads


@app.task(queue="default", retry=2, pass_context=False)
async def place_addresses(batch: str, language: str) -> None:
    """Work a file through, in the language of who sent it."""
    await asyncio.to_thread(_run, UUID(batch), language)


@app.periodic(cron="23 2 * * *")
@app.task(queueing_lock="geocoding.sweep", pass_context=False)
async def sweep(timestamp: int) -> None:
    """Each night: files that nobody fetched for long are dropped."""
    await asyncio.to_thread(uploads.sweep, datetime.now(UTC))


def _run(batch: UUID, language: str) -> None:
    try:
        with translation.override(language):
            uploads.work(batch)
    finally:
        connection.close()


def defer(batch: UUID, language: str) -> None:
    """In the caller's transaction: no batch without its job."""
    place_addresses.defer(batch=str(batch), language=language)
