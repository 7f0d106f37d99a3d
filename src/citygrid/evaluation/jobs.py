"""Jobs of evaluation: facts follow the cases before somebody asks; each night the roll-ups are tidied."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from django.db import connection
from procrastinate.contrib.django import app

from citygrid.cases.database import plain
from citygrid.evaluation import closing_ending, days, facts, recurring_links
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.insight.rules import insight_at
from citygrid.evaluation.standing import due_telling


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="evaluation.facts", lock="evaluation.facts", pass_context=False)
async def follow(timestamp: int) -> None:
    """What changed since is brought over, so that a page finds little left to do."""
    await asyncio.to_thread(_closing, bring_over)


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="evaluation.tidy", lock="evaluation.facts", pass_context=False)
async def tidy(timestamp: int) -> None:
    """Cells of the roll-ups that came to nothing leave."""
    await asyncio.to_thread(_closing, clear)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="evaluation.windows", pass_context=False)
async def windows(timestamp: int) -> None:
    """Windows for appeals that are over: who closes hears of it, once."""
    await asyncio.to_thread(_closing, closing_ending.end_windows)


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="evaluation.standing", lock="evaluation.standing", pass_context=False)
async def tell_standing(timestamp: int) -> None:
    """Units hear of evidence that is due today, and of what was missed; each once."""
    await asyncio.to_thread(_closing, due_telling.tell)


def bring_over(now: datetime) -> int:
    """Facts and roll-ups of every case that changed; how many cases."""
    rules = insight_at(now)
    with plain() as raw:
        facts.keep_days(raw, str(zone_at(now)))
        recurring_links.keep_rule(raw, rules.recurrence_metres, rules.recurrence_days)
        return facts.refresh(raw)


def clear(now: datetime) -> None:
    with plain() as raw:
        days.tidy(raw)


def _closing(work: Callable[[datetime], object]) -> None:
    """A thread of its own has a connection of its own."""
    try:
        work(datetime.now(UTC))
    finally:
        connection.close()
