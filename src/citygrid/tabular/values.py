"""Columns of an Arrow batch as text."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from citygrid.tabular import cells
from citygrid.tabular.delimited import digits_lost

lost = digits_lost


def texts(column: Any, strip: bool = True) -> tuple[list[str], list[int]]:
    """The column as (stripped) text ("" for null), and at which rows a number is too long to be exact."""
    if isinstance(column, pa.ExtensionArray):
        column = column.storage
    kind = column.type
    if pa.types.is_floating(kind):
        return _floats(column)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        found = [value or "" for value in column.to_pylist()]
        return [value.strip() for value in found] if strip else found, []
    if pa.types.is_integer(kind):
        return _plain(column.cast(pa.string())), []
    if pa.types.is_timestamp(kind):
        return [cells.of_value(value) for value in column.cast(pa.timestamp("us", kind.tz)).to_pylist()], []
    return [cells.of_value(value) for value in column.to_pylist()], []


def _plain(column: Any) -> list[str]:
    return list(pc.fill_null(column, "").to_pylist())


def _floats(column: Any) -> tuple[list[str], list[int]]:
    numbers = column.to_numpy(zero_copy_only=False).astype(np.float64)
    size = np.nan_to_num(np.abs(numbers), nan=0.0)
    too_long = np.flatnonzero(size > cells.SAFE_DOUBLE).tolist()
    if not np.any(size >= 1e15) and not np.any((size < 1e-4) & (size > 0)):
        return ["" if text == "nan" else text for text in _plain(column.cast(pa.string()))], too_long
    return [cells.of_number(number) for number in numbers.tolist()], too_long
