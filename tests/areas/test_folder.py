"""S0-03, S1-41, S4-02: the areas of a city are plain files; in and out again gives the same bytes."""

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely

import citygrid.demo
from citygrid.areas import folder
from citygrid.areas.locating import Outside, locate, located
from citygrid.areas.models import Area, AreaVersion
from citygrid.areas.tree import by_code, descendants, tree
from citygrid.areas.versions import current
from tests.areas import second

pytestmark = pytest.mark.django_db
DEMO = Path(citygrid.demo.__file__).parent / "city"
SECOND = Path(__file__).parent.parent / "cities" / "second"
DAY = date(2024, 1, 1)


def files(city):
    found = [path for part in ("areas",) for path in (city / part).glob("*.geojson")]
    return {path.relative_to(city).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("city", [DEMO, SECOND], ids=["demo", "second"])
def test_export_after_import_gives_the_same_bytes(city, tmp_path):
    report = folder.load(city, DAY)
    assert report.problems == []
    folder.dump(tmp_path, DAY)
    assert files(tmp_path) == files(city)
    before, ids = current(), sorted(Area.objects.values_list("id", "code"))
    shutil.copy(city / "city.toml", tmp_path)
    assert folder.load(tmp_path, DAY).ok
    assert current().pk == before.pk and sorted(Area.objects.values_list("id", "code")) == ids


def test_every_point_of_the_demo_city_is_in_one_grid_that_covers_it():
    folder.load(DEMO, DAY)
    shapes = {
        row.code: shapely.from_wkb(bytes(row.geometry)) for row in Area.objects.filter(kind__in=["grid", "district"])
    }
    city = Area.objects.get(kind="city")
    west, south, east, north = shapely.from_wkb(bytes(city.geometry)).bounds
    steps = 60
    for column in range(steps + 1):
        for row in range(steps + 1):
            lon, lat = west + (east - west) * column / steps, south + (north - south) * row / steps
            place = locate(lon, lat, DAY)
            assert place is not None, (lon, lat)
            assert place.duty_grid is not None and place.district.code == place.grid.code[:6]
            assert shapes[place.grid.code].distance(shapely.Point(lon, lat)) <= 1e-7


def test_the_second_citys_history():
    assert folder.load(SECOND, DAY).ok
    old = next(Area.objects.filter(code="99010101001005").iterator())
    before = locate(old.centre_lon, old.centre_lat, date(2021, 12, 31))
    after = locate(old.centre_lon, old.centre_lat, date(2022, 1, 1))
    assert before.grid.code == "99010101001005"
    assert after.grid.code in {"99010101001901", "99010101001902"}
    assert before.duty_grid == after.duty_grid is not None
    village = Area.objects.get(name="胡杨村")
    place = locate(village.centre_lon, village.centre_lat, DAY)
    assert place.grid is None and place.community.code == village.code
    early = located(village.centre_lon, village.centre_lat, date(2020, 6, 1))
    assert isinstance(early, Outside) and early.until == date(2021, 1, 1)


def test_the_second_citys_files_are_what_its_maker_makes(tmp_path, monkeypatch):
    monkeypatch.setattr(second, "FOLDER", tmp_path)
    second.make()
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in (SECOND / "areas").iterdir()
    }


def test_questions_about_the_tree():
    folder.load(SECOND, DAY)
    district = by_code("district", "990101", DAY)
    below = descendants([district.id])
    assert district.id in below
    assert set(Area.objects.filter(kind="grid", id__in=below).values_list("code", flat=True)) == set(
        Area.objects.filter(kind="grid", code__startswith="990101").values_list("code", flat=True)
    )
    node = tree(district.id)
    assert [child.ref.name for child in node.children] == ["红柳街道", "驼铃街道"]
    assert [c.ref.name for c in node.children[0].children] == ["红柳社区", "沙枣社区"]
    assert by_code("grid", "99010101001901", date(2021, 1, 1)) is None
    assert tree(-1) is None and descendants([-1]) == frozenset()


@pytest.fixture
def city(tmp_path):
    """A copy of the second city whose files a test may spoil."""
    shutil.copytree(SECOND, tmp_path / "city")
    return tmp_path / "city"


def spoil(city, layer, number, change):
    path = city / "areas" / f"{layer}.geojson"
    whole = json.loads(path.read_text())
    change(whole["features"][number])
    path.write_text(json.dumps(whole))


def shifted(feature, metres_east):
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    feature["geometry"] = json.loads(
        shapely.to_geojson(shapely.transform(shape, lambda xy: xy + np.array([metres_east / 85_000, 0])))
    )


