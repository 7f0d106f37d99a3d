"""The relay runs by itself."""

import asyncio

import pytest
from django.db import connection

from citygrid.messages import jobs, outbox
from citygrid.messages.models import Outbox


@pytest.mark.django_db(transaction=True)
def test_the_job_hands_on_what_is_due() -> None:
    with connection.cursor() as cursor:
        outbox.add(cursor, [outbox.Message("case.filed", "c1", {"push": ["body:1"]})])
    asyncio.run(jobs.relay_outbox.func(0))
    assert Outbox.objects.get().done_at is not None
