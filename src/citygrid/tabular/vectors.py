"""GeoPackage, Shapefile and GeoJSON, read through GDAL as Arrow batches. Local files only, these drivers only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from citygrid.standards.reports import Problem
from citygrid.tabular import dbf, headers, values
from citygrid.tabular.table import Raw, Shapes, TableError
from citygrid.tabular.workbooks import damaged

_FAULTS = (DataSourceError, DataLayerError, RuntimeError, OSError, pa.ArrowException, UnicodeError)
_PREFIX = {"geojson": "GeoJSON:", "geojsonl": "GeoJSONSeq:"}
# What the parts of a WKB type number say: curves have no place in a table of areas and components.
_CURVES = frozenset(range(8, 18))


@dataclass(slots=True)
class Vector:
    """One layer as a source. `path` is a local file that has been looked at (see `opening`)."""

    path: Path
    kind: str
    layer: str | None
    sheets: list[str]
    shown: str
    text: "dbf.Text | None" = None
    crs: str | None = None
    columns: list[str] = field(default_factory=list)
    has_shapes: bool = False
    problems: list[Problem] = field(default_factory=list)
    count: int | None = None
    _names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            info = pyogrio.read_info(self._address, layer=self.layer, encoding=self._encoding)
        except _FAULTS as error:
            raise damaged(self.shown, _first_line(error)) from None
        self.crs = info["crs"]
        self.count = int(info["features"]) if info["features"] >= 0 else None
        self.has_shapes = info["geometry_type"] is not None
        dropped = [str(n) for n, kind in zip(info["fields"], info["ogr_types"], strict=True) if kind == "OFTBinary"]
        self._names = [str(name) for name in info["fields"] if name not in dropped]
        shown = [self.text.decode(name) if self.text else name for name in self._names]
        self.columns, self.problems = headers.names(shown, self.shown, 0)
        if dropped:
            message = "Columns that hold pictures or other bytes were left out: %(columns)s."
            params = {"columns": ", ".join(dropped)}
            self.problems.append(Problem(self.shown, 0, "", "columns_dropped", message, params))
        if self.text:
            self.problems += self.text.problems

    @property
    def _address(self) -> str:
        return _PREFIX.get(self.kind, "") + str(self.path)

    @property
    def _encoding(self) -> str | None:
        return "ISO-8859-1" if self.text else None

    def close(self) -> None:
        """Nothing is kept open."""

    def raw(self, size: int) -> Iterator[Raw]:
        done = 0
        try:
            with pyogrio.open_arrow(
                self._address, layer=self.layer, encoding=self._encoding, batch_size=size, use_pyarrow=True
            ) as (_, reader):
                for batch in reader:
                    for start in range(0, batch.num_rows, size):
                        part = batch.slice(start, size)
                        yield self._batch(part, done + 1)
                        done += part.num_rows
        except _FAULTS as error:
            raise damaged(self.shown, _first_line(error)) from None
        if self.count is not None and done < self.count:
            raise damaged(self.shown, f"{done} / {self.count}")

    def _batch(self, batch: Any, first: int) -> Raw:
        numbers = list(range(first, first + batch.num_rows))
        problems: list[Problem] = []
        columns = {}
        for name, shown in zip(self._names, self.columns, strict=True):
            found, lost = values.texts(batch.column(name))
            if self.text:
                found = self.text.column(found, shown, numbers, problems)
            problems += [values.lost(self.shown, numbers[at], shown, found[at]) for at in lost]
            columns[shown] = found
        shapes, broken = self._shapes(batch, numbers) if self.has_shapes else (None, {})
        return Raw(numbers, columns, shapes, problems, broken)

    def _shapes(self, batch: Any, numbers: list[int]) -> tuple[Shapes, dict[int, str]]:
        at = next((i for i, f in enumerate(batch.schema) if b"geoarrow.wkb" in (f.metadata or {}).values()), None)
        column = batch.column(len(batch.schema) - 1 if at is None else at)
        column = column.storage if hasattr(column, "storage") else column
        coded = np.array(column.to_numpy(zero_copy_only=False), dtype=object)
        return from_wkb(coded, numbers)


def from_wkb(coded: Shapes, numbers: list[int]) -> tuple[Shapes, dict[int, str]]:
    """Shapes of WKB; which rows have one that cannot be read: `curve` or `bad_shape`."""
    shapes = np.asarray(shapely.from_wkb(coded, on_invalid="ignore"), dtype=object)
    broken = {}
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        if coded[at] is not None:
            broken[numbers[at]] = "curve" if _kind(coded[at]) in _CURVES else "bad_shape"
    return shapes, broken


def _kind(coded: bytes) -> int:
    order = "little" if coded[:1] == b"\x01" else "big"
    number = int.from_bytes(coded[1:5], "little" if order == "little" else "big") & 0x1FFFFFFF
    return number % 1000


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]


def layers_of(names: list[str], wanted: str | None, file: str) -> str:
    """Same choice as with sheets."""
    from citygrid.tabular.workbooks import choose  # noqa: PLC0415 - one rule for both

    return choose(names, wanted, file)


__all__ = ["TableError", "Vector", "from_wkb"]
