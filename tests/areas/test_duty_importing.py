"""S1-41: duty grids come from a file, by their unit grids or by their surfaces; half a duty grid is none."""

import io
from datetime import timedelta

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.utils import timezone

from citygrid import tabular
from citygrid.areas import coverage, duties, duty_importing
from citygrid.areas.models import Area, DutyMembership
from citygrid.process.refusal import Refused
from citygrid.trust.models import AuditRecord
from tests.areas.valley import DAY, WHO, code, grid, valley

pytestmark = pytest.mark.django_db
ALL = [code(n) for n in range(1, 13)]
BY_GRID = {"code": "duty", "grid": "grid", "name": "name", "shift": "shift"}


@pytest.fixture(autouse=True)
def city():
    valley()


def plan_of(path, mapping=BY_GRID, at=DAY):
    with tabular.open_table(path) as table:
        return duty_importing.plan(table, mapping, at, path.name)


def listed(path, rows):
    path.write_text("duty,grid,name,shift\n" + "".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def members(duty, day=DAY):
    held = DutyMembership.objects.filter(duty_grid__code=duty, valid_from__lte=day).exclude(valid_to__lte=day)
    return sorted(held.values_list("grid__code", flat=True))


def codes_told(plan):
    return [(problem.line, problem.code) for problem in plan.problems]


def test_a_row_for_each_unit_grid_and_the_same_file_again(tmp_path):
    path = listed(tmp_path / "duty.csv", [(f"R{n // 7}", one, f"Round {n // 7}", "") for n, one in enumerate(ALL)])
    plan = plan_of(path)
    assert plan.counts == {"new": 2, "changed": 0, "same": 0, "wrong": 0} and not members("R0")
    duty_importing.apply(plan, WHO)
    assert members("R0") == ALL[:7] and members("R1") == ALL[7:] and coverage.report(DAY).ok
    assert set(Area.objects.filter(kind="duty_grid").values_list("name", flat=True)) == {"Round 0", "Round 1"}
    again = plan_of(path)
    noted = AuditRecord.objects.count()
    assert duty_importing.apply(again, WHO) == {"new": 0, "changed": 0, "same": 2, "wrong": 0}
    assert AuditRecord.objects.count() == noted


def test_a_surface_takes_the_unit_grids_within_it(tmp_path):
    west, _, east, _ = shapely.union_all([shapely.from_wkb(bytes(grid(n).geometry)) for n in range(1, 13)]).bounds
    middle = (west + east) / 2 + 1e-5
    path = tmp_path / "duty.geojson"
    halves = [shapely.box(west - 1, -90, middle, 90), shapely.box(middle, -90, east + 1, 90)]
    tabular.write_table(path, ["code"], [["W"], ["E"]], halves)
    plan = plan_of(path, {"code": "code"})
    duty_importing.apply(plan, WHO)
    assert sorted(members("W") + members("E")) == ALL and members("W") and members("E")
    inner = {row.code: row.centre_lon for row in Area.objects.filter(kind="grid")}
    assert all(inner[one] < middle for one in members("W")) and all(inner[one] > middle for one in members("E"))


def test_what_is_wrong_takes_out_its_duty_grid_and_no_other(tmp_path):
    rows = [("R1", ALL[0], "", ""), ("R1", "390000000000777", "", ""), ("R2", ALL[1], "Two", ""),
            ("R2", ALL[2], "Other", ""), ("", ALL[3], "", ""), ("R3", ALL[4], "", "x" * 21),
            ("R" * 33, ALL[5], "", ""), ("R4", ALL[6], "", "")]  # fmt: skip
    plan = plan_of(listed(tmp_path / "duty.csv", rows))
    assert codes_told(plan) == [
        (3, "unknown_grid"), (5, "facts_differ"), (6, "no_code"), (7, "bad_shift"), (8, "bad_code"),
    ]  # fmt: skip
    assert all(str(problem) for problem in plan.problems)
    assert duty_importing.apply(plan, WHO) == {"new": 1, "changed": 0, "same": 0, "wrong": 5}
    assert members("R4") == [ALL[6]] and Area.objects.filter(kind="duty_grid").count() == 1


def test_a_point_an_empty_surface_and_columns_that_are_not_there(tmp_path):
    path = tmp_path / "duty.geojson"
    far = shapely.box(1, 1, 2, 2)
    tabular.write_table(path, ["code"], [["P"], ["F"]], [shapely.Point(1, 1), far])
    assert codes_told(plan_of(path, {"code": "code"})) == [(1, "no_surface"), (2, "no_grid_inside")]
    for mapping, wanted in (({"code": "other"}, "no_such_column"), ({"grid": "code"}, "code_unmapped")):
        with pytest.raises(Refused) as told:
            plan_of(path, mapping)
        assert told.value.refusal.code == wanted


def test_names_and_shifts_stay_when_the_file_has_none(tmp_path):
    duties.set_members("R1", ALL[:4], WHO.today, WHO, name="First", shift="day")
    path = listed(tmp_path / "duty.csv", [("R1", one, "", "") for one in ALL[:5]])
    plan = plan_of(path, {"code": "duty", "grid": "grid"})
    assert plan.counts["changed"] == 1
    duty_importing.apply(plan, WHO)
    last = Area.objects.filter(kind="duty_grid", code="R1").latest("valid_from")
    assert (last.name, last.shift, members("R1")) == ("First", "day", ALL[:5])


def test_codes_that_ended_or_change_later_are_refused(tmp_path):
    duties.set_members("OLD", ALL[:4], WHO.today, WHO)
    duties.retire("OLD", DAY, WHO)
    duties.set_members("LATE", ALL[4:], DAY + timedelta(days=9), WHO)
    path = listed(tmp_path / "duty.csv", [("OLD", ALL[0], "", ""), ("LATE", ALL[5], "", "")])
    plan = plan_of(path)
    assert codes_told(plan) == [(2, "code_ended"), (3, "code_later")] and plan.counts["wrong"] == 2


def test_from_the_command_line(tmp_path):
    path, today = listed(tmp_path / "duty.csv", [("R1", one, "", "") for one in ALL]), timezone.localdate()
    words = ["areas", "duties", str(path), "--code", "duty", "--grid", "grid", "--at", today.isoformat()]
    out = io.StringIO()
    call_command(*words, "--dry-run", stdout=out)
    assert "nothing kept" in out.getvalue() and not members("R1")
    call_command(*words, stdout=out)
    assert "0 faults" in out.getvalue() and members("R1", today) == ALL
    with pytest.raises(CommandError, match="no column"):
        call_command("areas", "duties", str(path), stdout=out, stderr=out)
