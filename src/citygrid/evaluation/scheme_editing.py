"""Weights and bounds of grades changed in the text of a scheme, without a person writing TOML: the same lines with
other numbers, comments and all. Pure."""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from citygrid.evaluation.lines import Lines, Place


class LayoutError(ValueError):
    """The text is written in a way that cannot be edited line by line: it is changed as a file."""


def number(text: str) -> Decimal | None:
    """What a person typed, as a plain number; None for anything else. 全角 digits count, `1e9` and `nan` do not."""
    plain = text.strip().translate(_WIDE)
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def edited(text: str, weights: Mapping[int, Mapping[str, Decimal]], least: Mapping[int, Decimal]) -> str:
    """The text with other numbers. `weights`: number of the group (from 0) -> term -> weight; `least`: number of the
    grade -> its lower bound. What is not named stays. LayoutError where the lines are not as the form knows them."""
    tables = _read(text)
    lines, rows = text.split("\n"), Lines(text)
    for n, terms in weights.items():
        found = tables["group"][n]["weights"]
        if {**found, **terms} == found:
            continue
        tables["group"][n]["weights"] = {**found, **terms}
        words = ", ".join(f"{key} = {_plain(value)}" for key, value in tables["group"][n]["weights"].items())
        _put(lines, rows.of("group", n), "weights", "{" + words + "}")
    for n, bound in least.items():
        if tables["grade"][n]["least"] == bound:
            continue
        tables["grade"][n]["least"] = bound
        _put(lines, rows.of("grade", n), "least", _plain(bound))
    made = "\n".join(lines)
    try:
        same = _read(made) == tables
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise LayoutError
    return made


def _read(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


def _put(lines: list[str], place: Place, field: str, value: str) -> None:
    """Another value on the field's own line; what stands behind it, such as a comment, stays."""
    line = place.line(field) - 1
    if not 0 <= line < len(lines):
        raise LayoutError
    found = re.fullmatch(rf"(\s*{field}\s*=\s*)({{[^}}]*}}|[^#\s]+)(\s*(?:#.*)?)", lines[line])
    if found is None:
        raise LayoutError
    lines[line] = f"{found[1]}{value}{found[3]}"


def _plain(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


_WIDE = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
