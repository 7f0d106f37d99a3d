"""Forgetting leaves a proof, and whoever empties, restores or hides something else is found (S3-14)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from citygrid.trust import algorithms, chain, forgetting, redactable
from citygrid.trust.models import AuditRecord, Forgetting, Redactable

AT = datetime(2026, 5, 6, 18, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def rows(count: int = 3) -> list[Any]:
    return [redactable.put(redactable.CALLER_PHONE, f"1391234567{n}", AT).id for n in range(count)]


def codes(folder: Path | None = None) -> list[str]:
    return [fault.code for fault in forgetting.faults(folder)]


def tamper(sql: str, *params: Any) -> None:
    """What an administrator of the database can do and the program never does."""
    with connection.cursor() as cursor:
        cursor.execute("alter table trust_forgetting disable trigger user")
        cursor.execute(sql, params)
        assert cursor.rowcount > 0, "the test must change something"
        cursor.execute("alter table trust_forgetting enable trigger user")


@pytest.fixture
def proofs(transactional_db: None) -> list[Forgetting]:
    """Two proofs over five rows, committed: triggers can be switched off after that."""
    made = [forgetting.forget(rows(n), AT + timedelta(hours=n), "kept_long_enough_caller") for n in (3, 2)]
    assert codes() == []
    return [one for one in made if one is not None]


def test_a_proof_names_rows_and_counts_and_is_chained_to_the_one_before() -> None:
    text = redactable.put(redactable.FREE_TEXT, "井盖丢失", AT).id
    first = forgetting.forget([*rows(2), text], AT, "asked_by_person", cause=("demand", "d-1"), person=7)
    second = forgetting.forget(rows(1), AT, "kept_long_enough_caller")
    assert first is not None and second is not None
    assert (first.number, first.counts) == (1, {"caller_phone": 2, "free_text": 1})
    assert (second.number, bytes(second.previous)) == (2, bytes(first.root))
    assert Redactable.objects.exclude(redacted_at=None).count() == 4
    line = AuditRecord.objects.filter(act="redact").earliest("id")
    assert (line.person, line.subject_kind, line.params["root"]) == (7, "forgetting", bytes(first.root).hex())
    assert codes() == []


def test_what_is_forgotten_already_or_was_never_there_makes_no_proof() -> None:
    ids = rows(2)
    assert forgetting.forget(ids, AT, "once") is not None
    assert forgetting.forget([*ids, uuid4()], AT, "again") is None
    assert Forgetting.objects.count() == 1 and AuditRecord.objects.count() == 1


def test_one_proof_names_no_more_rows_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "MOST", 2)
    proof = forgetting.forget(rows(3), AT, "much")
    assert proof is not None and len(proof.ids) == 2
    assert Redactable.objects.filter(redacted_at=None).count() == 1


def test_proofs_are_only_ever_added_to() -> None:
    forgetting.forget(rows(1), AT, "once")
    for change in (Forgetting.objects.all().delete, lambda: Forgetting.objects.update(reason="other")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_row_emptied_without_a_proof_is_found() -> None:
    ids = rows(1)
    Redactable.objects.filter(pk=ids[0]).update(sealed=None, key_name=None, lookup=None, redacted_at=AT)
    assert codes() == ["unproven"]


def test_content_that_came_back_is_found() -> None:
    ids = rows(1)
    kept = Redactable.objects.values("sealed", "key_name", "lookup").get(pk=ids[0])
    forgetting.forget(ids, AT, "once")
    Redactable.objects.filter(pk=ids[0]).update(**kept)
    assert codes() == ["undone"]


@pytest.mark.parametrize(
    "sql",
    [
        "update trust_forgetting set reason = 'other' where number = 1",
        "update trust_forgetting set at = at - interval '1 day' where number = 1",
        "update trust_forgetting set cause_id = 'x' where number = 2",
        "update trust_forgetting set root = decode(repeat('00', 32), 'hex') where number = 2",
    ],
)
def test_an_altered_proof_is_found(proofs: list[Forgetting], sql: str) -> None:
    tamper(sql)
    assert "altered" in codes()


def test_a_proof_taken_out_is_found(proofs: list[Forgetting]) -> None:
    tamper("delete from trust_forgetting where number = 1")
    assert {"unchained", "unproven"} <= set(codes())


def test_an_altered_digest_of_a_forgotten_row_is_found(proofs: list[Forgetting]) -> None:
    Redactable.objects.filter(pk=proofs[0].ids[0]).update(digest=bytes(32))
    assert codes() == ["altered"]


def test_proofs_made_anew_to_hide_one_differ_from_the_exported_root(proofs: list[Forgetting], tmp_path: Path) -> None:
    assert forgetting.export(tmp_path) is not None and codes(tmp_path) == []
    last = proofs[-1]
    last.reason = "other"
    facts = Redactable.objects.filter(pk__in=last.ids).order_by("id").values_list("id", "kind", "digest")
    forged = forgetting.root_of(last, [(id, kind, bytes(digest)) for id, kind, digest in facts])
    tamper("update trust_forgetting set reason = 'other', root = %s where number = 2", forged)
    assert codes() == [] and codes(tmp_path) == ["differs"]


def test_the_last_proofs_cut_off_are_missed_by_the_exported_root(proofs: list[Forgetting], tmp_path: Path) -> None:
    forgetting.export(tmp_path)
    tamper("delete from trust_forgetting where number = 2")
    assert "missing" in codes(tmp_path)


def test_what_an_old_backup_brought_back_is_forgotten_again(tmp_path: Path) -> None:
    ids = rows(2)
    kept = list(Redactable.objects.filter(pk__in=ids).values("pk", "sealed", "key_name", "lookup"))
    forgetting.forget(ids, AT, "asked_by_person")
    forgetting.export(tmp_path)
    for row in kept:  # as the backup of yesterday has them
        facts = {name: row[name] for name in ("sealed", "key_name", "lookup")}
        Redactable.objects.filter(pk=row["pk"]).update(redacted_at=None, **facts)
    assert redactable.find_phone("13912345670") == [ids[0]]
    (proof,) = forgetting.again(tmp_path, AT)
    assert sorted(proof.ids) == sorted(ids) and redactable.find_phone("13912345670") == [] and codes() == []
    assert forgetting.again(tmp_path, AT) == []
    (tmp_path / "forgotten-000000009.json").write_text("{}")
    with pytest.raises(ValueError, match="no proof"):
        forgetting.again(tmp_path, AT)


def test_each_proof_has_a_file_of_its_own_once(proofs: list[Forgetting], tmp_path: Path) -> None:
    forgetting.export(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sorted(first) == ["forgotten-000000001.json", "forgotten-000000002.json"]
    forgetting.forget(rows(1), AT, "later")
    forgetting.export(tmp_path)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert first.items() < after.items() and len(after) == 3


def test_a_change_to_sm3_leaves_older_proofs_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    first = forgetting.forget(rows(1), AT, "before")
    monkeypatch.setattr(algorithms._Chosen, "by", staticmethod(lambda at: "sm3"))
    second = forgetting.forget(rows(1), AT, "after")
    assert first is not None and second is not None
    assert (first.algorithm, second.algorithm) == ("sha256", "sm3")
    assert bytes(second.previous) == bytes(first.root) != chain.GENESIS and codes() == []
