"""Entries of schemes go out with the city folder and come in as they were; a wrong row brings in nothing (S2-13)."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from citygrid.evaluation import entry_folder
from citygrid.evaluation.entering import correct, decide, propose
from citygrid.evaluation.entry_models import Entry
from citygrid.organization.models import Person
from tests.cases import world as worlds
from tests.evaluation.test_entries import NOW, TODAY
from tests.evaluation.test_pages import fresh, town

__all__ = ["fresh", "town"]


def entry(value: str, by: str = "unit", subject: str = "west_sanitation") -> Entry:
    return Entry(input="inspection", by=by, subject=subject, day=date(2026, 3, 20), value=Decimal(value),
                 reason="=1+1 as it was said", source="the street")  # fmt: skip


@pytest.fixture
def entered(town: worlds.World, fresh: None) -> Iterator[None]:
    """One approved and then corrected, one refused, one of a collector that waits."""
    office, leader = Person.objects.get(login="office1"), Person.objects.get(login="leader1")
    propose(UUID(int=1), entry("95"), office, NOW)
    decide(UUID(int=1), True, "", leader, NOW)
    correct(UUID(int=2), entry("90.5"), UUID(int=1), office, NOW)
    decide(UUID(int=2), True, "", leader, NOW)
    propose(UUID(int=3), entry("10"), office, NOW)
    decide(UUID(int=3), False, "twice", leader, NOW)
    propose(UUID(int=4), entry("88", "collector", "collector3"), office, NOW)
    yield


def kept() -> list[dict[str, Any]]:
    return list(Entry.objects.order_by("pk").values())


def test_they_come_back_as_they_were(entered: None, tmp_path: Path) -> None:
    before = kept()
    assert [row["state"] for row in before] == ["replaced", "approved", "refused", "proposed"]
    entry_folder.dump(tmp_path, TODAY)
    assert "'=1+1" in (tmp_path / entry_folder.FILE).read_text(), "no spreadsheet runs it"
    Entry.objects.filter(replaces__isnull=False).delete()
    Entry.objects.all().delete()
    for _ in range(2):
        report = entry_folder.load(tmp_path, TODAY)
        assert report.ok, report.problems
        assert kept() == before


def test_nothing_to_write_is_no_file(town: worlds.World, fresh: None, tmp_path: Path) -> None:
    entry_folder.dump(tmp_path, TODAY)
    assert not (tmp_path / entry_folder.FILE).exists()
    assert entry_folder.load(tmp_path, TODAY).ok


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("made_by", "nobody", "unknown_person"), ("subject", "nowhere", "unknown_subject"), ("value", "many", "not_right"),
     ("state", "approved", "not_right"), ("replaces", str(UUID(int=77)), "unknown_entry"), ("day", "", "not_right"),
     ("decided_by", "office1", "own_entry"), ("reason", "x" * 501, "not_right"), ("value", "NaN", "not_right"),
     ("value", "1e30", "not_right"), ("sample", "99999999999", "not_right"), ("made_at", "2026-03-01", "not_right")],
)  # fmt: skip
def test_a_wrong_row_is_told_with_its_line_and_nothing_comes_in(
    entered: None, tmp_path: Path, field: str, value: str, code: str
) -> None:
    entry_folder.dump(tmp_path, TODAY)
    path = tmp_path / entry_folder.FILE
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    rows[-1][field] = value
    with path.open("w", encoding="utf-8", newline="") as text:
        out = csv.DictWriter(text, entry_folder.FIELDS)
        out.writeheader()
        out.writerows(rows)
    Entry.objects.filter(replaces__isnull=False).delete()
    Entry.objects.all().delete()
    report = entry_folder.load(tmp_path, TODAY)
    assert [(one.line, one.field, one.code) for one in report.problems] == [(5, field, code)]
    assert kept() == []


def test_a_table_without_its_columns_is_refused(town: worlds.World, fresh: None, tmp_path: Path) -> None:
    (tmp_path / entry_folder.FILE).write_text("id,by\n", encoding="utf-8")
    assert [one.code for one in entry_folder.load(tmp_path, TODAY).problems] == ["no_columns"]
