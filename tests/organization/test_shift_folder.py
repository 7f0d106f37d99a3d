"""Shifts and kinds of leave come from the city's folder, and go back as the same bytes (S0-43)."""

import shutil
from pathlib import Path

import pytest

import citygrid
from citygrid.organization.duty_models import LeaveKind, Shift
from citygrid.organization.rosters import shift_folder
from citygrid.standards.reports import Report

from .conftest import SECOND

pytestmark = pytest.mark.django_db
DEMO = Path(citygrid.__file__).parent / "demo" / "city"
ROLES = {"collector", "call_taker", "shift_leader"}
NAMES = ("shifts.toml", "leave_kinds.toml")


def load(folder: Path) -> Report:
    report = Report()
    shifts, kinds = shift_folder.read(folder, ROLES, report)
    if report.ok:
        shift_folder.keep(shifts, kinds, report)
    return report


@pytest.mark.parametrize("city", [SECOND, DEMO], ids=["second", "demo"])
def test_they_go_out_as_they_came(city: Path, tmp_path: Path) -> None:
    report = load(city)
    assert report.ok, [str(one) for one in report.problems]
    shift_folder.dump(tmp_path)
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (city / name).read_bytes(), name


def test_what_the_folder_lacks_is_put_out_of_use_and_comes_back(tmp_path: Path) -> None:
    assert load(SECOND).ok
    before = Shift.objects.get(code="B").pk
    (tmp_path / "shifts.toml").write_text((SECOND / "shifts.toml").read_text(encoding="utf-8").split("\n[B]")[0] + "\n")
    assert load(tmp_path).ok
    assert [one.code for one in Shift.objects.filter(active=True)] == ["A"]
    assert not LeaveKind.objects.filter(active=True).exists()
    assert load(SECOND).ok
    assert Shift.objects.get(code="B", active=True).pk == before


@pytest.mark.parametrize(
    ("name", "old", "new", "code", "field"),
    [
        ("shifts.toml", 'from = "06:00"', 'from = "6 o clock"', "not_a_time", "A.from"),
        ("shifts.toml", 'to = "14:00"', "to = 14", "not_a_time", "A.to"),
        ("shifts.toml", 'covers = "duty_grid"', 'covers = "town"', "not_allowed", "A.covers"),
        ("shifts.toml", '["collector"]', '["wizard"]', "not_allowed", "A.roles"),
        ("shifts.toml", '["collector"]', "[]", "not_allowed", "A.roles"),
        ("shifts.toml", '["restday", "holiday"]', '["moonday"]', "not_allowed", "C.days"),
        ("shifts.toml", 'name = "甲班"', 'name = ""', "bad_name", "A.name"),
        ("shifts.toml", 'name = "甲班"', 'title = "甲班"', "unknown_key", "A.title"),
        ("shifts.toml", "[A]", "[A", "unreadable", ""),
        ("leave_kinds.toml", "longest_days = 10", "longest_days = -1", "not_days", "L1.longest_days"),
        ("leave_kinds.toml", "[L1]", "[a_code_that_is_far_too_long]", "not_a_table", "a_code_that_is_far_too_long"),
    ],
)
def test_each_fault_is_named_and_nothing_is_kept(
    tmp_path: Path, name: str, old: str, new: str, code: str, field: str
) -> None:
    for one in NAMES:
        shutil.copy(SECOND / one, tmp_path)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    report = load(tmp_path)
    assert (name, field, code) in {(one.file, one.field, one.code) for one in report.problems}
    assert all("%(" not in str(one) for one in report.problems)
    assert not Shift.objects.exists()
