"""Long work of base data, done by the worker: reading a survey's file, checking it again, publishing it; and components
brought to new unit grids."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.db import close_old_connections
from django.db.models import Q
from procrastinate.contrib.django import app

from citygrid.areas.models import Area
from citygrid.basedata import components, publishing, staging, surveys
from citygrid.basedata.models import Survey
from citygrid.organization.models import Person
from citygrid.process.refusal import Refused
from citygrid.rulebook.slices import localday


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


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="basedata.regrid", pass_context=False)
async def regrid(timestamp: int) -> None:
    """Each hour of a day on which unit grids begin or end: components belong to the grids that hold then."""
    await asyncio.to_thread(regrid_when_due, datetime.now(UTC))


def regrid_when_due(at: datetime) -> int:
    """How many components changed; nothing is looked at on a day on which no unit grid begins or ends."""
    day = localday(at)
    turning = Area.objects.filter(Q(valid_from=day) | Q(valid_to=day), kind="grid")
    return components.regrid(at) if turning.exists() else 0


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
