"""GeoPackage and zipped Shapefile, written through GDAL as Arrow batches, and GeoJSON."""

import csv
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from shapely import Geometry

from citygrid.tabular.shapefile import NAMES
from citygrid.tabular.table import Shapes, TableError

Pair = tuple[Sequence[str], Geometry | None]
Check = Callable[[int, Sequence[str]], None]
CHUNK = 10_000
SHAPE, KEY = "citygrid_shape", "citygrid_key"
LONGEST_NAME, LONGEST_CELL = 10, 254
"""Bytes that a Shapefile has for a column's name and for a cell."""
_KINDS = {
    frozenset({"Point"}): "Point", frozenset({"MultiPoint"}): "MultiPoint",
    frozenset({"LineString"}): "LineString", frozenset({"LineString", "MultiLineString"}): "LineString",
    frozenset({"MultiLineString"}): "LineString", frozenset({"Polygon"}): "Polygon",
    frozenset({"Polygon", "MultiPolygon"}): "Polygon", frozenset({"MultiPolygon"}): "Polygon",
}  # fmt: skip


def gpkg(path: Path, columns: Sequence[str], pairs: Iterable[Pair], drawn: bool, layer: str, _: bool) -> int:
    options: dict[str, Any] = {"driver": "GPKG", "layer": layer, "layer_options": {"FID": KEY}}
    if drawn:
        options["layer_options"]["GEOMETRY_NAME"] = SHAPE
        options |= {"geometry_type": "Unknown", "crs": "EPSG:4490"}
    return _write(path, columns, pairs, drawn, options)


def geojson(path: Path, columns: Sequence[str], pairs: Iterable[Pair], _: bool, __: str, ___: bool) -> int:
    """Written here, one feature a line: GDAL would make JSON of text that looks like JSON."""
    lines = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for line in _features(columns, pairs):
            file.write(("," if lines else "") + "\n" + line)
            lines += 1
        file.write("\n]}\n")
    return lines


def geojsonl(path: Path, columns: Sequence[str], pairs: Iterable[Pair], _: bool, __: str, ___: bool) -> int:
    lines = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in _features(columns, pairs):
            file.write(line + "\n")
            lines += 1
    return lines


def _features(columns: Sequence[str], pairs: Iterable[Pair]) -> Iterator[str]:
    some = iter(pairs)
    while chunk := list(islice(some, CHUNK)):
        drawn = shapely.to_geojson(_array(chunk)).tolist()
        for (row, _), geometry in zip(chunk, drawn, strict=True):
            facts = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
            yield f'{{"type":"Feature","properties":{facts},"geometry":{geometry or "null"}}}'


def _array(chunk: list[Pair]) -> Shapes:
    shapes = np.empty(len(chunk), dtype=object)
    shapes[:] = [shape for _, shape in chunk]
    return shapes


def shp(path: Path, columns: Sequence[str], pairs: Iterable[Pair], drawn: bool, layer: str, _: bool) -> int:
    """A zip with .shp, .shx, .dbf, .prj, .cpg, and a list of the long names that a Shapefile cannot keep."""
    kept = list(pairs)
    kinds = frozenset(shape.geom_type for _, shape in kept if shape is not None)
    if not drawn or not kinds:
        raise TableError("no_shapes", "A Shapefile needs shapes: choose another kind of file.")
    if kinds not in _KINDS:
        message = "A Shapefile holds one kind of shape, and here are several: %(kinds)s."
        raise TableError("mixed_shapes", message, {"kinds": ", ".join(sorted(kinds))})
    short = short_names(columns)
    made = path.parent / "layer.shp"
    options = {"driver": "ESRI Shapefile", "geometry_type": _KINDS[kinds], "crs": "EPSG:4490", "encoding": "UTF-8"}

    def fits(number: int, row: Sequence[str]) -> None:
        for name, text in zip(columns, row, strict=True):
            if len(text) > LONGEST_CELL // 4 and len(text.encode()) > LONGEST_CELL:
                message = "Row %(row)s: the text in %(column)s is longer than the %(most)s bytes of a Shapefile."
                raise TableError("cell_too_long", message, {"row": number, "column": name, "most": LONGEST_CELL})

    number = _write(made, short, kept, True, options, fits)
    stem = layer or "layer"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in sorted(path.parent.glob("layer.*")):
            packed.write(one, stem + one.suffix)
            one.unlink()
        if list(columns) != short:
            packed.writestr(NAMES, _listed(short, columns))
    return number


def _listed(short: Sequence[str], columns: Sequence[str]) -> str:
    lines: list[str] = []

    class _Lines:
        def write(self, text: str) -> None:
            lines.append(text)

    csv.writer(_Lines()).writerows(zip(short, columns, strict=True))
    return "\ufeff" + "".join(lines)


def short_names(columns: Sequence[str]) -> list[str]:
    """Names of at most ten bytes, letters and digits, each its own whatever the case of its letters."""
    found: list[str] = []
    for at, name in enumerate(columns, start=1):
        short, number = _cut(name, LONGEST_NAME) or f"C{at}", 1
        while short.casefold() in (one.casefold() for one in found):
            number += 1
            short = _cut(name, LONGEST_NAME - len(str(number))) + str(number)
        found.append(short)
    return found


def _cut(name: str, most: int) -> str:
    plain = "".join(sign if sign.isalnum() else "_" for sign in name)
    return plain.encode()[:most].decode(errors="ignore")


def _write(
    path: Path,
    columns: Sequence[str],
    pairs: Iterable[Pair],
    drawn: bool,
    options: dict[str, Any],
    fits: Check | None = None,
) -> int:
    done, failed = 0, None
    kinds = [(name, pa.string()) for name in columns] + ([(SHAPE, pa.binary())] if drawn else [])
    schema = pa.schema(kinds)

    def batches() -> Iterator[Any]:
        nonlocal done, failed
        try:
            yield from chunks()
        except Exception as error:
            failed = error  # what GDAL makes of it says no more than that something went wrong
            raise

    def chunks() -> Iterator[Any]:
        nonlocal done
        some = iter(pairs)
        while chunk := list(islice(some, CHUNK)):
            if fits:
                for number, (row, _) in enumerate(chunk, start=done + 1):
                    fits(number, row)
            done += len(chunk)
            yield _batch(chunk, schema, drawn)

    reader = pa.RecordBatchReader.from_batches(schema, batches())
    try:
        pyogrio.write_arrow(reader, path, geometry_name=SHAPE if drawn else None, **options)
    except RuntimeError as error:
        raise (failed or error) from None
    return done


def _batch(chunk: list[Pair], schema: Any, drawn: bool) -> Any:
    columns = list(zip(*(row for row, _ in chunk), strict=True))
    arrays = [pa.array([text.replace("\0", "") or None for text in column], pa.string()) for column in columns]
    if drawn:
        arrays.append(pa.array(shapely.to_wkb(_array(chunk)).tolist(), pa.binary()))
    return pa.record_batch(arrays, schema=schema)
