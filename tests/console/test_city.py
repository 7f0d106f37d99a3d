"""A city comes in and goes out as a folder of plain files; what differs is said row by row (issue 2, point 6)."""

import io
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models

import citygrid.demo
from citygrid.areas.models import Area
from citygrid.console.city import diff_city, export_city, import_city
from citygrid.organization.models import Body
from citygrid.rulebook.models import Condition, ManagedClass, Profile
from citygrid.rulebook.slices import rules_at

SECOND = Path(__file__).parent.parent / "cities" / "second"
DEMO = Path(citygrid.demo.__file__).parent / "city"
DAY = date(2026, 3, 2)
LATER = date(2026, 6, 1)
# The password of the demo accounts and the story of the simulation are no rules of the city.
NOT_EXPORTED = {"demo.toml", "simulation.toml"}

pytestmark = pytest.mark.django_db


def data_files(folder: Path) -> set[Path]:
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.suffix in {".csv", ".toml", ".geojson"}}
    return {path for path in found if path.name not in NOT_EXPORTED}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the second city to edit."""
    return Path(shutil.copytree(SECOND, tmp_path / "city"))


@pytest.mark.parametrize("city", [SECOND, DEMO], ids=["second", "demo"])
def test_both_cities_come_out_as_they_went_in(city: Path, tmp_path: Path) -> None:
    report = import_city(city, DAY)
    assert report.ok, [str(problem) for problem in report.problems[:20]]
    out = tmp_path / "out"
    export_city(out, DAY)
    assert data_files(out) == data_files(city)
    for name in data_files(out):
        assert (out / name).read_bytes() == (city / name).read_bytes(), name
    assert diff_city(city, DAY) == []
    assert rules_at(datetime(2026, 3, 2, 4, tzinfo=UTC)).classes


def test_the_first_import_holds_since_the_day_that_the_profile_names(folder: Path) -> None:
    assert import_city(folder).ok
    assert rules_at(datetime(2020, 1, 2, tzinfo=UTC)).calendar == "desert"


def test_a_diff_after_an_edit_shows_exactly_that_row(folder: Path) -> None:
    assert import_city(folder, DAY).ok
    path = folder / "rulebook/conditions.csv"
    path.write_text(path.read_text().replace("6 work_hour", "5 work_hour"))
    found = [(one.file, one.sign, "5 work_hour" in one.row) for one in diff_city(folder, DAY)]
    assert found == [("rulebook/conditions.csv", "-", False), ("rulebook/conditions.csv", "+", True)]


def test_the_import_of_an_edit_holds_from_its_day(folder: Path) -> None:
    assert import_city(folder, DAY).ok
    path = folder / "rulebook/conditions.csv"
    path.write_text(path.read_text().replace("6 work_hour", "5 work_hour"))
    assert import_city(folder, LATER).ok
    assert diff_city(folder, LATER) == []
    assert {one.file for one in diff_city(folder, DAY)} == {"rulebook/conditions.csv"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("rulebook/conditions.csv", "6 work_hour", "6 work_weeks"),
        ("bodies.csv", "unit,handling", "unit,sideways"),
        ("city.toml", "editions =", "edition ="),
        ("variants/district_run.toml", "[steps.sign]", "[steps.nod]"),
    ],
)
def test_one_bad_row_anywhere_keeps_nothing(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    report = import_city(folder, DAY)
    assert not report.ok
    assert {problem.file for problem in report.problems} == {file}
    tables: list[type[models.Model]] = [Profile, Area, Body, ManagedClass, Condition]
    assert [table._default_manager.count() for table in tables] == [0] * 5


def test_a_dry_run_counts_and_keeps_nothing(folder: Path) -> None:
    report = import_city(folder, DAY, dry_run=True)
    assert report.ok and report.counts["classes"] > 100
    assert not Profile.objects.exists() and not Area.objects.exists()


def test_the_commands_words(folder: Path, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("city", "import", str(folder), stdout=out)
    assert "imported" in out.getvalue() and "classes: " in out.getvalue()
    out = io.StringIO()
    call_command("city", "export", str(tmp_path / "out"), stdout=out)
    assert "city.toml" in out.getvalue().splitlines()
    path = folder / "calendars/desert.toml"
    path.write_text(path.read_text().replace("08:00-14:00", "08:00-15:00"))
    out = io.StringIO()
    call_command("city", "diff", str(folder), stdout=out)
    assert out.getvalue().splitlines() == [
        "calendars/desert.toml", '- periods = ["08:00-14:00"]', '+ periods = ["08:00-15:00"]',
    ]  # fmt: skip


def test_the_command_names_each_problem(folder: Path) -> None:
    path = folder / "rulebook/conditions.csv"
    path.write_text(path.read_text().replace("6 work_hour", "6 work_weeks"))
    err = io.StringIO()
    with pytest.raises(CommandError, match=r"1 problem in .*: nothing was kept"):
        call_command("city", "import", str(folder), stderr=err)
    assert err.getvalue().startswith("rulebook/conditions.csv:3 [limit] limit_unit: ")


@pytest.mark.parametrize("action", ["export", "diff"])
def test_without_a_city_the_command_says_what_to_do(action: str, folder: Path) -> None:
    with pytest.raises(CommandError, match="import one first"):
        call_command("city", action, str(folder))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    report = import_city(tmp_path / "nowhere", DAY)
    assert [problem.code for problem in report.problems] == ["no_folder"]
