"""The audit is bound by seals: what was altered, taken out or slipped in is found; late lines are no fault."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from citygrid.trust import audit, seals
from citygrid.trust.models import AuditRecord, AuditSeal

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 6, 1, tzinfo=UTC)


def line(act: str = "sign_in", at: datetime = AT, **facts: object) -> int:
    audit.record(at, act, person=7, **facts)
    return AuditRecord.objects.latest("id").pk


def by_force(statement: str, *params: object) -> None:
    """As a database administrator would: past the trigger that refuses."""
    with connection.cursor() as cursor:
        cursor.execute("alter table trust_auditrecord disable trigger user")
        cursor.execute(statement, params)
        cursor.execute("alter table trust_auditrecord enable trigger user")


def found(folder: Path | None = None, at: datetime = AT) -> list[str]:
    return [f"{one.number} {one.code}" for one in seals.faults(at, folder)]


@pytest.fixture
def bound() -> list[int]:
    lines = [line(f"act{n}", params={"n": n, "part": 0.5}) for n in range(3)]
    assert seals.seal(AT) is not None
    lines.append(line("later"))
    assert seals.seal(AT + timedelta(minutes=1)) is not None
    return lines


def test_seals_are_chained_and_bind_every_line_once(bound: list[int]) -> None:
    first, second = AuditSeal.objects.order_by("number")
    assert [*first.lines, *second.lines] == bound
    assert bytes(second.previous) == bytes(first.root)
    assert seals.seal(AT + timedelta(minutes=2)) is None
    assert found() == []


@pytest.mark.parametrize(
    "column", ["act = 'x'", "person = 8", "outcome = 'refused'", "params = '{}'", "at = now()", "address = '10.1.1.1'"]
)
def test_an_altered_line_is_found(bound: list[int], column: str) -> None:
    by_force(f"update trust_auditrecord set {column} where id = %s", bound[0])
    assert found() == ["1 altered"]


def test_a_line_that_was_taken_out_is_found(bound: list[int]) -> None:
    by_force("delete from trust_auditrecord where id = %s", bound[1])
    assert found() == ["1 altered"]


def test_a_chain_made_anew_differs_from_the_exported_seal(bound: list[int], tmp_path: Path) -> None:
    assert seals.export(tmp_path) is not None
    assert found(tmp_path) == []
    by_force("update trust_auditrecord set person = 8 where id = %s", bound[0])
    AuditSeal.objects.all().delete()
    seals.seal(AT)
    assert found() == []
    assert found(tmp_path) == ["2 missing"]
    line("one more")
    seals.seal(AT + timedelta(minutes=2))
    assert found(tmp_path) == ["2 differs"]


def test_a_seal_that_was_taken_out_is_found(bound: list[int]) -> None:
    AuditSeal.objects.filter(number=1).delete()
    assert "2 unchained" in found()


def test_a_line_committed_late_goes_into_the_next_seal(bound: list[int]) -> None:
    late = line("late")
    by_force("update trust_auditrecord set id = %s where id = %s", bound[0] - 1, late)
    sealed = seals.seal(AT + timedelta(minutes=2))
    assert sealed is not None
    assert sealed.lines == [bound[0] - 1]
    assert found() == []


def test_an_old_line_in_no_seal_was_slipped_in(bound: list[int]) -> None:
    line("slipped in", at=AT - timedelta(days=3))
    assert found(at=AT) == ["0 unbound"]
    assert found(at=AT - timedelta(days=3)) == []


@pytest.mark.parametrize("content", ["", "{", '{"seal": 1}', '{"seal": "x", "root": "00"}'])
def test_a_file_that_cannot_be_read_is_told(bound: list[int], tmp_path: Path, content: str) -> None:
    (tmp_path / "audit-000000001.json").write_text(content)
    assert found(tmp_path) == ["0 differs"]


def test_sm3_binds_too() -> None:
    line()
    sealed = seals.seal(AT, "sm3")
    assert sealed is not None
    assert (sealed.algorithm, found()) == ("sm3", [])
