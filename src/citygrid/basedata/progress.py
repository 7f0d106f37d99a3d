"""How far long work is: written on a connection of its own, so that others see it before the work commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from citygrid.basedata.models import SurveyProgress

EVERY = 0.5
"""Seconds between two notes."""


class Progress:
    """Counts rows of one phase after the other."""

    def __init__(self, cursor: Any, survey: UUID, began: datetime) -> None:
        self._cursor, self._survey, self._began = cursor, survey, began
        self._phase, self._done, self._noted = "", 0, began
        self._total: int | None = None

    def phase(self, name: str, total: int | None) -> None:
        """Another kind of work begins: `total` rows of it, None when nobody knows."""
        self._phase, self._done, self._total, self._began = name, 0, total, timezone.now()
        self._note(self._began)

    def add(self, rows: int) -> None:
        self._done += rows
        at = timezone.now()
        if (at - self._noted).total_seconds() >= EVERY:
            self._note(at)

    def _note(self, at: datetime) -> None:
        self._noted = at
        self._cursor.execute(
            "insert into basedata_surveyprogress (survey, phase, done, total, began_at, at, failed)"
            " values (%s, %s, %s, %s, %s, %s, null) on conflict (survey) do update set phase = excluded.phase,"
            " done = excluded.done, total = excluded.total, began_at = excluded.began_at, at = excluded.at,"
            " failed = null",
            [self._survey, self._phase, self._done, self._total, self._began, at],
        )


@contextmanager
def told(survey: UUID) -> Iterator[Progress]:
    """Progress of a survey's work; what was told is forgotten when it is over, for then the survey itself says all."""
    beside = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with beside.cursor() as cursor:
            try:
                yield Progress(cursor, survey, timezone.now())
            finally:
                cursor.execute("delete from basedata_surveyprogress where survey = %s", [survey])
    finally:
        beside.close()


def of(survey: UUID) -> SurveyProgress | None:
    """How far the work on a survey is; None when nothing is being done."""
    return SurveyProgress.objects.filter(survey=survey).first()
