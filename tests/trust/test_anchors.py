"""Anchors: whatever is older than the last exported one cannot change unseen."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from citygrid.trust import anchors, chain
from citygrid.trust.models import Anchor, AnchorHead

AT = datetime(2026, 5, 6, 18, tzinfo=UTC)
DAY = date(2026, 5, 6)
pytestmark = pytest.mark.django_db


def heads(count: int) -> list[anchors.Head]:
    return [(uuid4(), number + 1, bytes([number]) * 32) for number in range(count)]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    for _ in range(2):
        anchors.export(anchors.make(heads(3), DAY, AT), tmp_path, AT)
    return tmp_path


def test_an_anchor_is_chained_to_the_one_before() -> None:
    first, second = anchors.make(heads(3), DAY, AT), anchors.make([], DAY, AT)
    assert (first.number, bytes(first.previous), first.count) == (1, chain.GENESIS, 3)
    assert (second.number, bytes(second.previous), second.count) == (2, bytes(first.root), 0)


def test_the_root_does_not_depend_on_the_order_of_making() -> None:
    rows = heads(5)
    one = anchors.make(rows, DAY, AT)
    expected, _ = chain.root(chain.GENESIS, DAY, sorted(rows, key=lambda row: row[0].bytes))
    assert bytes(one.root) == expected


def test_export_reads_back_and_is_stable(tmp_path: Path) -> None:
    anchor = anchors.make(heads(4), DAY, AT)
    path = anchors.export(anchor, tmp_path, AT)
    first = path.read_bytes()
    assert anchors.export(anchor, tmp_path, AT).read_bytes() == first
    read = anchors.read(path)
    assert (read.number, read.root, len(read.heads)) == (1, bytes(anchor.root), 4)
    assert anchors.faults(tmp_path) == []
    last = anchors.last_exported()
    assert last is not None
    assert last.pk == anchor.pk


def test_one_case_twice_in_an_anchor_is_refused() -> None:
    case = UUID(int=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        anchors.make([(case, 1, bytes(32)), (case, 2, bytes(32))], DAY, AT)
    assert not Anchor.objects.exists()


def test_heads_are_only_ever_added() -> None:
    anchors.make(heads(1), DAY, AT)
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        AnchorHead.objects.update(seq=9)


def test_an_edited_file_is_found(exported: Path) -> None:
    path = sorted(exported.iterdir())[0]
    path.write_text(path.read_text().replace('"seq":1', '"seq":8'))
    with pytest.raises(anchors.AnchorError, match="root"):
        anchors.read(path)
    assert [fault.code for fault in anchors.faults(exported)] == ["bad_file"]


def test_a_removed_middle_line_and_a_broken_file_are_found(exported: Path) -> None:
    one, other = sorted(exported.iterdir())
    lines = one.read_text().splitlines(keepends=True)
    one.write_text("".join(lines[:2] + lines[3:]))
    other.write_text("not json")
    assert [fault.code for fault in anchors.faults(exported)] == ["bad_file", "bad_file"]


def test_an_anchor_missing_or_made_anew_in_the_database_is_found(exported: Path) -> None:
    Anchor.objects.filter(number=2).update(root=bytes(32))
    with connection.cursor() as cursor:  # whoever owns the database can take the trigger away
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("delete from trust_anchorhead where anchor_id = (select id from trust_anchor where number = 1)")
        cursor.execute("delete from trust_anchor where number = 1")
        cursor.execute("set local session_replication_role = origin")
    assert [(fault.number, fault.code) for fault in anchors.faults(exported)] == [(1, "missing"), (2, "altered")]


def test_heads_edited_in_the_database_are_found(exported: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            "update trust_anchorhead set seq = seq + 1 where anchor_id in (select max(id) from trust_anchor)"
        )
        cursor.execute("set local session_replication_role = origin")
    assert [(fault.number, fault.code) for fault in anchors.faults(exported)] == [(2, "altered")]


def test_files_of_two_histories_do_not_chain(exported: Path, tmp_path: Path) -> None:
    one, other = sorted(exported.iterdir())
    one.write_bytes(other.read_bytes())
    assert "unchained" in [fault.code for fault in anchors.faults(exported)]
