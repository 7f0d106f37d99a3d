"""S1-08, S1-41, GB/T 30428.1: grids are split, merged, retired and divided anew from a day; codes are never used
again, old rows stay, and duty grids follow."""

from datetime import date, timedelta

import pytest

from citygrid.areas import coverage, duties, life, topology
from citygrid.areas.changing import holding
from citygrid.areas.dividing import divide_with
from citygrid.areas.locating import locate
from citygrid.areas.models import Area, AreaVersion, DutyMembership, GridOrigin
from citygrid.process.refusal import Refused
from citygrid.trust.models import AuditRecord
from tests.areas.divided import CRS
from tests.areas.valley import COMMUNITY, DAY, PROFILE, START, WHO, box, code, grid, line, valley

pytestmark = pytest.mark.django_db
BEFORE = DAY - timedelta(days=1)


def origins():
    return sorted(GridOrigin.objects.values_list("grid__code", "origin__code"))


def holds(day):
    return sorted(Area.objects.filter(holding(day), kind="grid").values_list("code", flat=True))


def state():
    return (holds(DAY), AreaVersion.objects.count(), AuditRecord.objects.count(), DutyMembership.objects.count())


def test_a_grid_is_split_along_a_line():
    valley()
    duties.set_members("R1", [code(n) for n in range(1, 13)], WHO.today, WHO)
    change = life.split(code(6), DAY, WHO, line=line((150, 0), (150, 300)), profile=PROFILE)
    assert change.ended == (code(6),) and [made.code for made in change.made] == [code(13), code(14)]
    assert [round(made.area_m2, -1) for made in change.made] == [5000, 5000]
    assert all(made.duty_grids == ("R1",) for made in change.made)
    assert origins() == [(code(13), code(6)), (code(14), code(6))]
    assert grid(6, BEFORE).valid_to == DAY and not Area.objects.filter(holding(DAY), code=code(6)).exists()
    west = grid(13)
    assert locate(west.centre_lon, west.centre_lat, BEFORE).grid.code == code(6)
    assert locate(west.centre_lon, west.centre_lat, DAY).grid.code == code(13)
    assert coverage.report(DAY).ok and topology.faults(DAY) == []
    line_of_audit = AuditRecord.objects.get(act="grids.split")
    assert line_of_audit.person == 7 and line_of_audit.params["made"] == [code(13), code(14)]


def test_pieces_are_numbered_by_their_places_and_must_make_up_the_grid():
    valley()
    east, west = box(160, 100, 200, 200), box(100, 100, 160, 200)
    change = life.split(code(6), DAY, WHO, pieces=[east, west], profile=PROFILE)
    assert [round(made.area_m2, -2) for made in change.made] == [6000, 4000]
    for pieces, reason in (([west], "pieces_differ"), ([west, east, box(100, 100, 130, 200)], "pieces_overlap")):
        with pytest.raises(Refused) as refused:
            life.split(code(7), DAY, WHO, pieces=pieces, profile=PROFILE)
        assert refused.value.refusal.code in (reason, "pieces_differ")


def test_neighbours_become_one_and_their_duty_grid_is_that_of_the_larger():
    valley()
    duties.set_members("R1", [code(n) for n in (1, 2, 5, 6, 9, 10)], WHO.today, WHO)
    duties.set_members("R2", [code(n) for n in (3, 4, 7, 8, 11, 12)], WHO.today, WHO)
    first = life.split(code(7), DAY, WHO, line=line((240, 0), (240, 300)), profile=PROFILE)
    small = first.made[0].code
    change = life.merge([code(6), small], DAY + timedelta(days=1), WHO, profile=PROFILE)
    (made,) = change.made
    assert made.origins == tuple(sorted((code(6), small))) and made.duty_grids == ("R1",)
    assert round(made.area_m2, -2) == 14_000 and set(change.duty_grids) == {"R1", "R2"}
    later = DAY + timedelta(days=1)
    assert coverage.report(later).faults == () and topology.faults(later) == []


def test_grids_are_retired_and_an_empty_duty_grid_ends_with_them():
    valley()
    duties.set_members("R9", [code(12)], WHO.today, WHO)
    change = life.retire([code(12)], DAY, WHO, profile=PROFILE)
    assert change.duty_grids_ended == ("R9",) and code(12) not in holds(DAY)
    assert [(fault.code, fault.codes) for fault in topology.faults(DAY)] == [("gap", (COMMUNITY,))]


