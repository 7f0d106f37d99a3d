"""Surveyor: GeoPackage, Shapefile and GeoJSON as they come: layers, any encoding, typed columns, parts missing."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
import shapely

from citygrid.tabular import TableError, open_table, write_table

from .made import codes, read, written

POINTS = [shapely.Point(121.5, 31.2), shapely.Point(121.6, 31.3)]


def layer(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    table = pa.table({**columns, "geom": pa.array(shapely.to_wkb(POINTS).tolist(), pa.binary())})
    options = {"geometry_type": "Point", "crs": "EPSG:4490", **options}
    pyogrio.write_arrow(table, path, geometry_name="geom", **options)
    return path


def test_typed_columns_become_text(tmp_path: Path) -> None:
    columns = {
        "n": pa.array([1, None], pa.int64()),
        "f": [2.0, 2.5],
        "d": pa.array([19844, None], pa.date32()),
        "b": [True, False],
        "t": [" x ", None],
        "blob": pa.array([b"x", b"y"], pa.binary()),
        "big": [3205080101000001.0, 1e17],
    }
    table, batch = read(layer(tmp_path / "a.gpkg", columns))
    assert batch.columns == {
        "n": ["1", ""],
        "f": ["2", "2.5"],
        "d": ["2024-05-01", ""],
        "b": ["true", "false"],
        "t": ["x", ""],
        "big": ["3205080101000001", "100000000000000000"],
    }
    assert batch.numbers == [1, 2]
    assert table.count == 2
    assert codes(table.problems) == {"columns_dropped": [0]}
    assert [(p.line, p.field, p.code) for p in batch.problems] == [(2, "big", "digits_lost")]


def test_a_layer_is_chosen(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.gpkg", {"a": ["1", "2"]}, layer="井盖")
    layer(path, {"a": ["3", "4"]}, layer="路灯", append=True)
    with pytest.raises(TableError) as error:
        open_table(path)
    assert (error.value.code, error.value.params["tables"]) == ("several_tables", ["井盖", "路灯"])
    table, batch = read(path, sheet="路灯")
    assert batch.columns == {"a": ["3", "4"]}
    assert table.sheets == ["井盖", "路灯"]


def test_a_geopackage_without_its_suffix_is_known_by_its_content(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.gpkg", {"a": ["1", "2"]}).rename(tmp_path / "upload")
    table, batch = read(path)
    assert table.kind == "gpkg"
    assert batch.columns == {"a": ["1", "2"]}


@pytest.mark.parametrize("told", ["cpg", "ldid", "nothing", "wrong"])
def test_the_text_of_a_shapefile(tmp_path: Path, told: str) -> None:
    path = layer(tmp_path / "a.shp", {"名称": ["井盖", "雨水箅子"], "n": ["x", None]}, encoding="GBK")
    cpg, dbf = tmp_path / "a.cpg", tmp_path / "a.dbf"
    if told != "cpg":
        cpg.unlink()
        data = bytearray(dbf.read_bytes())
        data[29] = 0x4D if told == "ldid" else 0
        dbf.write_bytes(data)
    if told == "wrong":
        cpg.write_text("UTF-8")
    table, batch = read(path)
    assert batch.columns == {"名称": ["井盖", "雨水箅子"], "n": ["x", ""]}
    assert codes(table.problems) == {"nothing": {"other_encoding": [0]}, "wrong": {"encoding_claim": [0]}}.get(told, {})


def test_a_shapefile_with_text_in_two_encodings_is_named_by_row(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.shp", {"name": ["井盖井盖", "路灯"]}, encoding="UTF-8")
    dbf = tmp_path / "a.dbf"
    gbk = "路灯".encode("gbk")
    dbf.write_bytes(dbf.read_bytes().replace("路灯".encode(), gbk + b"  "))
    _, batch = read(path)
    assert batch.columns == {"name": ["井盖井盖", "路灯"]}
    assert codes(batch.problems) == {"mixed_encoding": [2]}


def test_a_letter_that_a_shapefile_cut_in_two_is_left_out(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.shp", {"name": ["井" * 80, "b"]}, encoding="GBK")
    data = (tmp_path / "a.dbf").read_bytes()
    gbk = "井".encode("gbk")
    (tmp_path / "a.dbf").write_bytes(data.replace(gbk * 80, gbk * 79 + gbk[:1] + b" "))
    _, batch = read(path)
    assert batch.columns["name"][0].startswith("井" * 79)
    assert "�" not in batch.columns["name"][0]


@pytest.mark.parametrize("part", ["dbf", "shx"])
def test_a_shapefile_without_one_of_its_parts(tmp_path: Path, part: str) -> None:
    path = layer(tmp_path / "a.shp", {"a": ["1", "2"]})
    (tmp_path / f"a.{part}").unlink()
    with pytest.raises(TableError) as error:
        open_table(path)
    assert (error.value.code, error.value.params["part"]) == ("missing_part", f".{part}")


def feature(properties: dict[str, Any], shape: Any = POINTS[0]) -> str:
    geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
    return json.dumps({"type": "Feature", "properties": properties, "geometry": geometry}, ensure_ascii=False)


def collection(*features: str) -> str:
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


def test_geojson_of_all_shapes(tmp_path: Path) -> None:
    rows = [feature({"编号": "007", "n": 1, "d": "2024/5/1", "o": {"k": [1]}}), feature({"编号": 8, "n": None}, None)]
    _, batch = read(written(tmp_path / "a.json", collection(*rows)))
    assert batch.columns["编号"] == ["007", "8"]
    assert batch.columns["d"] == ["2024/5/1", ""]
    assert batch.columns["n"] == ["1", ""]
    assert json.loads(batch.columns["o"][0]) == {"k": [1]}
    lines, batch = read(written(tmp_path / "a.geojsonl", "\n".join(rows) + "\n"))
    assert lines.kind == "geojsonl"
    assert batch.columns["编号"] == ["007", "8"]
    assert read(written(tmp_path / "one.json", feature({"a": "x"})))[1].columns == {"a": ["x"]}


def test_geojson_in_another_encoding_is_recoded_and_told(tmp_path: Path) -> None:
    text = collection(feature({"名称": "井盖"}))
    for encoding, told in (("gbk", {"other_encoding": [0]}), ("utf-16", {"other_encoding": [0]}), ("utf-8-sig", {})):
        table, batch = read(written(tmp_path / "a.geojson", text, encoding))
        assert batch.columns == {"名称": ["井盖"]}
        assert codes(table.problems) == told


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '[{"lon": 1, "lat": 2}]',
        '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc", "x": {"type":"Point"}}',
        '{"type":"Topology","objects":{}}',
    ],
)
def test_json_that_is_not_geojson(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError) as error:
        open_table(written(tmp_path / "a.geojson", text))
    assert error.value.code == "not_geojson"


def test_truncated_files_are_told(tmp_path: Path) -> None:
    big = {"a": ["x" * 100] * 2}
    rows = [feature({"a": "x" * 200}) for _ in range(2000)]
    files = [
        layer(tmp_path / "a.gpkg", big),
        layer(tmp_path / "a.shp", big),
        written(tmp_path / "a.geojson", collection(*rows)),
        tmp_path / "a.xlsx",
        tmp_path / "a.zip",
    ]
    write_table(files[3], ["a", "b"], [[str(n), "x" * (n % 50)] for n in range(3000)])
    write_table(files[4], ["a", "b"], [["1", "x"]] * 2, POINTS)
    for path in files:
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
        with pytest.raises(TableError) as error, open_table(path) as table:
            for _ in table.batches():
                pass
        assert error.value.code == "damaged", path.name


def test_a_dbf_that_was_cut_off_is_told(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.shp", {"a": ["x" * 100, "y"]})
    dbf = tmp_path / "a.dbf"
    dbf.write_bytes(dbf.read_bytes()[:-60])
    with pytest.raises(TableError) as error:
        open_table(path)
    assert error.value.code == "damaged"


def test_a_database_that_is_no_geopackage(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("create table t (a)")
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.gpkg")
    assert error.value.code == "not_a_table"


def test_views_of_a_geopackage_are_not_run(tmp_path: Path) -> None:
    """A view may call functions of GDAL's SQLite, some of which ask the network."""
    import sqlite3

    path = layer(tmp_path / "a.gpkg", {"a": ["1", "2"]}, layer="t")
    with sqlite3.connect(path) as database:
        database.execute("create view v as select fid, geom, a from t")
        database.execute("insert into gpkg_contents (table_name, data_type, identifier) values ('v','features','v')")
    with open_table(path) as table:
        assert table.sheets == ["t"]


@pytest.mark.parametrize(
    "path", ["/vsicurl/http://127.0.0.1:9/a.gpkg", "http://127.0.0.1:9/a.geojson", "/vsizip/a.zip"]
)
def test_only_local_files_are_opened(path: str) -> None:
    with pytest.raises(TableError) as error:
        open_table(path)
    assert error.value.code == "no_file"


def test_a_geometry_that_is_no_wkb_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    path = layer(tmp_path / "a.shp", {"a": ["1", "2"]})
    data = bytearray((tmp_path / "a.shp").read_bytes())
    data[-16:-8] = struct.pack("<d", float("nan"))
    (tmp_path / "a.shp").write_bytes(data)
    _, batch = read(path)
    assert codes(batch.problems) in ({"not_a_place": [2]}, {"empty_shape": [2]})
    assert batch.shapes is not None
    assert batch.shapes[0] == POINTS[0]
    assert np.array_equal(batch.numbers, [1, 2])
