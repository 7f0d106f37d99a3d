"""Owner: a zip is unpacked with care; a stranger's zip does no harm; files of other programs are called by name."""

import stat
import tempfile
import zipfile
from pathlib import Path

import pytest
import shapely

from citygrid.tabular import TableError, archives, open_table, write_table

from .made import read, written

POINT = shapely.Point(121.5, 31.2)


def refused(path: Path, **wish: str) -> TableError:
    with pytest.raises(TableError) as error, open_table(path, **wish) as table:
        list(table.batches())
    str(error.value)
    return error.value


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def shapefile(folder: Path, name: str) -> dict[str, bytes]:
    write_table(folder / "one.zip", ["名称"], [[name]], [POINT], sheet=name)
    with zipfile.ZipFile(folder / "one.zip") as packed:
        return {member: packed.read(member) for member in packed.namelist()}


def test_a_zip_with_three_shapefiles_asks_which(tmp_path: Path) -> None:
    members: dict[str, bytes] = {}
    for name in ("井盖", "路灯", "树"):
        members |= {f"普查/{part}": content for part, content in shapefile(tmp_path, name).items()}
    members |= {"__MACOSX/._井盖.shp": b"x", "readme.txt": b"x"}
    path = zipped(tmp_path / "a.zip", members)
    error = refused(path)
    assert error.code == "several_tables"
    assert error.params["tables"] == ["普查/井盖.shp", "普查/路灯.shp", "普查/树.shp"]
    table, batch = read(path, sheet="普查/路灯.shp")
    assert list(batch.columns.values()) == [["路灯"]]
    assert table.sheets == error.params["tables"]


def test_names_in_gbk_inside_a_zip_are_read(tmp_path: Path) -> None:
    """Windows' own packer writes GBK and does not say so."""
    path = zipped(
        tmp_path / "a.zip", {name.replace("井盖", "XXXX"): c for name, c in shapefile(tmp_path, "井盖").items()}
    )
    path.write_bytes(path.read_bytes().replace(b"XXXX", "井盖".encode("gbk")))
    table, batch = read(path)
    assert table.sheets == ["井盖.shp"]
    assert list(batch.columns.values()) == [["井盖"]]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.gpkg", "a.geojson"])
def test_any_kind_may_be_zipped(tmp_path: Path, name: str) -> None:
    write_table(tmp_path / name, ["a", "b"], [["1", "x"]])
    path = zipped(tmp_path / "a.zip", {name: (tmp_path / name).read_bytes()})
    _, batch = read(path)
    assert batch.columns == {"a": ["1"], "b": ["x"]}


def test_what_was_unpacked_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    write_table(tmp_path / "a.zip", ["a"], [["1"]], [POINT])
    with open_table(tmp_path / "a.zip") as table:
        assert list((tmp_path / "t").iterdir())
        assert next(table.batches()).columns == {"a": ["1"]}
    assert not list((tmp_path / "t").iterdir())
    refused(tmp_path / "a.zip", crs="EPSG:4549")
    assert not list((tmp_path / "t").iterdir())


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "C:\\a.csv", "..\\a.csv"])
def test_paths_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", {"good.csv": b"a,b\n1,2\n", "Q" * len(name): b"a,b\n1,2\n"})
    path.write_bytes(path.read_bytes().replace(b"Q" * len(name), name.encode()))
    assert refused(path).code == "zip_unsafe"


def test_links_are_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("a.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(info, "/etc/passwd")
    assert refused(tmp_path / "a.zip").code == "zip_unsafe"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"0" * (100 << 20)})
    assert path.stat().st_size < 1 << 20
    assert refused(path).code == "zip_large"
    assert refused(zipped(tmp_path / "b.zip", {f"{n}.csv": b"" for n in range(3000)})).code == "zip_large"


def test_a_bomb_inside_a_workbook_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.xlsx", {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * (100 << 20)})
    assert refused(path).code == "zip_large"


def test_a_zip_that_lies_about_its_size_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_BYTES", 1000)
    path = zipped(tmp_path / "a.zip", {"a.csv": b"a,b\n" + b"1,2\n" * 2000})
    data = path.read_bytes()
    size = (4 + 4 * 2000).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))
    assert refused(path).code in ("zip_large", "damaged")


def test_a_locked_zip_is_told(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"a,b\n1,2\n"})
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)
    assert refused(path).code == "zip_locked"


def test_a_zip_without_a_table(tmp_path: Path) -> None:
    assert refused(zipped(tmp_path / "a.zip", {"photo.jpg": b"x"})).code == "no_table"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", OLE, "old_excel"),
        ("a.xls", OLE, "old_excel"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked_workbook"),
        ("a.xlsx", b"<html><table><tr><td>1</td></tr></table></html>", "not_a_table"),
        ("a.xlsx", b"a,b\n1,2\n", "not_a_table"),
        ("a.zip", b"a,b\n1,2\n", "not_a_table"),
        ("a.csv", b"%PDF-1.7 x", "not_a_table"),
        ("a.csv", b"PAR1xxxx", "not_a_table"),
        ("a.gpkg", b"hello there", "not_a_table"),
    ],
)
def test_files_of_other_programs_are_called_what_they_are(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refused(path).code == code


def test_a_letter_renamed_to_a_workbook(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.xlsx", {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    assert refused(path).code == "not_a_table"


def test_a_workbook_renamed_to_csv_is_read(tmp_path: Path) -> None:
    write_table(tmp_path / "a.xlsx", ["a", "b"], [["1", "x"]])
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    assert read(tmp_path / "a.csv")[0].kind == "xlsx"


def test_there_is_no_such_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.csv").code == "no_file"
    assert refused(tmp_path).code == "no_file"
    assert refused(written(tmp_path / "a.zip", "\0\0")).code == "empty_file"
