"""Values of files as text, and text as days and numbers."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

SAFE_DOUBLE = 2.0**53
"""Whole numbers beyond are no longer exact in a file's floating point column."""
SAFE_EXCEL = 1e15
"""Excel keeps 15 digits of a number: of a code of 16 digits it makes the last one 0."""
EPOCH = date(1899, 12, 30)
SERIALS = range(18_264, 73_415)
"""Excel's day numbers from 1950 to 2100: others are no dates."""
_EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?E\+(?:1[4-9]|2[0-9])")
_PARTS = re.compile(
    r"([0-9]{4})\s*(?:年|[-/.])\s*([0-9]{1,2})\s*(?:月|[-/.])\s*([0-9]{1,2})\s*日?"
    r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_NARROW = str.maketrans("０１２３４５６７８９／．－：", "0123456789/.-:")


def of_number(value: float) -> str:
    """A number of a file's double column: without ".0", never in the form 1e+16. "" for nan."""
    if math.isnan(value):
        return ""
    if math.isfinite(value) and value == int(value):
        return str(int(value))
    return repr(value)


def of_value(value: Any) -> str:
    """One typed value (of a sheet, of JSON) as stripped text."""
    write = _WRITERS.get(type(value))
    return write(value) if write else str(value)


def _of_float(value: float) -> str:
    """A sheet shows fifteen digits; more of them are the noise of 0.1 + 0.2."""
    return of_number(float(f"{value:.15g}")) if abs(value) < SAFE_EXCEL else of_number(value)


def _of_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: str.strip,
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
    float: _of_float,
    datetime: lambda value: str(value.isoformat(sep=" ", timespec="seconds")),
    date: date.isoformat,
    time: time.isoformat,
    list: _of_json,
    dict: _of_json,
}


def shortened(value: float) -> bool:
    """Whether a number of a sheet is so long that it may not be what was typed."""
    return abs(value) >= SAFE_EXCEL and (abs(value) > SAFE_DOUBLE or value % 10 == 0)


def lost_digits(text: str) -> bool:
    """Whether this text is a long number that a spreadsheet has shortened (3.20508E+15)."""
    return "E+" in text and _EXPONENT.fullmatch(text) is not None


def as_day(text: str) -> str | None:
    """A date however it is written, as YYYY-MM-DD: 2024-05-01, 2024年5月1日, 2024/5/1, 2024.5.1, 20240501, with a time
    after it, or Excel's day number (45413). None when it is no date. Ask it only about columns that hold dates."""
    plain = text.strip().translate(_NARROW)
    if plain.isascii() and plain.isdigit():
        if len(plain) == 5 and int(plain) in SERIALS:
            return (EPOCH + timedelta(days=int(plain))).isoformat()
        parts = (plain[:4], plain[4:6], plain[6:]) if len(plain) == 8 else None
    else:
        found = _PARTS.fullmatch(plain)
        parts = (found[1], found[2], found[3]) if found else None
    if parts is None:
        return None
    try:
        return date(int(parts[0]), int(parts[1]), int(parts[2])).isoformat()
    except ValueError:
        return None


def as_number(text: str) -> float | None:
    """A finite number, None when the text is none. Full-width digits and blanks around are taken."""
    try:
        value = float(text.strip().translate(_NARROW))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
