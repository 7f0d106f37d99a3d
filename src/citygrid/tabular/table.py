"""What a file is read as: a table that gives batches of rows as text, with shapes in degrees where it has any."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from shapely import Geometry

from citygrid.standards.reports import Problem

Shapes = NDArray[np.object_]
BATCH = 10_000

NOTICES = frozenset({
    "axes_swapped", "column_blank", "column_twice", "columns_dropped", "crs_assumed", "crs_inexact", "crs_overruled",
    "encoding_claim", "heights_dropped", "merged_cells", "mixed_encoding", "mixed_encodings", "names_restored",
    "other_encoding", "title_rows",
})  # fmt: skip
"""Codes of problems that leave a row or a file usable: they want to be read, not to be mended."""


class TableError(ValueError):
    """A file that cannot be read as asked. `code` is for machines, `message % params` is the English sentence."""

    def __init__(self, code: str, message: str, params: Mapping[str, Any] | None = None) -> None:
        self.code, self.message, self.params = code, message, dict(params or {})
        super().__init__(message % self.params)


@dataclass(slots=True)
class Batch:
    """Rows in the order of the file.

    `numbers`: the line of a CSV or the row of a sheet (the header's is usually 1), the ordinal (from 1) of a feature;
    `first` is the first of them. `columns`: stripped text by column, "" where a cell is empty; typed dates are
    YYYY-MM-DD, whole numbers have no ".0"; text is left as it is (see `as_day`). `shapes`: one geometry in degrees
    (lon, lat; CGCS2000) a row, None where a row has none that can be used. `problems`: by row; those of a code in
    `NOTICES` leave the row usable. `faulty`: row number -> what was drawn there (degrees) and cannot be used, so that
    a map can show it.
    """

    first: int
    numbers: list[int]
    columns: dict[str, list[str]]
    shapes: Shapes | None
    problems: list[Problem]
    faulty: dict[int, Geometry] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)


@dataclass(slots=True)
class Raw:
    """Rows as a source has them: shapes in the file's own system, not yet looked at. `broken`: rows whose shape the
    file has and nobody can read: number -> code."""

    numbers: list[int]
    columns: dict[str, list[str]]
    shapes: Shapes | None
    problems: list[Problem]
    broken: dict[int, str] = field(default_factory=dict)


class Source(Protocol):
    """One kind of file. `crs`: what the file itself says; `has_shapes`: it carries geometries (not mere columns)."""

    kind: str
    columns: list[str]
    sheets: list[str]
    crs: str | None
    has_shapes: bool
    problems: list[Problem]
    count: int | None

    def raw(self, size: int) -> Iterator[Raw]: ...

    def close(self) -> None: ...


class Placed(Protocol):
    """Turns raw rows into batches."""

    def batch(self, raw: Raw) -> Batch: ...


@dataclass(slots=True)
class Table:
    """An opened file. Iterate `batches()` as often as you like; `close()` (or `with`) removes what was unpacked."""

    source: Source
    columns: list[str]
    crs: str | None
    has_shapes: bool
    problems: list[Problem]
    _placed: Placed

    @property
    def kind(self) -> str:
        """csv, xlsx, gpkg, shp, geojson or geojsonl."""
        return self.source.kind

    @property
    def sheets(self) -> list[str]:
        """Names of the sheets or layers of the file; one table needs no choice."""
        return self.source.sheets

    @property
    def count(self) -> int | None:
        """About how many rows there are, where the file says so."""
        return self.source.count

    def batches(self, size: int = BATCH) -> Iterator[Batch]:
        """All rows, `size` at a time. Raises TableError `damaged` when the file breaks off."""
        return (self._placed.batch(raw) for raw in self.source.raw(size))

    def close(self) -> None:
        self.source.close()

    def __enter__(self) -> "Table":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