BAD = {
    "code_length": ("grid", lambda f: f["properties"].update(code="9901010100100"), "code"),
    "bad_code": ("grid", lambda f: f["properties"].update(code=7), "code"),
    "bad_date": ("community", lambda f: f["properties"].update(valid_from="2020-13-01"), "valid_from"),
    "ends_before_start": ("grid", lambda f: f["properties"].update(valid_to="2019-01-01"), "valid_to"),
    "unknown_parent": ("street", lambda f: f["properties"].update(parent="990199"), "parent"),
    "no_shape": ("grid", lambda f: f.update(geometry=None), "geometry"),
    "not_a_surface": ("grid", lambda f: f.update(geometry={"type": "Point", "coordinates": [1, 2]}), "geometry"),
    "bad_feature": ("grid", lambda f: f.update(geometry={"type": "Polygon", "coordinates": "x"}), "geometry"),
    "bad_shape": (
        "grid",
        lambda f: f.update(
            geometry={
                "type": "Polygon",
                "coordinates": [[[111, 40], [111.1, 40.1], [111.1, 40], [111, 40.1], [111, 40]]],
            }
        ),
        "geometry",
    ),
    "not_degrees": (
        "grid",
        lambda f: f.update(
            geometry={
                "type": "Polygon",
                "coordinates": [[[512340, 4e6], [512440, 4e6], [512440, 4.1e6], [512340, 4e6]]],
            }
        ),
        "geometry",
    ),
    "overlap": ("grid", lambda f: shifted(f, 30), "geometry"),
    "outside_parent": ("grid", lambda f: shifted(f, -400), "geometry"),
    "unknown_grid": ("duty_grid", lambda f: f["properties"].update(grids=["99010101001777"]), "grids"),
    "no_grids": ("duty_grid", lambda f: f["properties"].pop("grids"), "grids"),
    "grid_twice": ("duty_grid", lambda f: f["properties"].update(grids=["99010102002001"]), "grids"),
}


@pytest.mark.parametrize("code", BAD)
def test_a_bad_row_is_named_and_nothing_is_kept(city, code):
    layer, change, field = BAD[code]
    spoil(city, layer, 0, change)
    report = folder.load(city, DAY)
    problem = next(p for p in report.problems if p.code == code)
    assert (problem.file, problem.field) == (f"areas/{layer}.geojson", field)
    assert problem.line >= 2 and problem.message % dict(problem.params)
    assert not Area.objects.exists() and not AreaVersion.objects.exists()


def test_a_hole_between_grids_is_named(city):
    path = city / "areas" / "grid.geojson"
    whole = json.loads(path.read_text())
    del whole["features"][6]
    path.write_text(json.dumps(whole))
    spoil(city, "duty_grid", 0, lambda f: f["properties"].update(grids=["99010101001001"]))
    spoil(city, "duty_grid", 1, lambda f: f["properties"].update(grids=["99010101001002"]))
    report = folder.load(city, DAY)
    assert [p.code for p in report.problems] == ["gap"]


def test_one_code_for_two_areas_is_refused(city):
    path = city / "areas" / "street.geojson"
    whole = json.loads(path.read_text())
    whole["features"].append(whole["features"][0])
    path.write_text(json.dumps(whole))
    assert "code_twice" in {p.code for p in folder.load(city, DAY).problems}


def test_an_area_is_ended_and_never_taken_away(city):
    assert folder.load(city, DAY).ok
    before = Area.objects.count()
    path = city / "areas" / "grid.geojson"
    whole = json.loads(path.read_text())
    gone = next(f for f in whole["features"] if f["properties"]["code"].endswith("902"))
    whole["features"].remove(gone)
    path.write_text(json.dumps(whole))
    duty = city / "areas" / "duty_grid.geojson"
    duty.write_text(duty.read_text().replace(',{"code":"99010101001902","valid_from":"2022-01-01"}', ""))
    report = folder.load(city, DAY)
    assert "area_missing" in {p.code for p in report.problems}
    assert Area.objects.count() == before


@pytest.mark.parametrize(
    "text", ["", "not json", "[]", '{"type":"Feature"}', '{"type":"FeatureCollection","features":3}']
)
def test_a_file_that_is_no_geojson(city, text):
    (city / "areas" / "street.geojson").write_text(text)
    assert "not_geojson" in {p.code for p in folder.load(city, DAY).problems}


@pytest.mark.parametrize(("text", "code"), [(None, "missing_file"), ("x = [", "not_toml"), ("x = 1", "missing_key")])
def test_a_folder_without_a_profile(city, text, code):
    (city / "city.toml").unlink()
    if text is not None:
        (city / "city.toml").write_text(text)
    assert code in {p.code for p in folder.load(city, DAY).problems}
