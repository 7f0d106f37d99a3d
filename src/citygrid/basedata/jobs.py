"""Long work of base data, done by the worker: reading a survey's file, checking it again, publishing it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

from django.db import close_old_connections
from procrastinate.contrib.django import app

from citygrid.basedata import publishing, staging, surveys
from citygrid.organization.models import Person
from citygrid.process.refusal import Refused


@app.task(pass_context=False)
async def stage(survey: str) -> None:
    """Read a survey's file into staging. Killed in the middle it leaves nothing; done again it does it all."""
    await asyncio.to_thread(_quietly, lambda: surveys.run(UUID(survey), datetime.now(UTC)))


@app.task(pass_context=False)
async def check_again(survey: str) -> None:
    """Check all rows of a survey again."""
    await asyncio.to_thread(_quietly, lambda: staging.again(UUID(survey), datetime.now(UTC)))


@app.task(pass_context=False)
async def publish(survey: str, by: int) -> None:
    """Publish a survey that has been submitted."""
    await asyncio.to_thread(_quietly, lambda: _publish(UUID(survey), by))


def _publish(survey: UUID, by: int) -> None:
    publishing.publish(survey, Person.objects.get(id=by), datetime.now(UTC))


def _quietly(work: object) -> None:
    """A refusal is an answer, not a failure: it stands in the survey, and doing it again would not help."""
    close_old_connections()
    try:
        assert callable(work)
        work()
    except Refused:
        return
    finally:
        close_old_connections()
