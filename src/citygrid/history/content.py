"""Cells of a row as the content of its act: by the one table of acts, with names turned into ids."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from citygrid.history import moments
from citygrid.history.columns import WHO
from citygrid.history.lookups import Lookups
from citygrid.history.problems import wrong
from citygrid.process.acts import ACTS, Field
from citygrid.process.moments import stamp
from citygrid.process.rules import Rules
from citygrid.standards import coordinates

# Where a column's content goes: the first of these fields that the act has.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "to_unit": ("body", "suggested"), "to_person": ("person",), "kind": ("kind",), "class": ("class_id",),
    "condition": ("condition",), "component": ("component",), "address": ("address",), "text": ("text", "note"),
    "source": ("source",), "request": ("request",), "decision": ("granted", "true", "valid"),
    "due": ("due", "outer_due", "until"), "result": ("result", "finding", "mark"), "outcome": ("outcome",),
    "reason": ("reason", "ground", "note"), "parent": ("into",), "rating": ("rating",), "cost": ("cost",),
    "media": ("media",),
}  # fmt: skip
_PLACE = frozenset({"lon", "lat", "grid"})
_APART = _PLACE | {"class", "kind", "edition", "data"}
_YES = frozenset({"yes", "true", "1", "granted", "y", "是", "同意", "属实", "有效"})
_NO = frozenset({"no", "false", "0", "refused", "n", "否", "不同意", "不属实", "无效"})
_CENT = Decimal("0.01")


@cache
def plan(act: str) -> dict[str, Field]:
    """Column -> field of an act."""
    known = {f.name: f for f in ACTS[act].fields}
    found: dict[str, Field] = {}
    for column, names in _FIELDS.items():
        for name in names:
            if name in known:
                found[column] = known[name]
                break
    return found


@cache
def _more(act: str) -> dict[str, Field]:
    """Fields that `data` may hold."""
    return {f.name: f for f in ACTS[act].fields}


@dataclass(slots=True)
class Content:
    """What a row says. `numbers`: report_no, case_no of the source. `opens`: the source's number of the case that a
    reopening opens. `which`: the request that an approval decides (kind or number), when the row says it."""

    data: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    opens: str = ""
    which: str = ""


@dataclass(slots=True)
class Reader:
    """Reads the cells of one import. `case`: the source's number of a case -> its id."""

    lookups: Lookups
    zone: tzinfo
    crs: str
    case: Callable[[str], UUID]

    def read(self, act: str, cells: Mapping[str, str], rules: Rules, act_id: UUID) -> Content:
        """The content of one row. Wrong for the first cell that cannot be taken."""
        found = Content()
        fields = plan(act)
        for column, cell in cells.items():
            if column in WHO or column in _APART:
                continue
            if column == "request" and act == "approve":
                found.which = cell
                continue
            where = fields.get(column)
            if where is None:
                raise wrong(column, "column_useless", act=act)
            if where.name in found.data:
                raise wrong(column, "data_twice", field=where.name)
            found.data[where.name] = self._cell(where, cell, column)
        if "class" in cells or "kind" in cells or "edition" in cells:
            self._class(act, cells, rules, found.data)
        if not _PLACE.isdisjoint(cells):
            self._place(act, cells, found.data)
        if "data" in cells:
            self._rest(act, cells["data"], rules, act_id, found)
        return found

    def _class(self, act: str, cells: Mapping[str, str], rules: Rules, data: dict[str, Any]) -> None:
        fields, kind, code = plan(act), cells.get("kind", ""), cells.get("class", "")
        column = "class" if code else "kind" if kind else "edition"
        if ("class" if code else "kind") not in fields:
            raise wrong(column, "column_useless", act=act)
        if code:
            data["class_id"] = self.lookups.class_id(rules, cells.get("edition", ""), kind, code)
        elif kind:
            data["kind"] = kind
        else:
            raise wrong(column, "column_useless", act=act)

    def _place(self, act: str, cells: Mapping[str, str], data: dict[str, Any]) -> None:
        if "lon" not in _more(act):
            raise wrong(next(c for c in cells if c in _PLACE), "column_useless", act=act)
        lon, lat = cells.get("lon", ""), cells.get("lat", "")
        if bool(lon) != bool(lat):
            raise wrong("lat" if lon else "lon", "half_place")
        if not lon:
            data["lon"], data["lat"] = coordinates.text(*self.lookups.grid(cells["grid"]))
            return
        try:
            point = coordinates.transform(float(lon), float(lat), self.crs, coordinates.CGCS2000)
            data["lon"], data["lat"] = coordinates.text(*point)
        except coordinates.CoordinateError as error:
            raise wrong("lon", "value_wrong", value=f"{lon} {lat}"[:60], wanted=str(error).rstrip(".")) from None
        except ValueError:
            raise wrong("lon", "value_wrong", value=f"{lon} {lat}"[:60], wanted="a number") from None

    def _rest(self, act: str, text: str, rules: Rules, act_id: UUID, found: Content) -> None:
        try:
            more = json.loads(text, parse_float=str, parse_constant=str)  # no floats in what is hashed
        except ValueError:
            more = None
        if not isinstance(more, dict):
            raise wrong("data", "data_wrong", value=text[:80])
        fields = _more(act)
        for name, value in more.items():
            if name in ("report_no", "case_no"):
                found.numbers[name] = _number(value)
            elif name == "new" and act == "reopen":
                found.opens = str(value)
            elif name in found.data:
                raise wrong("data", "data_twice", field=name)
            elif name not in fields:
                raise wrong("data", "column_useless", act=f"{act}: {name[:40]}")
            else:
                found.data[name] = self._value(fields[name], value, rules, act_id)

    def _cell(self, where: Field, cell: str, column: str) -> Any:
        """Content of a column as the field's type."""
        convert = _CONVERT.get("cost" if where.name == "cost" else where.type)
        return cell if convert is None else convert(self, cell, column)

    def _value(self, where: Field, value: Any, rules: Rules, act_id: UUID) -> Any:
        """Content of `data`: as in JSON, with names in place of ids."""
        if where.type == "bodies" and isinstance(value, list):
            return [self.lookups.body(str(one), "data") for one in value]
        if where.type == "parts" and isinstance(value, list):
            return [self._part(one, rules, act_id, at) for at, one in enumerate(value, start=1)]
        if where.type == "class" and isinstance(value, str):
            return self.lookups.class_id(rules, "", "", value)
        if isinstance(value, str) and where.type in ("body", "person", "moment", "case"):
            return self._cell(where, value, "data")
        return value

    def _part(self, part: Any, rules: Rules, act_id: UUID, at: int) -> Any:
        if not isinstance(part, dict):
            return part
        found = {key: part[key] for key in part if key not in ("case", "class")}
        found["id"] = str(self.case(str(part["case"])) if "case" in part else uuid5(act_id, f"part:{at}"))
        if "class" in part:
            found["class_id"] = self.lookups.class_id(rules, "", "", str(part["class"]))
        return found


