"""Tables and maps as people send them (XLSX, CSV, GeoPackage, Shapefile, GeoJSON), read and written. Pure."""

from citygrid.tabular.cells import as_day, as_number
from citygrid.tabular.opening import open_table, shape_columns
from citygrid.tabular.shapes import ShapeColumns
from citygrid.tabular.table import NOTICES, Batch, Table, TableError
from citygrid.tabular.writing import guarded, write_table

__all__ = [
    "NOTICES", "Batch", "ShapeColumns", "Table", "TableError", "as_day", "as_number", "guarded", "open_table",
    "shape_columns", "write_table",
]  # fmt: skip
