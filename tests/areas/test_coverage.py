"""S1-41: for each shift every unit grid has exactly one duty grid; S4-02: the service area is dated and approved."""

from datetime import date, timedelta

import numpy as np
import pytest

from citygrid.areas import coverage, duties, folder, locating, service_area
from citygrid.areas.locating import Outside, Place, locate, locate_many, located
from citygrid.areas.models import Area, DutyMembership, ServiceArea
from citygrid.areas.service_area import Approval
from citygrid.process.refusal import Refused
from tests.areas.valley import DAY, WHO, box, code, grid, valley

pytestmark = pytest.mark.django_db
ALL = [code(n) for n in range(1, 13)]
TODAY = date(2024, 5, 20)
APPROVAL = Approval("Notice 12", date(2024, 5, 1))


def told(day=DAY):
    return [(fault.code, fault.codes, fault.shift) for fault in coverage.report(day).faults]


def test_each_unit_grid_has_one_duty_grid():
    valley()
    assert told()[0] == ("no_duty_grid", (code(1),), None) and len(told()) == 12
    duties.set_members("R1", ALL[:6], TODAY, WHO)
    duties.set_members("R2", ALL[5:], TODAY, WHO)
    assert told() == [("several_duty_grids", (code(6), "R1", "R2"), None)]
    duties.set_members("R2", ALL[6:], DAY, WHO)
    assert told() == [] and coverage.report(DAY).ok
    assert told(TODAY) == [("several_duty_grids", (code(6), "R1", "R2"), None)]


def test_shifts_are_looked_at_one_by_one():
    valley()
    duties.set_members("D1", ALL, TODAY, WHO, shift="day")
    duties.set_members("N1", ALL[:11], TODAY, WHO, shift="night")
    assert told() == [("no_duty_grid_in_shift", (code(12),), "night")]
    report = coverage.report(DAY)
    assert report.shifts == ("day", "night") and report.faults[0].shape.equals(
        locating.index.shapely.from_wkb(bytes(grid(12).geometry))
    )
    duties.set_members("N1", ALL, DAY, WHO, shift="night")
    assert told() == []
    duties.set_members("Z", [code(1)], DAY, WHO)
    assert [row[:2] for row in told()] == [
        ("several_duty_grids_in_shift", (code(1), "D1", "Z")), ("several_duty_grids_in_shift", (code(1), "N1", "Z"))
    ]  # fmt: skip


def test_a_place_names_the_duty_grid_of_every_shift_first():
    valley()
    duties.set_members("B", ALL, TODAY, WHO, shift="night")
    duties.set_members("A", ALL, TODAY, WHO, shift="day")
    row = grid(1)
    place = locate(row.centre_lon, row.centre_lat, DAY)
    assert place.duty_grid.code == "A" and [ref.code for ref in place.duty_grids] == ["A", "B"]
    duties.set_members("C", ALL, TODAY, WHO)
    assert locate(row.centre_lon, row.centre_lat, DAY).duty_grid.code == "C"
    assert [ref.code for ref in locating.duty_grids_of(row.pk, DAY)] == ["C", "A", "B"]


def test_unit_grids_that_lie_apart_are_a_warning():
    valley()
    duties.set_members("R1", [code(1), code(2), code(12)], TODAY, WHO)
    duties.set_members("R2", [c for c in ALL if c not in (code(1), code(2), code(12))], TODAY, WHO)
    report = coverage.report(DAY)
    assert report.ok and [(f.code, f.codes) for f in report.faults] == [("not_together", ("R1",))]


def test_members_change_from_a_day_and_both_days_can_be_asked():
    valley()
    duties.set_members("R1", ALL, TODAY, WHO, name="First")
    duties.set_members("R1", ALL[:3], DAY, WHO)
    rows = Area.objects.filter(kind="duty_grid", code="R1").order_by("valid_from")
    assert [(row.name, row.valid_to) for row in rows] == [("First", DAY), ("First", None)]
    assert [round(row.area_m2, -3) for row in rows] == [120_000, 30_000]
    on = DutyMembership.objects.filter(valid_from__lte=DAY).exclude(valid_to__lte=DAY)
    assert sorted(on.values_list("grid__code", flat=True)) == ALL[:3]
    duties.retire("R1", DAY + timedelta(days=9), WHO)
    with pytest.raises(Refused) as refused:
        duties.set_members("R1", ALL, DAY + timedelta(days=9), WHO)
    assert refused.value.refusal.code == "code_taken"