def test_a_community_is_divided_anew_with_new_codes():
    community = valley()
    duties.set_members("R1", [code(n) for n in range(1, 13)], WHO.today, WHO)
    division = divide_with(box(0, 0, 400, 300), CRS)
    change = life.apply_division(community.code, division.grids, DAY, WHO, profile=PROFILE)
    assert len(change.ended) == 12 and [made.code for made in change.made] == [code(n) for n in range(13, 25)]
    assert all(made.duty_grids == ("R1",) and made.origins for made in change.made)
    assert holds(BEFORE) == [code(n) for n in range(1, 13)] and holds(DAY) == [code(n) for n in range(13, 25)]
    assert topology.faults(DAY) == [] and coverage.report(DAY).ok


def test_the_first_grids_of_a_community_may_begin_when_it_began():
    valley()
    Area.objects.filter(kind="grid").delete()
    division = divide_with(box(0, 0, 400, 300), CRS)
    change = life.apply_division(COMMUNITY, division.grids, START, WHO, profile=PROFILE)
    assert [made.code for made in change.made] == [code(n) for n in range(1, 13)]


def test_a_preview_keeps_nothing():
    valley()
    before = state()
    change = life.split(code(6), DAY, WHO, line=line((150, 0), (150, 300)), profile=PROFILE, keep=False)
    assert len(change.made) == 2 and state() == before


def test_numbers_of_ended_grids_are_not_given_again():
    valley()
    life.split(code(6), DAY, WHO, line=line((150, 0), (150, 300)), profile=PROFILE)
    change = life.merge([code(13), code(14)], DAY + timedelta(days=1), WHO, profile=PROFILE)
    assert [made.code for made in change.made] == [code(15)]


REFUSED = {
    "day_past": lambda: life.retire([code(1)], date(2024, 5, 19), WHO, profile=PROFILE),
    "no_such_area": lambda: life.split(code(99), DAY, WHO, line=line((0, 0), (1, 1)), profile=PROFILE),
    "not_split": lambda: life.split(code(1), DAY, WHO, line=line((10, 210), (20, 290)), profile=PROFILE),
    "not_neighbours": lambda: life.merge([code(1), code(6)], DAY, WHO, profile=PROFILE),
    "code_twice": lambda: life.merge([code(1), code(1)], DAY, WHO, profile=PROFILE),
    "nothing_given": lambda: life.merge([code(1)], DAY, WHO, profile=PROFILE),
    "unknown_grids": lambda: life.merge([code(1), code(77)], DAY, WHO, profile=PROFILE),
    "pieces_differ": lambda: life.apply_division(COMMUNITY, [box(0, 0, 400, 250)], DAY, WHO, profile=PROFILE),
    "bad_piece": lambda: life.apply_division(COMMUNITY, [line((0, 0), (9, 9))], DAY, WHO, profile=PROFILE),
    "piece_small": lambda: life.split(
        code(1), DAY, WHO, pieces=[box(0, 200, 100, 300), box(0, 200, 0.5, 200.5)], profile=PROFILE
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_is_refused_leaves_no_trace(reason):
    valley()
    before = state()
    with pytest.raises(Refused) as refused:
        REFUSED[reason]()
    assert refused.value.refusal.code == reason and str(refused.value.refusal)
    assert state() == before


def test_a_grid_ends_once_and_not_before_it_began():
    valley()
    life.retire([code(1)], DAY, WHO, profile=PROFILE)
    with pytest.raises(Refused) as refused:
        life.retire([code(1)], DAY - timedelta(days=2), WHO, profile=PROFILE)
    assert refused.value.refusal.code == "ends_already"
    made = life.split(code(2), DAY, WHO, line=line((150, 0), (150, 300)), profile=PROFILE).made
    with pytest.raises(Refused) as refused:
        life.retire([made[0].code], DAY, WHO, profile=PROFILE)
    assert refused.value.refusal.code == "begins_later"


def test_nine_hundred_and_ninety_nine_numbers_are_all_there_are():
    valley()
    row = grid(1)
    for number in range(13, 1000):
        Area.objects.bulk_create([
            Area(kind="grid", code=code(number), parent=row.parent, geometry=row.geometry, centre_lon=0, centre_lat=0,
                 area_m2=1, valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1))
        ])  # fmt: skip
    with pytest.raises(Refused) as refused:
        life.split(code(6), DAY, WHO, line=line((150, 0), (150, 300)), profile=PROFILE)
    assert refused.value.refusal.code == "codes_exhausted" and refused.value.refusal.params["free"] == "0"
