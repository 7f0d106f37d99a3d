"""`open_table`: what a file is (by its content, not by its name), and the table in it."""

import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

import numpy as np
import shapely

from citygrid.standards.reports import Problem
from citygrid.tabular import archives, encodings, geojson, geopackage, judging, shapefile, shapes
from citygrid.tabular.delimited import Csv
from citygrid.tabular.placing import Placing
from citygrid.tabular.shapes import ShapeColumns
from citygrid.tabular.systems import Extent
from citygrid.tabular.table import Raw, Source, Table, TableError
from citygrid.tabular.workbooks import Xlsx, choose

LOOKED_AT = 500
"""Rows from whose coordinates the system and the order of the axes are judged."""
_INSIDE = (".shp", ".gpkg", ".geojson", ".json", ".geojsonl", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller says about a file."""

    sheet: str | None = None
    encoding: str | None = None
    header: int | None = None


def open_table(
    path: Path | str,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    crs: str | None = None,
    swapped: bool = False,
    x: str = "",
    y: str = "",
    wkt: str = "",
    extent: Extent | None = None,
    header: int | None = None,
    shapeless: bool = False,
) -> Table:
    """Open a local file: XLSX, CSV, GeoPackage, Shapefile (.shp or zip), GeoJSON, GeoJSON lines, or a zip of these.

    `sheet`: sheet or layer, needed when there are several (TableError `several_tables`, params `tables`). `encoding`
    and `crs` go before what the file says. `swapped`: the file has (lat, lon) or (north, east). `x`, `y` or `wkt`:
    the columns of a plain table that hold the place; else they are guessed by their names. `extent` (west, south,
    east, north in degrees): rows outside are told. `header`: the line that names the columns. `shapeless`: leave any
    shapes alone. Raises TableError; what can be lived with is in the table's `problems`.
    """
    path = Path(path)
    source = _source(path, Wish(sheet, encoding, header))
    try:
        if shapeless:
            return Table(source, source.columns, source.crs, False, source.problems, Placing(path.name, None, off=True))
        named = ShapeColumns(x, y, wkt).checked(source.columns) if x or y or wkt else None
        return _table(source, path.name, named, crs, swapped, extent)
    except TableError:
        source.close()
        raise


def _table(
    source: Source, file: str, named: ShapeColumns | None, crs: str | None, swapped: bool, extent: Extent | None
) -> Table:
    sample = next(islice(source.raw(LOOKED_AT), 1), Raw([], {name: [] for name in source.columns}, None, []))
    picks = named or (None if source.has_shapes else shapes.guess(source.columns, sample.columns))
    problems, columns = list(source.problems), source.columns
    if not source.has_shapes and picks is None:
        return Table(source, columns, source.crs, False, problems, Placing(file, None, off=True))
    raw = shapes.made(sample, picks, file) if picks else sample
    try:
        system, told = judging.settle(_points(raw), source.crs, crs, swapped, extent, file)
    except TableError as error:
        if named or source.has_shapes or crs:
            raise
        # Nobody asked for these columns to be places: the rows can still be read.
        problems.append(Problem(file, 0, "", error.code, error.message, error.params))
        return Table(source, columns, source.crs, False, problems, Placing(file, None, off=True))
    if picks and picks.wkt:
        columns = [name for name in columns if name != picks.wkt]
    placing = Placing(file, system, swapped, extent, picks)
    return Table(source, columns, source.crs, True, problems + told, placing)


def shape_columns(
    table: Table,
    *,
    x: str = "",
    y: str = "",
    wkt: str = "",
    crs: str | None = None,
    swapped: bool = False,
    extent: Extent | None = None,
) -> Table:
    """The same plain table with shapes from its columns. TableError as in `open_table`."""
    source = table.source
    return _table(source, _file(table), ShapeColumns(x, y, wkt).checked(source.columns), crs, swapped, extent)


def _file(table: Table) -> str:
    placed = table._placed
    return placed.file if isinstance(placed, Placing) else ""


def _points(raw: Raw) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """One point of each shape, as it stands in the file."""
    if raw.shapes is None:
        return np.empty((0, 2))
    coordinates, at = shapely.get_coordinates(raw.shapes, return_index=True)
    _, first = np.unique(at, return_index=True)
    return np.asarray(coordinates[first], dtype=np.float64)


def _source(path: Path, wish: Wish) -> Source:
    if not path.is_file():
        raise TableError("no_file", "There is no file %(file)s.", {"file": path.name})
    path = path.resolve()
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise TableError("empty_file", "%(file)s is empty.", {"file": path.name})
    if head.startswith(b"PK\x03\x04"):
        return _packed(path, wish)
    return _by_content(head, path)(path, wish)


def _by_content(head: bytes, path: Path) -> Callable[[Path, Wish], Source]:
    if head.startswith(b"SQLite format 3\0"):
        return _gpkg
    if head.startswith(b"\x00\x00\x27\x0a"):
        return _shp
    _refuse(head, path)
    if path.suffix.lower() not in (".csv", ".txt", ".tsv") and geojson.looks_like(head):
        return _geojson
    return lambda path, wish: Csv(path, encodings.of_file(path, wish.encoding), wish.header)


def _refuse(head: bytes, path: Path) -> None:
    """Files of other programs, by their first bytes."""
    params = {"file": path.name}
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes()[: 1 << 22]:
            raise TableError("locked_workbook", "%(file)s is locked with a password.", params)
        message = "%(file)s is a file of an old Excel (.xls) or Word: save it as .xlsx."
        raise TableError("old_excel", message, params)
    if head.lstrip()[:1] == b"<" and path.suffix.lower() not in (".csv", ".txt"):
        message = "%(file)s is a web page or XML, whatever its name says: save it as .xlsx or .csv."
        raise TableError("not_a_table", message, params)
    if path.suffix.lower() in (".xlsx", ".zip", ".gpkg", ".shp") or head[:4] in (b"%PDF", b"\x89PNG", b"PAR1", b"Rar!"):
        message = "%(file)s is not what its name says, and no table of a kind that is known here."
        raise TableError("not_a_table", message, params)


def _gpkg(path: Path, wish: Wish) -> Source:
    return geopackage.opened(path, wish.sheet)


def _shp(path: Path, wish: Wish) -> Source:
    return shapefile.opened(path, path.name, wish.encoding)


def _geojson(path: Path, wish: Wish) -> Source:
    return geojson.opened(path, wish.encoding)


def _packed(path: Path, wish: Wish) -> Source:
    with archives.opened(path) as packed:
        names = packed.namelist()
        if "xl/workbook.xml" in names:
            return Xlsx(path, wish.sheet, wish.header)
        if "[Content_Types].xml" in names or "mimetype" in names:
            message = "%(file)s is an office document without sheets (such as Word): save the table as .xlsx."
            raise TableError("not_a_table", message, {"file": path.name})
        infos = [info for info in packed.infolist() if _wanted(info)]
        tables = {archives.name_of(info): info for info in infos}
        name = choose(list(tables), wish.sheet, path.name)
        folder = tempfile.TemporaryDirectory(prefix="citygrid-")
        try:
            inside = _unpacked(packed, tables[name], Path(folder.name), path.name)
            source = _inside(inside, name, wish)
        except BaseException:
            folder.cleanup()
            raise
    source.sheets = list(tables)
    return _Held(source, folder)


def _wanted(info: zipfile.ZipInfo) -> bool:
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    hidden = inside.name.startswith((".", "~")) or "__MACOSX" in inside.parts
    own = inside.name.startswith(shapefile.NAMES)
    return not hidden and not own and inside.suffix.lower() in _INSIDE


def _unpacked(packed: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, file: str) -> Path:
    """The table's file, and for a .shp all that go with it."""
    main = PurePosixPath(info.filename.replace("\\", "/"))
    infos = [info]
    if main.suffix.lower() == ".shp":
        infos = [
            one
            for one in packed.infolist()
            if (p := PurePosixPath(one.filename.replace("\\", "/"))).parent == main.parent
            and p.stem.lower() == main.stem.lower()
            and p.suffix.lower() in shapefile.PARTS
        ]
        told = [
            one
            for one in packed.infolist()
            if one.filename == str(main.parent / shapefile.NAMES) or one.filename == shapefile.NAMES
        ]
        archives.unpack(packed, told[:1], "names", folder, file)
    archives.unpack(packed, infos, "table", folder, file)
    return folder / ("table" + main.suffix.lower())


def _inside(path: Path, name: str, wish: Wish) -> Source:
    if path.suffix == ".shp":
        return shapefile.opened(path, name, wish.encoding)
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        return Xlsx(path, None, wish.header)
    return _by_content(head, path)(path, Wish(None, wish.encoding, wish.header))


class _Held:
    """A source that lives in a folder of its own for as long as it is read."""

    def __init__(self, source: Source, folder: "tempfile.TemporaryDirectory[str]") -> None:
        self._source, self._folder = source, folder
        self.kind, self.columns, self.sheets = source.kind, source.columns, source.sheets
        self.crs, self.has_shapes = source.crs, source.has_shapes
        self.problems, self.count, self.raw = source.problems, source.count, source.raw

    def close(self) -> None:
        self._source.close()
        self._folder.cleanup()
