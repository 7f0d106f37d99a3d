"""Reads files of other systems row by row: CSV in any encoding, or Parquet. Bad files get a clear error."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from citygrid.history.columns import COLUMNS, NEEDED, Row
from citygrid.history.problems import FileFault
from citygrid.standards import coordinates

PARQUET = ".parquet"
LONGEST_CELL = 1_000_000


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name. FileFault `no_timezone`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise FileFault("no_timezone", name=name) from None


def crs_of(name: str) -> str:
    """The canonical name of a coordinate system. Raises coordinates.CoordinateError."""
    return coordinates.system(name)


def rows(path: Path, encoding: str = "utf-8") -> Iterator[Row]:
    """The rows of a file in any format of columns; the caller checks the header by `header`."""
    if not path.is_file():
        raise FileFault("no_file", file=path.name)
    return _parquet(path) if path.suffix == PARQUET else _csv(path, encoding)


def header(path: Path, encoding: str = "utf-8") -> list[str]:
    """The names of the columns. FileFault when there are none, or one is there twice."""
    if not path.is_file():
        raise FileFault("no_file", file=path.name)
    if path.suffix == PARQUET:
        return list(_opened(path).schema_arrow.names)
    names = next((cells for _, cells in _cells(path, encoding)), None)
    if names is None:
        raise FileFault("no_header")
    for name in names:
        if names.count(name) > 1:
            raise FileFault("column_twice", column=name or "–")
    return names


def check_own(names: Sequence[str]) -> None:
    """The header is that of the own format: all needed columns, no unknown ones. FileFault."""
    for name in NEEDED:
        if name not in names:
            raise FileFault("column_missing", column=name, columns=", ".join(names)[:200])
    for name in names:
        if name not in COLUMNS:
            raise FileFault("column_unknown", column=name[:40] or "–", columns=", ".join(COLUMNS))


def _csv(path: Path, encoding: str) -> Iterator[Row]:
    lines = _cells(path, encoding)
    names = next(lines, (0, []))[1]
    wanted = len(names)
    for line, cells in lines:
        if not cells:
            continue
        kept = {name: cell for name, one in zip(names, cells, strict=False) if one and (cell := one.strip())}
        yield Row(line, kept, broken=0 if len(cells) == wanted else len(cells), wanted=wanted)


def _cells(path: Path, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """(line where it begins, cells); the first one without blanks around names."""
    try:
        known = codecs.lookup("utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding).name
    except LookupError:
        raise FileFault("no_encoding", name=encoding) from None
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=known, newline="") as file:
        reader = csv.reader(file)
        begun = 1
        try:
            for cells in reader:
                yield begun, ([one.strip() for one in cells] if begun == 1 else cells)
                begun = reader.line_num + 1
        except UnicodeError:
            raise FileFault("wrong_encoding", line=_bad_line(path, known), encoding=encoding) from None
        except csv.Error as error:
            raise FileFault("not_csv", line=begun, reason=str(error)) from None


def _bad_line(path: Path, encoding: str) -> int:
    """The first line that is not text of the encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                decoder.decode(line)
            except UnicodeError:
                return number
    return number + 1 if path.stat().st_size else 1


def _opened(path: Path) -> Any:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 - only whoever reads Parquet waits for it

    try:
        return parquet.ParquetFile(path)
    except (ArrowException, OSError) as error:
        raise FileFault("not_parquet", file=path.name, reason=str(error)[:200]) from None


def _parquet(path: Path) -> Iterator[Row]:
    """Line 2 is the first row, as in a CSV with a header."""
    line = 2
    for batch in _opened(path).iter_batches(5000):
        names = batch.schema.names
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield Row(line, dict(_filled(names, values)))
            line += 1


def _filled(names: Iterable[str], values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for name, value in zip(names, values, strict=True):
        text = _text(value)
        if text:
            yield name, text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)
