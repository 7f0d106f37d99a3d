"""GeoPackage: which tables it has. Views are left out: what they would run is not ours to run."""

import sqlite3
import struct
import tempfile
from pathlib import Path

from citygrid.tabular.table import TableError
from citygrid.tabular.vectors import Vector
from citygrid.tabular.workbooks import choose, damaged


def opened(path: Path, layer: str | None) -> Vector:
    """One layer. TableError `damaged`, `not_a_table`, `several_tables`, `no_such_table`, `no_table`."""
    _whole(path)
    layers = _layers(path)
    chosen = choose(layers, layer, path.name)
    if path.suffix.lower() == ".gpkg":
        return Vector(path, "gpkg", chosen, layers, path.name)
    # GDAL tells a GeoPackage by its name too.
    folder = tempfile.TemporaryDirectory(prefix="citygrid-")
    link = Path(folder.name) / "table.gpkg"
    link.symlink_to(path)
    return _Linked(link, "gpkg", chosen, layers, path.name, folder=folder)


class _Linked(Vector):
    """A GeoPackage without its suffix."""

    def __init__(self, *facts: object, folder: "tempfile.TemporaryDirectory[str]") -> None:
        self._folder = folder
        super().__init__(*facts)  # type: ignore[arg-type]  # the facts of a Vector

    def close(self) -> None:
        self._folder.cleanup()


def _whole(path: Path) -> None:
    """SQLite's head says how many pages there are: a file that was cut off has fewer."""
    with path.open("rb") as file:
        head = file.read(100)
    if len(head) < 100:
        raise damaged(path.name, f"{len(head)} B")
    page = struct.unpack(">H", head[16:18])[0]
    pages, changed, valid_for = (struct.unpack(">I", head[at : at + 4])[0] for at in (28, 24, 92))
    wanted = pages * (65536 if page == 1 else page)
    if changed == valid_for and path.stat().st_size < wanted:
        raise damaged(path.name, f"{path.stat().st_size} / {wanted} B")


def _layers(path: Path) -> list[str]:
    uri = path.as_uri() + "?mode=ro&immutable=1"
    try:
        with sqlite3.connect(uri, uri=True) as database:
            rows = database.execute(
                "select c.table_name from gpkg_contents c join sqlite_master m on m.name = c.table_name "
                "where m.type = 'table' and c.data_type in ('features', 'attributes') order by c.rowid"
            ).fetchall()
        database.close()
    except sqlite3.OperationalError:
        message = "%(file)s is a database, but not a GeoPackage."
        raise TableError("not_a_table", message, {"file": path.name}) from None
    except sqlite3.DatabaseError as error:
        raise damaged(path.name, str(error)) from None
    return [str(row[0]) for row in rows]