def opens(text: str) -> str:
    """The source's number of the case that a reopening opens, from `data`; empty when it says none."""
    try:
        more = json.loads(text)
    except ValueError:
        return ""
    return str(more["new"]) if isinstance(more, dict) and "new" in more else ""


def _yes(cell: str, column: str) -> bool:
    word = cell.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise wrong(column, "value_wrong", value=cell[:40], wanted="yes or no")


def _whole(cell: str, column: str) -> int:
    if cell.isascii() and cell.isdigit() and len(cell) < 16:
        return int(cell)
    raise wrong(column, "value_wrong", value=cell[:40], wanted="a whole number")


def _cents(cell: str) -> int:
    """Yuan with at most two decimals as fen."""
    try:
        value = Decimal(cell)
        if value.is_finite() and 0 <= value < Decimal(10) ** 13 and value == value.quantize(_CENT):
            return int(value * 100)
    except InvalidOperation:
        pass
    raise wrong("cost", "value_wrong", value=cell[:40], wanted="an amount with at most two decimals")


def _number(value: Any) -> str:
    if isinstance(value, str) and 0 < len(value) <= 64 and value.isprintable():
        return value
    raise wrong("data", "value_wrong", value=str(value)[:40], wanted="a number of at most 64 characters")


_CONVERT: Mapping[str, Callable[[Reader, str, str], Any]] = {
    "body": lambda reader, cell, column: reader.lookups.body(cell, column),
    "person": lambda reader, cell, column: reader.lookups.person(cell, column),
    "moment": lambda reader, cell, column: stamp(moments.read(cell, column, reader.zone)),
    "bool": lambda reader, cell, column: _yes(cell, column),
    "int": lambda reader, cell, column: _whole(cell, column),
    "cost": lambda reader, cell, column: _cents(cell),
    "media": lambda reader, cell, column: cell.split(),
    "case": lambda reader, cell, column: str(reader.case(cell)),
}
