"""A city's rules as plain files: in and out byte for byte, bad rows named, nothing kept by half (S4-15, S4-40)."""

from datetime import date
from pathlib import Path

import pytest

from citygrid.rulebook import models
from citygrid.rulebook.folder import dump
from citygrid.standards.reports import Problem
from tests.rulebook.cities import DAY, SECOND, copy_of, edit, load
from tests.rulebook.test_first_city import same_bytes

LATER, AHEAD = date(2026, 6, 1), date(2026, 7, 1)
CONDITIONS = "rulebook/conditions.csv"
DUTIES = "rulebook/responsibilities.csv"
VARIANT = "variants/district_run.toml"


def test_the_second_city_comes_out_as_it_went_in(second: Path, tmp_path: Path) -> None:
    dump(tmp_path / "out", DAY)
    same_bytes(SECOND, tmp_path / "out")


def test_the_old_folder_comes_out_of_its_own_time(second: Path, tmp_path: Path) -> None:
    edit(second / CONDITIONS, "6 work_hour", "5 work_hour")
    assert load(second, LATER).ok
    dump(tmp_path / "old", DAY)
    same_bytes(SECOND, tmp_path / "old")
    dump(tmp_path / "new", LATER)
    same_bytes(second, tmp_path / "new")


def test_importing_the_same_again_changes_no_row(second: Path) -> None:
    tables = [models.ManagedClass, models.Condition, models.Responsibility, models.VariantRow, models.DayRow]
    before = [list(table._default_manager.order_by("id").values()) for table in tables]
    assert load(second, LATER).ok
    assert [list(table._default_manager.order_by("id").values()) for table in tables] == before


def test_a_changed_row_closes_and_opens_and_the_others_stay(second: Path) -> None:
    number = models.Condition.objects.count()
    edit(second / CONDITIONS, "6 work_hour", "5 work_hour")
    assert load(second, LATER).ok
    assert models.Condition.objects.count() == number + 1
    rows = models.Condition.objects.filter(class_id="cjt214-2007:event:0102", no="1").order_by("valid_from")
    assert [(row.limit, row.valid_from, row.valid_to) for row in rows] == [
        ("6 work_hour", DAY, LATER),
        ("5 work_hour", LATER, None),
    ]


def test_a_row_that_is_gone_ends(second: Path) -> None:
    path = second / "rulebook/classes.csv"
    path.write_text("".join(row for row in path.read_text().splitlines(True) if not row.startswith("zheshi")))
    path = second / CONDITIONS
    path.write_text("".join(row for row in path.read_text().splitlines(True) if not row.startswith("zheshi")))
    assert load(second, LATER).ok
    assert models.ManagedClass.objects.get(class_id="zheshi:event:2101").valid_to == LATER


def test_a_correction_on_the_same_day_replaces(second: Path) -> None:
    number = models.Condition.objects.count()
    edit(second / CONDITIONS, "6 work_hour", "5 work_hour")
    assert load(second, DAY).ok
    assert models.Condition.objects.count() == number


def test_an_import_into_the_past_is_refused(second: Path) -> None:
    report = load(second, date(2026, 1, 1))
    assert [problem.code for problem in report.problems] == ["later_rules"]


def waiting(code: str = "own") -> None:
    """A version of a scheme that was confirmed in the console for a day ahead, in place of what the city has."""
    models.SchemeRow.objects.filter(code=code).update(valid_to=AHEAD)
    models.SchemeRow.objects.create(code=code, text="# later\n", valid_from=AHEAD)


def schemes() -> list[tuple[str, str, date, date | None]]:
    rows = models.SchemeRow.objects.order_by("code", "valid_from")
    return [(row.code, row.text, row.valid_from, row.valid_to) for row in rows]


