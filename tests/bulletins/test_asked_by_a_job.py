"""A report that a job asks for (the schedule, the demo city) has its job in the same transaction: a worker has a
connection of its own, and by that one the job began before its report was there (S2-39)."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from citygrid.bulletins import ordering, rules_kept
from citygrid.bulletins.content import Span
from citygrid.bulletins.jobs import make
from citygrid.bulletins.models import Report

pytestmark = pytest.mark.usefixtures("fresh")
NOW = datetime(2026, 4, 3, 8, 0, tzinfo=UTC)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


class StoppedError(Exception):
    """Something goes wrong after the report was asked for."""


def test_no_job_without_its_report_in_a_worker_too() -> None:
    report = uuid4()
    with (
        app.replace_connector(DjangoConnector().get_worker_connector()) as worker,
        worker.open(), pytest.raises(StoppedError), transaction.atomic(),
    ):  # fmt: skip
        ordering.ask(report, "month", MARCH, ("department",), rules_kept.current(), None, NOW, NOW.date(), "zh")
        assert jobs(str(report)) == 1
        raise StoppedError
    assert not Report.objects.filter(pk=report).exists() and jobs(str(report)) == 0


def jobs(report: str) -> int:
    with connection.cursor() as cursor:
        text = "select count(*) from procrastinate_jobs where task_name = %s and args->>'report' = %s"
        cursor.execute(text, [make.name, report])
        return int(cursor.fetchone()[0])
