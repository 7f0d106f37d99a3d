"""Surveyor: shapes in any system come out in degrees; what cannot be true is told, by file or by row, never changed."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from shapely import Geometry

from citygrid.standards import coordinates
from citygrid.tabular import NOTICES, ShapeColumns, TableError, open_table, shape_columns, write_table

from .made import CITY, codes, read, written

HERE = shapely.Point(121.5, 31.2)
CRS = "EPSG:4549"
X, Y = coordinates.metric(CRS)(121.5, 31.2)


def vector(path: Path, shapes: list[Geometry | None], crs: str | None, **options: Any) -> Path:
    coded = shapely.to_wkb(np.array([*shapes, None], dtype=object)[:-1], include_srid=False)
    names = np.array([f"n{at}" for at in range(len(shapes))], dtype=object)
    pyogrio.raw.write(path, coded, [names], ["name"], geometry_type=options.pop("kind", "Unknown"), crs=crs, **options)
    return path


@pytest.mark.parametrize("suffix", ["gpkg", "shp", "geojson"])
def test_the_system_that_the_file_names_is_used(tmp_path: Path, suffix: str) -> None:
    """S3-04: any CRS."""
    table, batch = read(vector(tmp_path / f"a.{suffix}", [shapely.Point(X, Y)], CRS, kind="Point"))
    assert table.crs == CRS
    assert batch.shapes is not None
    assert shapely.distance(batch.shapes[0], HERE) < 1e-7
    assert not table.problems + batch.problems


def test_a_system_that_is_told_goes_before_the_files_and_that_is_told(tmp_path: Path) -> None:
    path = vector(tmp_path / "a.gpkg", [shapely.Point(X, Y)], "EPSG:4548")
    table, batch = read(path, crs=CRS)
    assert batch.shapes is not None
    assert shapely.distance(batch.shapes[0], HERE) < 1e-7
    assert codes(table.problems) == {"crs_overruled": [0]}


@pytest.mark.parametrize("name", ["GCJ-02", "BD-09"])
def test_shifted_coordinates_are_turned_when_told_and_only_then(tmp_path: Path, name: str) -> None:
    lon, lat = coordinates.transform(121.5, 31.2, "CGCS2000", name)
    path = written(tmp_path / "a.csv", f"id,经度,纬度\n1,{lon!r},{lat!r}\n")
    _, told = read(path, crs=name)
    _, untold = read(path)
    assert told.shapes is not None
    assert untold.shapes is not None
    assert shapely.distance(told.shapes[0], HERE) < 1e-8
    assert untold.shapes[0].coords[0] == (lon, lat)


def test_degrees_without_a_system_are_taken_as_cgcs2000_and_told(tmp_path: Path) -> None:
    table, batch = read(vector(tmp_path / "a.shp", [HERE], None, kind="Point"))
    assert batch.shapes is not None
    assert batch.shapes[0] == HERE
    assert codes(table.problems) == {"crs_assumed": [0]}


def test_metres_without_a_system_are_not_guessed(tmp_path: Path) -> None:
    path = vector(tmp_path / "a.shp", [shapely.Point(X, Y)], None, kind="Point")
    with pytest.raises(TableError) as error:
        open_table(path)
    assert error.value.code == "crs_missing"
    assert error.value.params["x"].startswith(str(int(X)))
    _, batch = read(path, crs=CRS)
    assert batch.shapes is not None
    assert shapely.distance(batch.shapes[0], HERE) < 1e-7


def test_metres_that_are_said_to_be_degrees_and_the_other_way_round(tmp_path: Path) -> None:
    for shape, crs, code in (
        (shapely.Point(X, Y), "EPSG:4490", "crs_not_degrees"),
        (shapely.Point(X, Y), "GCJ-02", "crs_not_degrees"),
        (HERE, CRS, "crs_not_metres"),
    ):
        path = written(tmp_path / "a.csv", f"id,x,y\n1,{shape.x},{shape.y}\n")
        with pytest.raises(TableError) as error:
            open_table(path, crs=crs)
        assert error.value.code == code


def test_a_system_that_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,x,y\n1,121.5,31.2\n")
    for crs, code in (("EPSG:999999", "crs_unknown"), ("Mars", "crs_unknown"), ("EPSG:5703", "crs_unusable")):
        with pytest.raises(TableError) as error:
            open_table(path, crs=crs)
        assert error.value.code == code


def test_old_datums_are_told_to_be_inexact(tmp_path: Path) -> None:
    """Beijing 1954 and Xian 1980 have no public way to CGCS2000: up to some hundred metres."""
    x, y = coordinates.transform(121.5, 31.2, "EPSG:4490", "EPSG:2385")
    table, _ = read(written(tmp_path / "a.csv", f"id,x,y\n1,{x},{y}\n"), crs="EPSG:2385")
    assert codes(table.problems) == {"crs_inexact": [0]}
    table, _ = read(written(tmp_path / "a.csv", f"id,x,y\n1,{X},{Y}\n"), crs=CRS)
    assert codes(table.problems) == {}


@pytest.mark.parametrize(
    ("text", "crs", "extent"),
    [
        ("id,lon,lat\n1,31.2,121.5\n2,31.3,121.6\n", None, CITY),
        ("id,lon,lat\n1,31.2,121.5\n", None, None),  # no latitude is 121
        (f"id,x,y\n1,{Y},{X}\n", CRS, CITY),
        (f"id,x,y\n1,{Y},{X}\n", CRS, None),  # outside of where the projection is used
    ],
)
def test_swapped_axes_are_recognised_told_and_never_changed(
    tmp_path: Path, text: str, crs: str | None, extent: tuple[float, float, float, float] | None
) -> None:
    path = written(tmp_path / "a.csv", text)
    table, batch = read(path, crs=crs, extent=extent)
    assert "axes_swapped" in codes(table.problems)
    assert batch.shapes is not None
    assert all(shape is None or abs(shape.x - 121.5) > 1 for shape in batch.shapes)
    table, batch = read(path, crs=crs, extent=extent, swapped=True)
    assert "axes_swapped" not in codes(table.problems)
    assert batch.shapes is not None
    assert shapely.distance(batch.shapes[0], HERE) < 1e-7
    assert not batch.problems


def test_axes_that_are_right_are_not_called_swapped(tmp_path: Path) -> None:
    table, _ = read(written(tmp_path / "a.csv", "id,lon,lat\n1,121.5,31.2\n"), extent=CITY)
    assert codes(table.problems) == {"crs_assumed": [0]}
    # A place elsewhere is elsewhere, not swapped.
    table, batch = read(written(tmp_path / "a.csv", "id,lon,lat\n1,104,30\n"), extent=CITY)
    assert codes(table.problems) == {"crs_assumed": [0]}
    assert codes(batch.problems) == {"outside_extent": [2]}


def test_points_in_another_province_are_told_by_row(tmp_path: Path) -> None:
    _, batch = read(
        written(tmp_path / "a.csv", "id,lon,lat\n1,121.5,31.2\n2,104.06,30.67\n3,121.6,31.3\n"), extent=CITY
    )
    assert codes(batch.problems) == {"outside_extent": [3]}
    assert "outside_extent" not in NOTICES
    assert batch.shapes is not None
    assert batch.shapes[1] is not None  # to be drawn: it may be right


def test_polygons_that_cross_themselves_are_named_by_row_and_the_others_go_on(tmp_path: Path) -> None:
    bow = shapely.from_wkt("POLYGON((121.1 31,121.2 31.1,121.2 31,121.1 31.1,121.1 31))")
    good = shapely.box(121.3, 31, 121.4, 31.1)
    for path in (tmp_path / "a.gpkg", tmp_path / "a.geojson", tmp_path / "a.shp"):
        vector(path, [good, bow, good], "EPSG:4490", kind="Polygon")
        _, batch = read(path)
        assert codes(batch.problems) == {"crosses_itself": [2]}
        problem = batch.problems[0]
        assert (problem.params["lon"], problem.params["lat"]) == ("121.150000", "31.050000")
        assert batch.shapes is not None
        assert [shape is not None for shape in batch.shapes] == [True, False, True]
        assert set(batch.faulty) == {2}
        assert not batch.faulty[2].is_valid


def test_heights_are_dropped_and_told_once(tmp_path: Path) -> None:
    path = vector(tmp_path / "a.gpkg", [HERE, shapely.Point(121.5, 31.2, 7)], "EPSG:4490")
    _, batch = read(path)
    assert codes(batch.problems) == {"heights_dropped": [2]}
    assert batch.shapes is not None
    assert not shapely.has_z(batch.shapes).any()


def test_shapes_that_are_of_no_use_are_told(tmp_path: Path) -> None:
    text = (
        "id;wkt\n1;POINT(121.5 31.2)\n2;GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(0 0,1 1))\n3;POINT EMPTY\n"
        "4;POINT(121.5)\n5;\n6;CIRCULARSTRING(0 0,1 1,2 0)\n7;POINT(500 31)\n8;LINESTRING(1 1,1 1)\n"
    )
    _, batch = read(written(tmp_path / "a.csv", text), wkt="wkt")
    assert codes(batch.problems) == {
        "bad_shape": [5, 9],
        "curve": [7],
        "collection": [3],
        "empty_shape": [4],
        "not_a_place": [8],
    }
    assert batch.shapes is not None
    assert [shape is not None for shape in batch.shapes] == [True] + [False] * 7
    assert list(batch.columns) == ["id"]


def test_curves_of_a_geopackage_are_told(tmp_path: Path) -> None:
    """WKB of a curve, as a survey program stores it."""
    path = tmp_path / "a.gpkg"
    curve = bytes.fromhex("0108000000030000000000000000000000000000000000000000000000000000f03f000000000000f03f"
                          "00000000000000400000000000000000")  # fmt: skip
    names = np.array(["a", "b"], dtype=object)
    coded = np.array([shapely.to_wkb(HERE), curve], dtype=object)
    pyogrio.raw.write(path, coded, [names], ["name"], geometry_type="Unknown", crs="EPSG:4490")
    _, batch = read(path)
    assert codes(batch.problems) == {"curve": [2]}
    assert batch.shapes is not None
    assert batch.shapes[0] == HERE


def test_numbers_of_a_table_that_are_none_are_told_by_cell(tmp_path: Path) -> None:
    text = "id,经度,纬度\n1,121.5,31.2\n2,一二一,31.2\n3,,31.2\n4,,\n5,１２１．５, 31.2\n6,inf,31.2\n"
    _, batch = read(written(tmp_path / "a.csv", text))
    assert [(p.line, p.field, p.code) for p in batch.problems] == [
        (3, "经度", "not_a_number"),
        (7, "经度", "not_a_number"),
        (4, "经度", "half_place"),
    ]
    assert batch.shapes is not None
    assert [shape is not None for shape in batch.shapes] == [True, False, False, False, True, False]


def test_columns_of_the_place_are_guessed_by_name_or_named(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "id,x,y,longitude,latitude,geom\n1,9,9,121.5,31.2,red\n")
    _, batch = read(path)
    assert batch.shapes is not None
    assert batch.shapes[0] == HERE
    assert batch.columns["geom"] == ["red"]
    plain = written(tmp_path / "b.csv", "id,甲,乙\n1,121.5,31.2\n")
    with open_table(plain) as table:
        assert not table.has_shapes
        placed = shape_columns(table, x="甲", y="乙", extent=CITY)
        assert placed.has_shapes
        assert next(placed.batches()).shapes[0] == HERE
        with pytest.raises(TableError) as error:
            shape_columns(table, x="甲", y="丙")
        assert error.value.code == "no_such_column"
        with pytest.raises(TableError) as error:
            shape_columns(table, x="甲")
        assert error.value.code == "half_columns"
    assert ShapeColumns(x="a", y="b").checked(["a", "b"]).x == "a"


def test_columns_that_only_look_like_a_place_do_not_stop_a_table(tmp_path: Path) -> None:
    table, batch = read(written(tmp_path / "a.csv", f"id,x,y\n1,{X},{Y}\n"))
    assert not table.has_shapes
    assert codes(table.problems) == {"crs_missing": [0]}
    assert batch.columns["id"] == ["1"]


def test_shapes_may_be_left_alone(tmp_path: Path) -> None:
    write_table(tmp_path / "a.gpkg", ["a"], [["1"]], [HERE])
    table, batch = read(tmp_path / "a.gpkg", shapeless=True)
    assert batch.shapes is None
    assert not table.has_shapes


def test_the_prj_of_esri_is_understood(tmp_path: Path) -> None:
    path = vector(tmp_path / "a.shp", [shapely.Point(X, Y)], CRS, kind="Point")
    (tmp_path / "a.prj").write_text(
        'PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",'
        'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],'
        'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )
    table, batch = read(path)
    assert batch.shapes is not None
    assert shapely.distance(batch.shapes[0], HERE) < 1e-7
    assert not table.problems


def test_a_citys_own_system_may_be_given_as_proj_text(tmp_path: Path) -> None:
    own = "+proj=tmerc +lat_0=0 +lon_0=121.4 +k=1 +x_0=50000 +y_0=-3400000 +ellps=GRS80 +units=m +no_defs"
    x, y = coordinates.transform(121.5, 31.2, "EPSG:4490", own)
    _, batch = read(written(tmp_path / "a.csv", f"id,x,y\n1,{x},{y}\n"), crs=own)
    assert batch.shapes is not None
    assert shapely.distance(batch.shapes[0], HERE) < 1e-6
