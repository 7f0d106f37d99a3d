"""Shapefile: the files that belong together, whether they are whole, and the long names that it cannot keep."""

import csv
import struct
from pathlib import Path

from citygrid.standards.reports import Problem
from citygrid.tabular import dbf
from citygrid.tabular.table import TableError
from citygrid.tabular.vectors import Vector
from citygrid.tabular.workbooks import damaged

PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
NAMES = "columns.csv"
"""Beside a Shapefile that we wrote: the ten letters it may call a column, and the column's name."""


def opened(path: Path, shown: str, encoding: str | None) -> Vector:
    """The layer of a .shp. TableError `missing_part`, `damaged`, `no_encoding`."""
    for suffix in (".dbf", ".shx"):
        if dbf.part(path, suffix) is None:
            message = "%(file)s lacks its %(part)s: a Shapefile is .shp, .shx, .dbf and .prj together, best in one zip."
            raise TableError("missing_part", message, {"file": shown, "part": suffix})
    _whole(path, shown)
    source = Vector(path, "shp", None, [Path(shown).stem], shown, dbf.text_of(path, shown, encoding))
    _restore(source, path.parent / "names.csv")
    return source


def _whole(path: Path, shown: str) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100 or struct.unpack(">I", head[24:28])[0] * 2 > size:
        raise damaged(shown, f"{size} B")
    table = dbf.part(path, ".dbf")
    assert table is not None
    with table.open("rb") as file:
        head = file.read(32)
    if len(head) < 32:
        raise damaged(shown, ".dbf")
    records, begun, width = struct.unpack("<IHH", head[4:12])
    if begun + records * width > table.stat().st_size + 1:
        raise damaged(shown, f".dbf {table.stat().st_size} / {begun + records * width} B")


def _restore(source: Vector, told: Path) -> None:
    """The long names of our own files."""
    if not told.exists():
        return
    with told.open(encoding="utf-8-sig", newline="") as file:
        longer = {row[0]: row[1] for row in csv.reader(file) if len(row) == 2}
    names = [longer.get(name, name) for name in source.columns]
    if names != source.columns and len(set(names)) == len(names):
        source.columns = names
        message = "The columns got back their long names from %(file)s."
        source.problems.append(Problem(source.shown, 0, "", "names_restored", message, {"file": NAMES}))
