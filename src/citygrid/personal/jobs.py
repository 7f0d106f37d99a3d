"""Jobs of personal data: each night what was kept long enough is forgotten, with a proof."""

import asyncio
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.personal import deciding, due
from citygrid.rulebook.slices import NoRules


@app.periodic(cron="17 2 * * *")
@app.task(queueing_lock="personal.anonymise", pass_context=False)
async def anonymise(timestamp: int) -> None:
    """What is due is forgotten, before the night's anchor exports the proofs."""
    await asyncio.to_thread(_anonymise)


def _anonymise() -> None:
    now = datetime.now(UTC)
    try:
        deciding.finish(now)
        due.anonymise(now)
    except NoRules:
        return  # no city yet
    finally:
        connection.close()
