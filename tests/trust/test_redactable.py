"""Personal rows: sealed, found by number, forgotten without breaking the chain (DESIGN: rules of trust)."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from citygrid.trust import keys, redactable
from citygrid.trust.models import AuditRecord, Redactable

AT = datetime(2026, 5, 6, 7, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_callers_number_is_not_readable_in_the_database() -> None:
    ref = redactable.put(redactable.CALLER_PHONE, "13912345678", AT)
    with connection.cursor() as cursor:
        cursor.execute("select trust_redactable::text from trust_redactable where id = %s", [ref.id])
        (stored,) = cursor.fetchone()
    assert "13912345678" not in stored
    assert b"13912345678".hex() not in stored
    assert redactable.get_many([ref.id])[ref.id].text == "13912345678"


@pytest.mark.parametrize("written", ["13912345678", "139 1234 5678", "+86-139-1234-5678", "００８６13912345678"])
def test_a_number_is_found_however_it_is_written(written: str) -> None:
    ref = redactable.put(redactable.CALLER_PHONE, "139-12345678", AT)
    redactable.put(redactable.CALLER_PHONE, "13912345679", AT)
    assert redactable.find_phone(written) == [ref.id]


def test_a_name_is_found_in_its_own_kind_only() -> None:
    caller = redactable.put(redactable.CALLER_NAME, "许若兰", AT)
    redactable.put(redactable.PERSON_NAME, "许若兰", AT)
    assert redactable.find_name(redactable.CALLER_NAME, "许 若兰") == [caller.id]


def test_the_same_text_twice_has_two_digests() -> None:
    one, other = (redactable.put(redactable.FREE_TEXT, "井盖丢失", AT) for _ in range(2))
    assert one.digest != other.digest


def test_free_text_is_searched_by_bigrams() -> None:
    ref = redactable.put(redactable.FREE_TEXT, "人民路井盖丢失", AT)
    redactable.put(redactable.FREE_TEXT, "路灯不亮", AT)
    found = Redactable.objects.filter(bigrams__contains=["井盖"]).values_list("id", flat=True)
    assert list(found) == [ref.id]


@pytest.mark.parametrize("kind", sorted(redactable.KINDS))
def test_redacting_forgets_the_content_and_keeps_the_digest(kind: str) -> None:
    ref = redactable.put(kind, "13912345678", AT)
    assert redactable.genuine(ref.id, ref.digest)
    assert redactable.redact(ref.id, AT, "asked by the caller", person=7)
    row = Redactable.objects.get(pk=ref.id)
    assert (row.plain, row.bigrams, row.sealed, row.salt, row.lookup) == (None, None, None, None, None)
    assert bytes(row.digest) == ref.digest
    assert redactable.get_many([ref.id])[ref.id].text is None
    assert redactable.genuine(ref.id, ref.digest)
    assert redactable.find_phone("13912345678") == []
    assert AuditRecord.objects.get(act="redact").person == 7


def test_redacting_twice_or_nothing_says_so() -> None:
    ref = redactable.put(redactable.FREE_TEXT, "x", AT)
    assert redactable.redact(ref.id, AT, "once")
    assert not redactable.redact(ref.id, AT, "again")
    assert not redactable.redact(uuid4(), AT, "never there")
    assert AuditRecord.objects.count() == 1


def test_an_edited_text_is_not_genuine() -> None:
    ref = redactable.put(redactable.FREE_TEXT, "井盖丢失", AT)
    Redactable.objects.filter(pk=ref.id).update(plain="井盖完好")
    assert not redactable.genuine(ref.id, ref.digest)


def test_a_sealed_row_moved_to_another_id_does_not_open() -> None:
    one, other = (redactable.put(redactable.CALLER_NAME, name, AT) for name in ("甲", "乙"))
    Redactable.objects.filter(pk=one.id).update(sealed=Redactable.objects.get(pk=other.id).sealed)
    with pytest.raises(keys.UnreadableError):
        redactable.get_many([one.id])


def test_a_former_key_still_opens_and_a_lost_one_says_so(settings: Any) -> None:
    ref = redactable.put(redactable.CALLER_NAME, "许若兰", AT)
    before, settings.PERSONAL_KEY = settings.PERSONAL_KEY, "another secret"
    with pytest.raises(keys.UnreadableError, match="no key"):
        redactable.get_many([ref.id])
    settings.PERSONAL_KEYS_BEFORE = [before]
    assert redactable.get_many([ref.id])[ref.id].text == "许若兰"


def test_many_rows_by_copy_read_like_single_ones() -> None:
    drafts = [redactable.draft(kind, f"文字 {kind}\t\\N") for kind in sorted(redactable.KINDS)]
    assert Redactable.objects.count() == 0
    assert redactable.put_many(drafts, AT) == len(drafts)
    rows = redactable.get_many([one.ref.id for one in drafts])
    assert {row.text for row in rows.values()} == {f"文字 {kind}\t\\N" for kind in redactable.KINDS}
    assert all(redactable.genuine(one.ref.id, one.ref.digest) for one in drafts)


def test_bad_input_leaves_nothing() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        redactable.draft("shoe_size", "43")
    with pytest.raises(ValueError, match="NUL"):
        redactable.draft(redactable.FREE_TEXT, "a\0")
    assert not Redactable.objects.exists()


def test_many_rows_are_compared_at_once_and_each_fault_is_named(settings: Any) -> None:
    refs = {kind: redactable.put(kind, f"文字 {kind}", AT) for kind in sorted(redactable.KINDS)}
    gone = redactable.put(redactable.FREE_TEXT, "忘记", AT)
    redactable.redact(gone.id, AT, "once")
    expected = {one.id: one.digest for one in [*refs.values(), gone]}
    assert redactable.faulty(expected) == {}
    Redactable.objects.filter(pk=refs["free_text"].id).update(plain="别的")
    Redactable.objects.filter(pk=refs["caller_name"].id).delete()
    Redactable.objects.filter(pk=refs["caller_phone"].id).update(key_name="00000000")
    assert redactable.faulty(expected) == {
        refs["free_text"].id: "altered",
        refs["caller_name"].id: "missing",
        refs["caller_phone"].id: "unreadable",
    }


def test_a_digest_by_sm3_is_genuine_too() -> None:
    one = redactable.put(redactable.FREE_TEXT, "井盖丢失", AT, "sm3")
    assert redactable.genuine(one.id, one.digest)
    Redactable.objects.filter(pk=one.id).update(plain="井盖完好")
    assert not redactable.genuine(one.id, one.digest)
