"""Long work of base data, done by the worker: reading a survey's file, checking it again, publishing it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import close_old_connections
from procrastinate.contrib.django import app

from citygrid.basedata import publishing, staging, surveys
from citygrid.basedata.models import Survey
from citygrid.organization.models import Person
from citygrid.process.refusal import Refused


@app.task(pass_context=False)
async def stage(survey: str) -> None:
    """Read a survey's file into staging. Killed in the middle it leaves nothing; done again it does it all."""
    await asyncio.to_thread(_answered, UUID(survey), lambda: surveys.run(UUID(survey), datetime.now(UTC)))


@app.task(pass_context=False)
async def check_again(survey: str) -> None:
    """Check all rows of a survey again."""
    await asyncio.to_thread(_answered, UUID(survey), lambda: staging.again(UUID(survey), datetime.now(UTC)))


@app.task(pass_context=False)
async def publish(survey: str, by: int) -> None:
    """Publish a survey that has been submitted."""
    await asyncio.to_thread(_answered, UUID(survey), lambda: _publish(UUID(survey), by))


def _publish(survey: UUID, by: int) -> None:
    publishing.publish(survey, Person.objects.get(id=by), datetime.now(UTC))


def _answered(survey: UUID, work: Callable[[], object]) -> None:
    """A refusal is an answer, not a failure: it is kept in the survey, and doing the same again would not help."""
    close_old_connections()
    try:
        work()
    except Refused as refused:
        answer = refused.refusal
        failed = {"code": answer.code, "message": answer.message, "params": dict(answer.params)}
        Survey.objects.filter(id=survey).exclude(status=Survey.Status.PUBLISHED).update(failed=failed)
    finally:
        close_old_connections()