@pytest.mark.parametrize("code", ["own", "another"], ids=["of a file that is there", "of a new file"])
def test_while_a_scheme_waits_an_import_that_leaves_schemes_alone_goes_through(second: Path, code: str) -> None:
    (second / "schemes").mkdir(exist_ok=True)
    (second / "schemes/own.toml").write_text("# now\n")
    assert load(second, DAY).ok
    waiting(code)
    before = schemes()
    edit(second / CONDITIONS, "6 work_hour", "5 work_hour")
    report = load(second, LATER)
    assert report.ok, [str(one) for one in report.problems]
    row = models.Condition.objects.get(class_id="cjt214-2007:event:0102", no="1", valid_to=None)
    assert (row.limit, row.valid_from) == ("5 work_hour", LATER)
    assert schemes() == before, "what is in force and what waits stay as they are"


@pytest.mark.parametrize("change", ["changed", "gone", "come"])
def test_while_a_scheme_waits_an_import_that_changes_one_says_what_waits_and_until_when(
    second: Path, change: str
) -> None:
    own = second / "schemes/own.toml"
    own.parent.mkdir(exist_ok=True)
    own.write_text("# now\n")
    assert load(second, DAY).ok
    waiting()
    before = schemes()
    if change == "changed":
        own.write_text("# other\n")
    elif change == "gone":
        own.unlink()
    else:
        (own.parent / "come.toml").write_text("# come\n")
    edit(second / CONDITIONS, "6 work_hour", "5 work_hour")
    report = load(second, LATER)
    (told,) = report.problems
    assert (told.file, told.code) == ("schemes/own.toml", "scheme_waits") and "waits for 2026-07-01" in str(told)
    assert schemes() == before and not models.Condition.objects.filter(limit="5 work_hour", valid_from=LATER).exists()
    assert load(second, AHEAD).ok, "on that day it is the folder's again"
    assert {one[0] for one in schemes() if one[3] is None} == {path.stem for path in own.parent.glob("*.toml")}


BAD_ROWS = [
    (CONDITIONS, "6 work_hour", "6 work_weeks", 3, "limit", "limit_unit"),
    (CONDITIONS, "6 work_hour", "0 work_hour", 3, "limit", "limit_value"),
    (CONDITIONS, "90 urgent_minute", "ninety", 3, "arrival", "limit_text"),
    (CONDITIONS, "zheshi:event:2101", "zheshi:event:9999", 5, "class_id", "unknown_class"),
    (CONDITIONS, "urgent,safety", "urgent,danger", 1, "danger", "unknown_column"),
    (DUTIES, "cjt214-2007:component:0101,,water", "cjt214-2007:component:0101,,wafer", 0, "body", "unknown_body"),
    (DUTIES, "\n*,990101,", "\n*,990199,", 0, "area", "unknown_area"),
    (DUTIES, "cjt214-2007:component:0105,", "cjt214-2007:komponent:01*,", 0, "classes", "unknown_class"),
    (DUTIES, "power,maintainer", "power,friend", 0, "kind", "wrong_choice"),
    ("rulebook/classes.csv", "event,2101", "occasion,2101", 3, "kind", "wrong_choice"),
    ("rulebook/classes.csv", "2,2,1", "2,two,1", 2, "after_photos", "wrong_number"),
    (VARIANT, 'rework = "restart"', 'rework = "again"', 0, "rework", "wrong_choice"),
    (VARIANT, "[steps.sign]", "[steps.nod]", 0, "steps.nod", "unknown_step"),
    (VARIANT, "unfile = ", "unfold = ", 0, "acts.unfold", "unknown_act"),
    (VARIANT, 'unfile = ["dispatcher"]', 'unfile = ["despatcher"]', 0, "acts.unfile", "unknown_role"),
    (VARIANT, 'level = "unit"\nlimit = "30 ', 'level = "moon"\nlimit = "30 ', 0, "steps.sign.level", "wrong_choice"),
    (VARIANT, "longest = \"10 work_day\"", "longest = \"long\"", 0, "approvals.extend.longest", "limit_text"),
    (VARIANT, 'code = "district_run"', 'code = "other"', 0, "code", "wrong_code"),
    (VARIANT, "[acts]", "[acts", 0, "", "not_toml"),
    ("city.toml", 'city = "desert"', 'city = "oasis"', 0, "calendar.city", "unknown_calendar"),
    ("city.toml", 'editions = ["cjt214-2007"', 'editions = ["cjt214-1907"', 0, "editions", "class_extension"),
    ("city.toml", 'timezone = "Asia/Urumqi"', 'timezone = "Asia/Atlantis"', 0, "timezone", "unknown_timezone"),
    ("city.toml", "warn_percent = 70", "warn_percent = 170", 0, "lights.warn_percent", "wrong_percent"),
    ("city.toml", "cell = 12500", 'cell = "12500"', 0, "grids.cell", "wrong_type"),
    ("city.toml", "cell = 12500", "cell = 0", 0, "grids.cell", "wrong_size"),
    ("city.toml", "cell = 12500", "cell = 2500", 0, "grids.least", "wrong_size"),
    ("city.toml", "cell = 12500", "size = 12500", 0, "grids.size", "unknown_key"),
    ("city.toml", "most = 40000", "most = 900", 0, "grids.report.most", "wrong_size"),
    ("city.toml", "[lights]", "colour = 1\n[lights]", 0, "calendar.colour", "unknown_key"),
    ("city.toml", '990102 = "city_run"', '990102 = "moon_run"', 0, "variants.990102", "unknown_variant"),
    ("calendars/desert.toml", "08:00-14:00", "08:00-25:00", 0, "", "period"),
    ("calendars/days.csv", "2021,2021-05-01", "2021,2022-05-01", 0, "", "days_row"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "field", "code"), BAD_ROWS)
