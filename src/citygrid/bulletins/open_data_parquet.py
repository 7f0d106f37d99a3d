"""A table of the open data as Parquet, beside CSV and JSON: the same rows, with types; for whoever reads columns."""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow
import pyarrow.parquet

from citygrid.bulletins.open_data_columns import Column

TYPES: dict[str, tuple[pyarrow.DataType, Callable[[Any], Any]]] = {
    "text": (pyarrow.string(), str), "integer": (pyarrow.int64(), int), "number": (pyarrow.float64(), float),
}  # fmt: skip
BATCH = 10_000
"""Rows that are kept in memory."""


class ParquetTable:
    """A file that is written row by row. Empty cells are null, as in the JSON; the same rows give the same bytes."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._schema = pyarrow.schema([(one.key, TYPES[one.type][0]) for one in columns])
        self._out = pyarrow.parquet.ParquetWriter(path, self._schema, compression="zstd")
        self._rows: list[Sequence[Any]] = []

    def __enter__(self) -> "ParquetTable":
        return self

    def write(self, row: Sequence[Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        arrays = []
        for n, column in enumerate(self._columns):
            kind, read = TYPES[column.type]
            told = [None if row[n] is None else read(row[n]) for row in self._rows]
            arrays.append(pyarrow.array(told, type=kind))
        self._out.write_batch(pyarrow.record_batch(arrays, schema=self._schema))
        self._rows = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        if kind is None and self._rows:
            self._flush()
        self._out.close()