@pytest.mark.parametrize(
    ("reason", "args", "facts"),
    [
        ("bad_code", ("", ALL, DAY), {}),
        ("bad_shift", ("R1", ALL, DAY), {"shift": "x" * 21}),
        ("nothing_given", ("R1", [], DAY), {}),
        ("unknown_grids", ("R1", ["1"], DAY), {}),
        ("day_past", ("R1", ALL, date(2024, 1, 9)), {}),
    ],
)
def test_a_duty_grid_that_is_refused_leaves_no_trace(reason, args, facts):
    valley()
    with pytest.raises(Refused) as refused:
        duties.set_members(*args, WHO, **facts)
    assert refused.value.refusal.code == reason
    assert not Area.objects.filter(kind="duty_grid").exists() and not DutyMembership.objects.exists()


def test_a_new_service_area_ends_the_one_before():
    valley()
    service_area.replace("1", box(0, 0, 200, 300), date(2024, 1, 1), Approval("Notice 1", date(2023, 12, 1)), WHO)
    service_area.replace("2", box(0, 0, 400, 300), DAY, APPROVAL, WHO)
    assert ServiceArea.objects.get(code="1").valid_to == DAY
    east = grid(4)
    assert isinstance(located(east.centre_lon, east.centre_lat, DAY), Place)
    early = located(east.centre_lon, east.centre_lat, TODAY)
    assert isinstance(early, Outside) and (early.code, early.until) == ("not_yet_in_area", DAY)


@pytest.mark.parametrize(
    ("reason", "shape", "day", "approval"),
    [
        ("no_approval", box(0, 0, 9, 9), DAY, Approval(" ", date(2024, 1, 1))),
        ("approved_later", box(0, 0, 9, 9), DAY, Approval("N", DAY + timedelta(days=1))),
        ("bad_surface", box(0, 0, 9, 9).boundary, DAY, APPROVAL),
        ("day_past", box(0, 0, 9, 9), date(2024, 5, 19), APPROVAL),
        ("begins_later", box(0, 0, 9, 9), TODAY, APPROVAL),
    ],
)
def test_a_service_area_that_is_refused_changes_nothing(reason, shape, day, approval):
    service_area.replace("1", box(0, 0, 200, 300), TODAY, APPROVAL, WHO)
    with pytest.raises(Refused) as refused:
        service_area.replace("2", shape, day, approval, WHO)
    assert refused.value.refusal.code == reason
    assert list(ServiceArea.objects.values_list("code", "valid_to")) == [("1", None)]


def test_many_points_get_the_answers_of_one_by_one():
    valley()
    chance = np.random.default_rng(3)
    west, south, east, north = box(-50, -50, 450, 350).bounds
    lons, lats = chance.uniform(west, east, 3000), chance.uniform(south, north, 3000)
    corners = locating.index.shapely.get_coordinates(box(100, 100, 200, 200))
    lons = np.concatenate([lons, corners[:, 0], [np.nan, 999, np.inf]])
    lats = np.concatenate([lats, corners[:, 1], [30, 30, 30]])
    many = locate_many(lons, lats, DAY)
    assert [many.place(n) for n in range(len(lons))] == [
        locate(lon, lat, DAY) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)
    ]
    assert (many.index >= 0).sum() > 1000 and (many.index < 0).sum() > 100
    assert locate_many(np.array([]), np.array([]), DAY).index.size == 0


def test_shifts_and_origins_go_out_with_the_folder(tmp_path):
    valley()
    duties.set_members("R1", ALL, TODAY, WHO, shift="night")
    folder.dump(tmp_path, DAY)
    assert '"shift":"night"' in (tmp_path / "areas" / "duty_grid.geojson").read_text()