def test_a_bad_row_is_named_and_nothing_is_kept(
    second: Path, file: str, old: str, new: str, line: int, field: str, code: str
) -> None:
    before = _everything()
    edit(second / file, old, new)
    report = load(second, LATER)
    problem = _named(report.problems, code, field)
    assert problem.file == file
    if line:
        assert problem.line == line
    assert str(problem)  # the sentence has all its parameters
    assert _everything() == before


def _named(problems: list[Problem], code: str, field: str) -> Problem:
    found = [one for one in problems if one.code == code and (not field or one.field == field)]
    assert found, [str(problem) for problem in problems]
    return found[0]


def _everything() -> list[list[dict[str, object]]]:
    tables = [models.ManagedClass, models.Condition, models.Responsibility, models.CalendarRow,
              models.VariantRow, models.DayRow, models.YearRow]  # fmt: skip
    return [list(table._default_manager.order_by("id").values()) for table in tables]


def test_every_bad_row_is_reported_at_once(second: Path) -> None:
    edit(second / CONDITIONS, "6 work_hour", "6 weeks")
    edit(second / CONDITIONS, "3 natural_day", "x")
    report = load(second, LATER)
    assert [(problem.line, problem.field) for problem in report.problems] == [(3, "limit"), (5, "limit")]


def test_the_same_row_twice_is_refused_with_both_lines(second: Path) -> None:
    path = second / CONDITIONS
    path.write_text(path.read_text() + path.read_text().splitlines(True)[2])
    report = load(second, LATER)
    assert [(one.code, one.line, one.params) for one in report.problems] == [("row_twice", 6, {"other": 3})]


def test_a_folder_without_a_profile_is_no_city(areas: dict[str, int], tmp_path: Path) -> None:
    folder = copy_of(SECOND, tmp_path / "city")
    (folder / "city.toml").unlink()
    assert [problem.code for problem in load(folder).problems] == ["no_file"]


def test_a_year_becomes_known_later(second: Path) -> None:
    """2028 was provisional; published, its slices change from that day on and keep the old ones."""
    edit(second / "calendars/days.csv", "2028,,provisional,", "2028,,published,")
    assert load(second, LATER).ok
    rows = models.YearRow.objects.filter(year=2028).order_by("valid_from").values_list("status", "valid_to")
    assert list(rows) == [("provisional", LATER), ("published", None)]
