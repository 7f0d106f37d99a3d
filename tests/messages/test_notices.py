"""Notices reach their readers and nobody else."""

from datetime import UTC, datetime

import pytest

from citygrid.messages import notices
from citygrid.messages.models import Notice
from citygrid.messages.notices import Draft, Reader

AT = datetime(2026, 5, 6, tzinfo=UTC)
OWNER, COLLEAGUE, STRANGER = Reader(1, 10, 100), Reader(2, 11, 100), Reader(3, 12, 101)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def given() -> None:
    notices.give([Draft("urged", person=1), Draft("due_soon", post=10), Draft("rules_changed", body=100)], AT)


def codes(reader: Reader) -> list[str]:
    return sorted(notices.unread(reader).values_list("code", flat=True))


def test_person_post_and_body_read_their_own() -> None:
    assert codes(OWNER) == ["due_soon", "rules_changed", "urged"]
    assert codes(COLLEAGUE) == ["rules_changed"]
    assert codes(STRANGER) == []


def test_only_a_reader_marks_it_read_and_once() -> None:
    notice = Notice.objects.get(code="urged")
    assert not notices.mark_read(STRANGER, notice.pk, AT)
    assert notices.mark_read(OWNER, notice.pk, AT)
    assert not notices.mark_read(OWNER, notice.pk, AT)
    assert codes(OWNER) == ["due_soon", "rules_changed"]
    assert notices.of(OWNER).count() == 3


def test_a_notice_for_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a person"):
        notices.give([Draft("lost")], AT)
