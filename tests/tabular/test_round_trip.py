"""Owner: what is written is read back the same, in every kind of file; and nothing that was typed becomes a formula."""

import csv
import zipfile
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Geometry

from citygrid.tabular import TableError, open_table, write_table

from .made import codes, read

KINDS = {
    "csv": "a.csv",
    "xlsx": "a.xlsx",
    "gpkg": "a.gpkg",
    "geojson": "a.geojson",
    "geojsonl": "a.geojsonl",
    "shp": "a.zip",
}
TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")) | st.sampled_from("=+-@' ,;\"\n部件井盖_x0"),
    max_size=40,
)
CELL = TEXT | st.sampled_from(
    ["=1+1", "'=1", "-5", "2024-05-01", "2024/5/1", "3205080101000001", "007", "1e5", "true", "{}", "[1]", "NaN"]
)
PLACE = st.tuples(st.floats(73, 135), st.floats(3, 53))


def _plain(text: str) -> str:
    return text.strip()


@st.composite
def tables(draw: Any) -> tuple[list[str], list[list[str]], list[Geometry | None]]:
    names = draw(
        st.lists(TEXT.map(lambda t: " ".join(t.split())).filter(bool), min_size=2, max_size=5, unique_by=str.casefold)
    )
    names = [name for name in names if name.upper() != "WKT"]
    rows = draw(st.lists(st.lists(CELL.map(_plain), min_size=len(names), max_size=len(names)), min_size=1, max_size=6))
    # A row without any text is no row of a CSV or a sheet.
    rows = [[row[0] or "x", *row[1:]] for row in rows] if names else []
    shapes = [shapely.Point(draw(PLACE)).buffer(0.01, 2) if draw(st.booleans()) else None for _ in rows]
    return names, rows, shapes


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=tables())
def test_read_back_the_same(tmp_path: Path, kind: str, made: Any) -> None:
    """Export in the same formats, and back in without a difference (issue: components)."""
    names, rows, shapes = made
    if not names or (kind == "shp" and not any(shapes)):
        return
    path = tmp_path / KINDS[kind]
    assert write_table(path, names, rows, shapes) == len(rows)
    table, batch = read(path)
    assert table.kind == kind
    assert table.columns == names
    assert [list(row) for row in zip(*batch.columns.values(), strict=True)] == rows
    assert batch.shapes is not None
    for ours, theirs in zip(batch.shapes, shapes, strict=True):
        assert (ours is None) == (theirs is None)
        assert theirs is None or shapely.equals_exact(shapely.normalize(ours), shapely.normalize(theirs), 1e-12)
    assert not batch.problems


@pytest.mark.parametrize("kind", ["csv", "xlsx", "gpkg", "geojson"])
def test_a_table_without_shapes(tmp_path: Path, kind: str) -> None:
    path = tmp_path / KINDS[kind]
    write_table(path, ["a", "b"], [["1", ""], ["", "x"]])
    _, batch = read(path)
    assert batch.columns == {"a": ["1", ""], "b": ["", "x"]}
    assert batch.shapes is None or not any(batch.shapes)


def test_a_spreadsheet_runs_nothing_of_a_csv(tmp_path: Path) -> None:
    rows = [["=cmd|'/c calc'!A1", "+1+1"], ["@SUM(A1)", "-2+3"], ["-5.5", "'=x"]]
    write_table(tmp_path / "a.csv", ["a", "b"], rows)
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in list(csv.reader(file))[1:] for cell in row]
    assert cells == ["'=cmd|'/c calc'!A1", "'+1+1", "'@SUM(A1)", "'-2+3", "-5.5", "''=x"]
    _, batch = read(tmp_path / "a.csv")
    assert [list(row) for row in zip(*batch.columns.values(), strict=True)] == rows


def test_a_sheet_holds_text_only(tmp_path: Path) -> None:
    write_table(tmp_path / "a.xlsx", ["=x", "b"], [["=1+1", "3205080101000001"]])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        page = packed.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in page
    assert b"<v>3205080101000001</v>" not in page


def test_a_shapefile_keeps_long_names_in_a_list_and_says_its_encoding(tmp_path: Path) -> None:
    names = ["主管部门代码", "主管部门名称", "a_very_long_name", "a_very_long_name_2"]
    write_table(tmp_path / "a.zip", names, [["1", "2", "3", "4"]], [shapely.Point(121, 31)])
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert {Path(name).suffix for name in packed.namelist()} == {".shp", ".shx", ".dbf", ".prj", ".cpg", ".csv"}
        packed.extractall(tmp_path / "out")
    fields = pyogrio.read_info(next((tmp_path / "out").glob("*.shp")))["fields"]
    assert list(fields) == ["主管部", "主管部2", "a_very_lon", "a_very_lo2"]
    table, _ = read(tmp_path / "a.zip")
    assert table.columns == names
    assert codes(table.problems) == {"names_restored": [0]}


def test_what_a_shapefile_cannot_hold_is_refused_and_no_file_is_left(tmp_path: Path) -> None:
    point, line = shapely.Point(121, 31), shapely.LineString([(121, 31), (122, 31)])
    for rows, shapes, code in (
        ([["x"], ["y"]], [point, line], "mixed_shapes"),
        ([["x"]], None, "no_shapes"),
        ([["井" * 85]], [point], "cell_too_long"),
    ):
        with pytest.raises(TableError) as error:
            write_table(tmp_path / "a.zip", ["a"], rows, shapes)
        assert error.value.code == code
    assert not list(tmp_path.iterdir())
    write_table(tmp_path / "a.zip", ["a"], [["井" * 84]], [point])
    assert read(tmp_path / "a.zip")[1].columns["a"] == ["井" * 84]


def test_a_row_of_another_width_or_names_that_clash_are_refused(tmp_path: Path) -> None:
    for columns, rows, code in (
        (["a", "b"], [["1", "2"], ["1"]], "row_width"),
        (["a", "A"], [["1", "2"]], "column_names"),
        (["a", ""], [["1", "2"]], "column_names"),
        ([], [], "column_names"),
    ):
        with pytest.raises(TableError) as error:
            write_table(tmp_path / "a.gpkg", columns, rows)
        assert error.value.code == code
    assert not list(tmp_path.iterdir())


def test_a_failed_write_leaves_the_older_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_table(path, ["a"], [["1"]])
    with pytest.raises(TableError):
        write_table(path, ["a"], [["2"], ["3", "4"]])
    assert read(path)[1].columns == {"a": ["1"]}


def test_a_sheet_says_when_it_is_full(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        write_table(tmp_path / "a.xlsx", ["a"], [["x" * 32_768]])
    assert error.value.code == "cell_too_long"
    with pytest.raises(TableError) as error:
        write_table(tmp_path / "a.xlsx", ["a"], ([""] for _ in range(1_048_576)))
    assert error.value.code == "too_many_rows"
    assert not list(tmp_path.iterdir())


def test_kinds_that_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        write_table(tmp_path / "a.kml", ["a"], [["1"]])
    assert error.value.code == "unknown_kind"


def test_layers_of_a_geopackage_are_named(tmp_path: Path) -> None:
    write_table(tmp_path / "a.gpkg", ["a"], [["1"]], [shapely.Point(121, 31)], sheet="井盖")
    with open_table(tmp_path / "a.gpkg") as table:
        assert table.sheets == ["井盖"]
        assert table.crs == "EPSG:4490"
