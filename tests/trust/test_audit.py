"""The audit is only ever added to (S0-67)."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from citygrid.trust import audit
from citygrid.trust.models import AuditRecord

AT = datetime(2026, 5, 6, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_refusal_says_who_what_and_why() -> None:
    audit.record(
        AT,
        "close",
        subject=("case", "c1"),
        outcome=audit.REFUSED,
        code="party",
        person=3,
        seat=4,
        post=5,
        address="10.0.0.1",
    )
    row = AuditRecord.objects.get()
    assert (row.person, row.seat, row.post, row.act) == (3, 4, 5, "close")
    assert (row.subject_kind, row.subject_id, row.outcome, row.code) == ("case", "c1", "refused", "party")


@pytest.mark.parametrize("sql", ["update trust_auditrecord set person = 9", "delete from trust_auditrecord"])
def test_nobody_changes_or_deletes_a_line(sql: str) -> None:
    audit.record(AT, "sign_in", person=3)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditRecord.objects.get().person == 3
