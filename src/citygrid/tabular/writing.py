"""`write_table`: rows (and shapes) into a file of the same kinds that are read; read back they are the same.

Nothing that a person typed becomes a formula: a sheet's cells are text cells; in a CSV a cell that a spreadsheet would
run gets an apostrophe in front, which `open_table` takes away again.
"""

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path

import shapely
import xlsxwriter
from shapely import Geometry

from citygrid.tabular import drawing
from citygrid.tabular.drawing import Pair
from citygrid.tabular.shapes import SHAPE_COLUMN
from citygrid.tabular.table import TableError

KINDS: Mapping[str, str] = {
    ".csv": "csv", ".xlsx": "xlsx", ".gpkg": "gpkg", ".zip": "shp", ".geojson": "geojson", ".json": "geojson",
    ".geojsonl": "geojsonl",
}  # fmt: skip
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_767
"""Of a sheet, without its header."""
_RUN = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


def write_table(
    path: Path | str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    shapes: Iterable[Geometry | None] | None = None,
    kind: str | None = None,
    *,
    bom: bool = True,
    sheet: str = "",
) -> int:
    """Write rows of text, and one shape a row (degrees, CGCS2000), to a file; the number of rows.

    `kind`: csv, xlsx, gpkg, shp (a zip), geojson, geojsonl; None: by the file's suffix. CSV and XLSX hold shapes as
    WKT in a column of its own. `bom`: a CSV begins with the mark by which Excel knows UTF-8. `sheet`: its name (or
    that of the layer). Raises TableError `unknown_kind`, `column_names`, `row_width`, `cell_too_long`,
    `too_many_rows`, `mixed_shapes`, `no_shapes`; then no file is left and an older one is untouched.
    """
    path = Path(path)
    kind = kind or KINDS.get(path.suffix.lower(), "")
    if kind not in _WRITERS:
        message = "%(kind)s is not a kind of file that is written here."
        raise TableError("unknown_kind", message, {"kind": kind or path.suffix or path.name})
    _check_names(columns, kind, shapes is not None)
    drawn = repeat(None) if shapes is None else chain(shapes, repeat(None))
    pairs = zip(_checked(rows, len(columns)), drawn, strict=False)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".citygrid-") as folder:
        made = Path(folder) / ("table" + path.suffix)
        number = _WRITERS[kind](made, columns, pairs, shapes is not None, sheet or path.stem, bom)
        made.replace(path)
    return number


def _check_names(columns: Sequence[str], kind: str, drawn: bool) -> None:
    plain = [name.casefold() if kind in ("gpkg", "shp") else name for name in columns]
    taken = drawn and kind in ("csv", "xlsx") and SHAPE_COLUMN in columns
    if not columns or not all(columns) or len(set(plain)) < len(plain) or taken:
        message = "Columns need names, each its own: %(columns)s."
        raise TableError("column_names", message, {"columns": ", ".join(columns)[:300] or "–"})


def _checked(rows: Iterable[Sequence[str]], wanted: int) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows, start=1):
        if len(row) != wanted:
            message = "Row %(row)s has %(found)s cells instead of %(wanted)s."
            raise TableError("row_width", message, {"row": number, "found": len(row), "wanted": wanted})
        yield row


def guarded(text: str) -> str:
    """A cell of a CSV that no spreadsheet runs; plain numbers stay. Every CSV that people open goes by it."""
    return "'" + text if _RUN.match(text) and not _NUMBER.fullmatch(text) else text


def _with_wkt(columns: Sequence[str], pairs: Iterable[Pair], drawn: bool) -> Iterator[list[str]]:
    yield [*columns, SHAPE_COLUMN] if drawn else list(columns)
    for row, shape in pairs:
        wkt = [] if not drawn else ["" if shape is None else shapely.to_wkt(shape, rounding_precision=-1)]
        yield [*row, *wkt]


def _csv(path: Path, columns: Sequence[str], pairs: Iterable[Pair], drawn: bool, _: str, bom: bool) -> int:
    lines = 0
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in _with_wkt(columns, pairs, drawn):
            writer.writerow([guarded(text.replace("\0", "")) for text in row])
            lines += 1
    return lines - 1


def _xlsx(path: Path, columns: Sequence[str], pairs: Iterable[Pair], drawn: bool, sheet: str, _: bool) -> int:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet)[:31].strip() or None)
    strong, number = book.add_format({"bold": True}), -1
    try:
        page.freeze_panes(1, 0)
        for column, name in enumerate(columns):
            page.set_column(column, column, min(40, max(12, 2 * len(name))))
        for number, row in enumerate(_with_wkt(columns, pairs, drawn)):
            if number > MOST_ROWS:
                message = "A sheet holds %(most)s rows; write a CSV or a GeoPackage instead."
                raise TableError("too_many_rows", message, {"most": MOST_ROWS})
            for column, text in enumerate(row):
                if len(text) > LONGEST_CELL:
                    raise too_long(number, [*columns, SHAPE_COLUMN][column], LONGEST_CELL)
                if text:
                    page.write_string(number, column, text.translate(_CONTROLS), strong if not number else None)
    finally:
        book.close()
    return number


def too_long(row: int, column: str, most: int) -> TableError:
    """A cell that the kind of file cannot hold whole."""
    message = "Row %(row)s: the text in %(column)s is longer than the %(most)s that this kind of file can hold."
    return TableError("cell_too_long", message, {"row": row, "column": column, "most": most})


Writer = Callable[[Path, Sequence[str], Iterable[Pair], bool, str, bool], int]
_WRITERS: Mapping[str, Writer] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "gpkg": drawing.gpkg,
    "geojson": drawing.geojson,
    "geojsonl": drawing.geojsonl,
    "shp": drawing.shp,
}
