"""GeoPackage, Shapefile and GeoJSON, read through GDAL as Arrow batches. Local files only, these drivers only."""

import contextlib
from collections.abc import Callable, Iterator
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
from citygrid.tabular.table import Raw, Shapes
from citygrid.tabular.workbooks import damaged

_FAULTS = (DataSourceError, DataLayerError, RuntimeError, OSError, pa.ArrowException, UnicodeError)
_PREFIX = {"geojson": "GeoJSON:", "geojsonl": "GeoJSONSeq:"}
_CURVES = frozenset(range(8, 18))
"""Types of WKB that have curves or are bodies."""


@dataclass(slots=True)
class Vector:
    """One layer as a source. `path` is a local file that has been looked at (see `opening`)."""

    path: Path
    kind: str
    layer: str | None
    sheets: list[str]
    shown: str
    text: dbf.Text | None = None
    crs: str | None = None
    columns: list[str] = field(default_factory=list)
    has_shapes: bool = False
    problems: list[Problem] = field(default_factory=list)
    count: int | None = None
    _names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            info = pyogrio.read_info(self._address, layer=self.layer, encoding=self._encoding, **self._options)
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

    @property
    def _options(self) -> dict[str, str]:
        """Text that looks like a date stays the text that it is."""
        return {"DATE_AS_STRING": "YES"} if self.kind == "geojson" else {}

    def close(self) -> None:
        """Nothing is kept open."""

    def raw(self, size: int) -> Iterator[Raw]:
        done = 0
        try:
            with pyogrio.open_arrow(
                self._address,
                layer=self.layer,
                encoding=self._encoding,
                batch_size=size,
                use_pyarrow=True,
                **self._options,
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
            found, lost = values.texts(batch.column(name), strip=self.text is None)
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
    shapes = decoded(shapely.from_wkb, coded)
    broken = {}
    for at in np.flatnonzero(shapely.is_missing(shapes)).tolist():
        if coded[at] is not None:
            broken[numbers[at]] = "curve" if _kind(coded[at]) in _CURVES else "bad_shape"
    return shapes, broken


def decoded(decode: Callable[..., Any], coded: Shapes) -> Shapes:
    """WKB or WKT as shapes, None for what is none; a curve stops GEOS for all, so then one by one."""
    try:
        return np.asarray(decode(coded, on_invalid="ignore"), dtype=object)
    except NotImplementedError:
        shapes = np.full(len(coded), None, dtype=object)
        for at, one in enumerate(coded):
            with contextlib.suppress(NotImplementedError):
                shapes[at] = decode(one, on_invalid="ignore")
        return shapes


def _kind(coded: bytes) -> int:
    number = int.from_bytes(coded[1:5], "little" if coded[:1] == b"\x01" else "big") & 0x1FFFFFFF
    return number % 1000


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [""])[0]
