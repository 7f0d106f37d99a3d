"""S1-08, S3-04: areas and unit grids from any file, looked at first, brought in from a day; what is wrong stays out."""

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import transaction

from citygrid import tabular
from citygrid.areas import folder, importing
from citygrid.areas.lattice import project
from citygrid.areas.locating import forget, locate
from citygrid.areas.models import Area, AreaVersion, DutyMembership
from citygrid.areas.versions import current
from citygrid.process.refusal import Refused
from citygrid.standards.codes import CodeProfile
from citygrid.trust.models import AuditRecord

pytestmark = pytest.mark.django_db
SECOND = Path(__file__).parent.parent / "cities" / "second"
DAY = date(2026, 3, 1)
NOW = datetime(2026, 2, 20, 4, tzinfo=UTC)
MAPPING = {"code": "code", "name": "name", "parent": "parent"}
CRS = "EPSG:4546"
COMMUNITY = "99010101001"


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """The second city's areas, inside a transaction that every test's own is nested in."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert folder.load(SECOND, date(2024, 1, 1)).ok
        yield
        transaction.set_rollback(True)
    forget()


@pytest.fixture(autouse=True)
def city(standing, db):
    forget()


@pytest.fixture(scope="module")
def profile():
    import tomllib

    return CodeProfile.from_mapping(tomllib.loads((SECOND / "city.toml").read_text())["codes"])


def now_in_force(kind, parent=""):
    rows = Area.objects.filter(kind=kind, valid_from__lte=DAY).exclude(valid_to__lte=DAY).order_by("code")
    rows = rows.filter(parent__code=parent) if parent else rows
    return {row.code: row for row in rows}


def shape_of(row):
    return shapely.from_wkb(bytes(row.geometry))


def rows_of(kind, parent=""):
    """What is in force, as rows of a file: code -> [name, parent, shape]."""
    found = now_in_force(kind, parent)
    return {code: [row.name, row.parent.code if row.parent else "", shape_of(row)] for code, row in found.items()}


def written(path, rows, crs=None, names=("code", "name", "parent")):
    shapes = [row[2] if crs is None or row[2] is None else project(row[2], crs) for row in rows.values()]
    cells = [[code, row[0], row[1]] for code, row in rows.items()]
    if crs is None:
        tabular.write_table(path, names, cells, shapes)
    else:
        texts = [[*row, shape.wkt] for row, shape in zip(cells, shapes, strict=True)]
        tabular.write_table(path, [*names, "图形"], texts)
    return path


def planned(path, profile, kind="grid", at=DAY, mapping=MAPPING, **wish):
    ending = wish.pop("ending", "siblings")
    with tabular.open_table(path, **wish) as table:
        return importing.plan(kind, table, mapping, at, profile=profile, ending=ending, file=path.name)


def verdicts(plan, but="same"):
    return {row.code: row.verdict for row in plan.rows if row.verdict != but}


def codes(plan):
    return {row.code: [p.code for p in row.problems] for row in plan.rows if row.verdict == "wrong"}


@pytest.mark.parametrize("suffix", ["gpkg", "zip", "geojson", "csv", "xlsx"])
def test_the_areas_that_there_are_change_nothing(tmp_path, profile, suffix):
    before = current().pk
    for kind in ("community", "grid"):
        plan = planned(written(tmp_path / f"a.{suffix}", rows_of(kind)), profile, kind)
        assert verdicts(plan) == {}
        assert plan.counts["same"] == len(now_in_force(kind)) > 1
        assert not plan.changes
        assert importing.apply(plan, 1, NOW).counts["same"]
    assert current().pk == before
    assert not AuditRecord.objects.filter(act="areas.import").exists()


def test_a_file_in_metres_of_the_city_is_the_same_within_a_centimetre(tmp_path, profile):
    path = written(tmp_path / "a.csv", rows_of("grid", COMMUNITY), crs=CRS)
    plan = planned(path, profile, crs=CRS, wkt="图形")
    assert verdicts(plan) == {}


def test_a_grid_cut_in_two_comes_in_from_its_day_and_the_past_stays(tmp_path, profile):
    rows = rows_of("grid", COMMUNITY)
    code, serial = sorted(rows)[0], len(rows) + 50
    name, parent, shape = rows[code]
    west, south, east, north = shape.bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    rows[code] = [name, parent, shape.intersection(half)]
    new = f"{COMMUNITY}{serial:03d}"
    rows[new] = ["", parent, shape.difference(half)]
    plan = planned(written(tmp_path / "a.gpkg", rows), profile)
    assert verdicts(plan) == {code: "changed", new: "new"}
    assert [row.differs for row in plan.rows if row.code == code] == [("shape",)]
    assert plan.faults == []
    old = now_in_force("grid")[code]
    duties = set(DutyMembership.objects.filter(grid=old).values_list("duty_grid__code", flat=True))
    importing.apply(plan, 7, NOW)

    inside = shape.difference(half).representative_point()
    assert locate(inside.x, inside.y, DAY).grid.code == new
    assert locate(inside.x, inside.y, date(2026, 2, 28)).grid.code == code
    old.refresh_from_db()
    assert old.valid_to == DAY
    made = now_in_force("grid")[code]
    assert made.pk != old.pk and made.serial == old.serial and made.parent_id == old.parent_id
    assert made.area_m2 == pytest.approx(project(shape_of(made), CRS).area, abs=0.1)
    assert duties
    assert (
        set(DutyMembership.objects.filter(grid=made, valid_to=None).values_list("duty_grid__code", flat=True)) == duties
    )
    assert not DutyMembership.objects.filter(grid=old, valid_to=None).exists()
    noted = AuditRecord.objects.get(act="areas.import")
    assert noted.person == 7 and noted.params["new"] == 1 and noted.params["from"] == "2026-03-01"
    again = planned(tmp_path / "a.gpkg", profile)
    assert verdicts(again) == {}
    assert AreaVersion.objects.count() == 2


def test_a_grid_that_the_file_no_longer_has_ends(tmp_path, profile):
    rows = rows_of("grid", COMMUNITY)
    gone = sorted(rows)[-1]
    del rows[gone]
    plan = planned(written(tmp_path / "a.gpkg", rows), profile)
    assert verdicts(plan) == {gone: "ended"}
    assert [(f.problem.code, f.code) for f in plan.faults] == [("gap", COMMUNITY)]
    assert plan.faults[0].shape.area == pytest.approx(shape_of(now_in_force("grid")[gone]).area, rel=0.01)
    assert verdicts(planned(tmp_path / "a.gpkg", profile, ending="none")) == {}
    importing.apply(plan, None, NOW)
    assert gone not in now_in_force("grid")
    assert Area.objects.get(code=gone).valid_to == DAY

    rows[gone] = ["", COMMUNITY, shape_of(Area.objects.get(code=gone))]
    plan = planned(written(tmp_path / "b.gpkg", rows), profile)
    assert codes(plan) == {gone: ["code_retired"]}


def test_a_faulty_grid_stays_out_and_is_named_by_its_row(tmp_path, profile):
    rows = rows_of("grid", COMMUNITY)
    first, second, third, *_ = sorted(rows)
    west, south, east, north = rows[first][2].bounds
    rows[first][2] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    rows[second][0] = "改名"
    rows[f"{COMMUNITY}9x9"] = ["", COMMUNITY, rows[third][2]]
    rows[f"{COMMUNITY}990"] = ["", "99990101001", rows[third][2]]
    plan = planned(written(tmp_path / "a.gpkg", rows), profile)
    assert codes(plan) == {
        first: ["crosses_itself"],
        f"{COMMUNITY}9x9": ["code_digits"],
        f"{COMMUNITY}990": ["unknown_parent"],
    }
    assert verdicts(plan)[second] == "changed"
    drawn = {fault.code: fault.shape for fault in plan.faults}
    assert not drawn[first].is_valid
    importing.apply(plan, None, NOW)
    assert shape_of(now_in_force("grid")[first]).is_valid
    assert now_in_force("grid")[second].name == "改名"


def test_rows_that_do_not_fit_stay_out_with_what_hangs_on_them(tmp_path, profile):
    """One grid grows over its neighbour: the neighbour is right, and stays."""
    rows = rows_of("grid", COMMUNITY)
    first = sorted(rows)[0]
    grown = shapely.intersection(
        rows[first][2].buffer(0.0003, join_style="mitre"), shape_of(now_in_force("community")[COMMUNITY])
    )
    rows = {first: [rows[first][0], COMMUNITY, grown]}
    plan = planned(written(tmp_path / "a.gpkg", rows), profile, ending="none")
    assert codes(plan) == {first: ["overlap"]}
    assert plan.faults[0].shape.area > 0
    assert not plan.changes

    rows[first][2] = shapely.affinity.translate(grown, 5, 0)
    plan = planned(written(tmp_path / "b.gpkg", rows), profile, ending="none")
    assert codes(plan) == {first: ["outside_parent"]}


def test_a_community_cannot_shrink_away_from_its_grids(tmp_path, profile):
    rows = rows_of("community")
    west, south, east, north = rows[COMMUNITY][2].bounds
    rows[COMMUNITY][2] = shapely.box(west, south, (west + east) / 2, north).intersection(rows[COMMUNITY][2])
    plan = planned(written(tmp_path / "a.gpkg", rows), profile, "community")
    assert set(codes(plan)) == {COMMUNITY}
    assert set(codes(plan)[COMMUNITY]) == {"part_outside"}


def test_a_community_is_renamed_and_its_grids_follow(tmp_path, profile):
    path = tmp_path / "a.csv"
    tabular.write_table(path, ["社区编码", "社区名称"], [[COMMUNITY, "新红柳社区"]])
    plan = planned(path, profile, "community", mapping={"code": "社区编码", "name": "社区名称"}, ending="none")
    assert verdicts(plan) == {COMMUNITY: "changed"}
    importing.apply(plan, None, NOW)
    point = shape_of(now_in_force("community")[COMMUNITY]).representative_point()
    assert locate(point.x, point.y, DAY).community.name == "新红柳社区"
    assert locate(point.x, point.y, date(2026, 2, 1)).community.name == "红柳社区"


def test_what_is_above_and_derived_follows_its_parts(tmp_path, profile):
    """A bare village grows: its street, district and city are the unions of their parts."""
    village = next(code for code in now_in_force("community") if not now_in_force("grid", code))
    shape = shape_of(now_in_force("community")[village])
    rows = {village: ["胡杨村", "", shapely.union(shape, shapely.affinity.translate(shape, 0.001, 0)).convex_hull]}
    others = [shape_of(row) for code, row in now_in_force("community").items() if code != village]
    rows[village][2] = rows[village][2].difference(shapely.union_all(others))
    path = tmp_path / "a.gpkg"
    tabular.write_table(path, ["code"], [[village]], [rows[village][2]])
    plan = planned(path, profile, "community", mapping={"code": "code"}, ending="none")
    assert codes(plan) == {}
    assert {row.kind for row in plan.rows if row.verdict == "changed"} == {"community", "street", "district", "city"}
    importing.apply(plan, None, NOW)
    city = now_in_force("city")
    assert shape_of(next(iter(city.values()))).covers(rows[village][2].buffer(-1e-6))
    assert next(iter(city.values())).metric_crs == CRS
    assert now_in_force("community")[village].parent.valid_to is None


def test_an_area_with_parts_does_not_end(tmp_path, profile):
    rows = rows_of("community")
    del rows[COMMUNITY]
    plan = planned(written(tmp_path / "a.gpkg", rows), profile, "community")
    assert verdicts(plan) == {}
    assert [(note.code, note.params["code"]) for note in plan.notes] == [("has_parts", COMMUNITY)]


def test_the_parent_is_found_by_the_code_and_by_the_place(tmp_path, profile):
    rows = {code: ["", "", row[2]] for code, row in rows_of("grid", COMMUNITY).items()}
    plan = planned(written(tmp_path / "a.gpkg", rows), profile, mapping={"code": "code"})
    assert verdicts(plan) == {}


def test_the_same_code_twice_is_told(tmp_path, profile):
    rows = rows_of("grid", COMMUNITY)
    code = sorted(rows)[0]
    path = tmp_path / "a.gpkg"
    listed = [*rows.items(), (code, rows[code])]
    tabular.write_table(path, ["code"], [[c] for c, _ in listed], [row[2] for _, row in listed])
    plan = planned(path, profile, mapping={"code": "code"})
    assert [(row.number, [p.code for p in row.problems]) for row in plan.rows if row.verdict == "wrong"] == [
        (len(listed), ["code_twice"])
    ]


def test_a_plan_is_not_applied_to_other_areas_than_it_was_made_for(tmp_path, profile):
    rows = rows_of("grid", COMMUNITY)
    rows[sorted(rows)[0]][0] = "一"
    first = planned(written(tmp_path / "a.gpkg", rows), profile)
    second = planned(tmp_path / "a.gpkg", profile)
    assert first.digest == second.digest
    importing.apply(first, None, NOW)
    with pytest.raises(Refused) as error:
        importing.apply(second, None, NOW)
    assert error.value.refusal.code == "areas_changed"
    assert AreaVersion.objects.count() == 2


def test_a_row_that_changes_later_is_left_alone(tmp_path, profile):
    rows = rows_of("grid", COMMUNITY)
    code = sorted(rows)[0]
    rows[code][0] = "一"
    importing.apply(planned(written(tmp_path / "a.gpkg", rows), profile, at=date(2027, 1, 1)), None, NOW)
    rows[code][0] = "二"
    plan = planned(written(tmp_path / "b.gpkg", rows), profile)
    assert codes(plan) == {code: ["later_row"]}


def test_wishes_that_cannot_be(tmp_path, profile):
    path = written(tmp_path / "a.gpkg", rows_of("grid", COMMUNITY))
    for wish, code in (
        ({"mapping": {"name": "name"}}, "code_unmapped"),
        ({"mapping": {"code": "编码"}}, "no_such_column"),
        ({"kind": "duty_grid"}, "kind_unknown"),
    ):
        with pytest.raises(Refused) as error:
            planned(path, profile, **wish)
        assert error.value.refusal.code == code
    Area.objects.filter(kind="city").update(metric_crs="")
    with pytest.raises(Refused) as error:
        planned(path, profile)
    assert error.value.refusal.code == "no_projection"


def test_the_command_looks_first_and_then_brings_in(tmp_path, profile, monkeypatch):
    monkeypatch.setattr("citygrid.areas.citywide.code_profile", lambda day: profile)
    rows = rows_of("grid", COMMUNITY)
    code = sorted(rows)[0]
    rows[code][0] = "一"
    path = written(tmp_path / "a.gpkg", rows)

    def run(*options):
        out = StringIO()
        call_command(
            "areas", "import", str(path), "--kind", "grid", "--name", "name", "--at", "2026-03-01", *options, stdout=out
        )
        return out.getvalue()

    assert "changed: 1" in run("--dry-run") and "nothing kept" in run("--dry-run")
    assert now_in_force("grid")[code].name != "一"
    assert "imported" in run()
    assert now_in_force("grid")[code].name == "一"
    assert "nothing to change" in run()
    with pytest.raises(CommandError, match="no column"):
        run("--code", "编码")
