"""Mappings: how another department's file is read (S1-10, S3-21). Data, kept in the city folder `basedata/mappings/`.

    code = "lamps"  title = "路灯台账"  target = "components"    # or "register:lamp_poles"
    [file]       sheet = "Sheet1"  encoding = "gbk"  crs = "GCJ-02"  swapped = false   # what the file does not say
    [place]      x = "经度"  y = "纬度"                     # or wkt = "geom"; not needed where the file has shapes
    [columns]    key = "灯杆编号"  location = ["路名", "位置"]   # fact = column, or columns joined with a blank
    [constants]  class = "gbt30428.2:component:0118"                 # the same for each row
    [defaults]   state = "intact"                                    # where the cell is empty and nothing is known yet
    [values.state]  "亮" = "intact"                                   # what the file says = what is meant

`code` is the origin of what it brings: with the owner's number (`key`) it is how a component without a code is known
again, so a mapping's code does not change."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from citygrid.basedata import cityfiles
from citygrid.basedata.classes import classes_at
from citygrid.basedata.models import Register
from citygrid.basedata.sheets import Field, fields_of, shipped_fields
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.coordinates import CoordinateError, system
from citygrid.standards.reports import Report

COMPONENTS, REGISTER = "components", "register:"
KEYS = ("code", "title", "target", "file", "place", "columns", "constants", "defaults", "values")
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_PLACES = {
    "x": ("lon", "lng", "longitude", "经度", "x", "pointx", "x坐标", "东坐标"),
    "y": ("lat", "latitude", "纬度", "y", "pointy", "y坐标", "北坐标"),
    "wkt": ("wkt", "shape", "geom", "geometry", "the_geom", "几何"),
}


@dataclass(frozen=True, slots=True)
class FileMapping:
    """A mapping that was read. `columns`: fact -> columns of the file."""

    code: str
    title: str = ""
    target: str = COMPONENTS
    sheet: str = ""
    encoding: str = ""
    crs: str = ""
    swapped: bool = False
    place: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def register(self) -> str:
        """The code of the register that it fills; empty for components."""
        return self.target.removeprefix(REGISTER) if self.target.startswith(REGISTER) else ""

    @property
    def mapped(self) -> frozenset[str]:
        """Facts that the file (or a constant) says; all others stay as they are known."""
        return frozenset(self.columns) | frozenset(self.constants)

    def cells(self, columns: Mapping[str, Sequence[str]], rows: int) -> dict[str, list[str]]:
        """The facts of a batch, as text: columns joined, values translated."""
        found: dict[str, list[str]] = {}
        for name, used in self.columns.items():
            parts = [columns.get(one) or [""] * rows for one in used]
            joined = (" ".join(filter(None, row)) for row in zip(*parts, strict=True))
            texts = list(parts[0]) if len(parts) == 1 else list(joined)
            table = self.values.get(name)
            found[name] = [table.get(text, text) for text in texts] if table else texts
        return found

    def text(self) -> str:
        """The mapping as TOML."""
        lines = [f"{key} = {_quoted(getattr(self, key))}" for key in ("code", "title", "target")]
        file: dict[str, Any] = {key: getattr(self, key) for key in ("sheet", "encoding", "crs") if getattr(self, key)}
        lines += _section("file", file | ({"swapped": True} if self.swapped else {}))
        lines += _section("place", self.place)
        lines += _section("columns", self.columns)
        lines += _section("constants", self.constants)
        lines += _section("defaults", self.defaults)
        for name, table in self.values.items():
            lines += _section(f"values.{_key(name)}", table)
        return "\n".join(lines) + "\n"


def read(file: str, text: str, report: Report) -> FileMapping:
    """A mapping from its TOML; problems go into the report. Whether its facts are known, `check` says."""
    table = parse_toml(file, text, report) or Table(file, report, {})
    table.known(*KEYS)
    code = table.text("code", needed=True)
    if code and not _CODE.fullmatch(code):
        table.problem("code", "wrong_code", "%(key)s must be of small letters, digits, - and _, at most 60.")
    told = table.table("file")
    told.known("sheet", "encoding", "crs", "swapped")
    crs = told.text("crs")
    try:
        system(crs or "CGCS2000")
    except CoordinateError as error:
        told.problem("crs", error.code, error.message, **error.params)
    place = table.table("place")
    place.known("x", "y", "wkt")
    values = table.table("values")
    return FileMapping(
        code=code,
        title=table.text("title"),
        target=table.text("target", COMPONENTS),
        sheet=told.text("sheet"),
        encoding=told.text("encoding"),
        crs=crs,
        swapped=told.yes("swapped", False),
        place={key: place.text(key) for key in place.data},
        columns=_columns(table.table("columns")),
        constants=_texts(table.table("constants")),
        defaults=_texts(table.table("defaults")),
        values={name: _texts(values.table(name)) for name in values.data},
    )


def check(file: str, mapping: FileMapping, day: date, report: Report) -> None:
    """Whether what the mapping names is known on a day: target, facts, and that a fact is not said twice."""
    known = {one.name for one in fields(mapping.target, day)}
    if not known:
        report.add(file, 0, "target", "unknown_target", "There is no register %(value)s.", {"value": mapping.register})
        return
    for part in ("columns", "constants", "defaults", "values"):
        for name in sorted(set(getattr(mapping, part)) - known):
            report.add(file, 0, f"{part}.{name}", "unknown_fact", "No class has a fact %(value)s.", {"value": name})
    for name in sorted(set(mapping.columns) & set(mapping.constants)):
        report.add(file, 0, f"constants.{name}", "fact_twice", "%(value)s is a column and a constant.", {"value": name})


def fields(target: str, day: date) -> tuple[Field, ...]:
    """The facts that a file for this target may bring; empty when there is no such target."""
    if target.startswith(REGISTER):
        register = Register.objects.filter(code=target.removeprefix(REGISTER)).first()
        return (*shipped_fields("register"), *fields_of(register.fields)) if register else ()
    found = {one.name: one for one in classes_at(day).basics}
    for sheet in classes_at(day).sheets.values():
        for one in sheet.fields:
            found.setdefault(one.name, one)
    return tuple(found.values())


def saved(target: str, day: date) -> list[FileMapping]:
    """The mappings of the city for a target, by code."""
    found = [read(path, text, Report()) for path, text in cityfiles.texts(cityfiles.MAPPINGS, day).items()]
    return [one for one in found if one.target == target]


def find(code: str, day: date) -> FileMapping | None:
    """The city's mapping of that code."""
    text = cityfiles.text(f"{cityfiles.MAPPINGS}{code}.toml", day)
    return read(code, text, Report()) if text else None


def save(mapping: FileMapping, at: date) -> None:
    """Keep a mapping for the next file of its kind. The caller has checked it."""
    cityfiles.save(f"{cityfiles.MAPPINGS}{mapping.code}.toml", mapping.text(), at)


def guess(columns: Iterable[str], target: str, day: date) -> FileMapping:
    """What the columns probably mean, by the names and titles of the facts: to be looked at by a person."""
    left = list(columns)
    found: dict[str, tuple[str, ...]] = {}
    for one in fields(target, day):
        words = {_plain(word) for word in (one.name, one.title, one.title_en, one.standard) if word}
        hit = next((column for column in left if _plain(column) in words), None)
        if hit is not None:
            found[one.name] = (hit,)
            left.remove(hit)
    place = {}
    for key, words_of in _PLACES.items():
        hit = next((column for column in left if _plain(column) in {_plain(word) for word in words_of}), None)
        if hit is not None:
            place[key] = hit
    place = {key: place[key] for key in ("x", "y")} if {"x", "y"} <= place.keys() else {
        key: place[key] for key in ("wkt",) if key in place
    }  # fmt: skip
    return FileMapping("", target=target, columns=found, place=place)


def _plain(word: str) -> str:
    return re.sub(r"[\s_()（）:：-]", "", word).casefold()


def _columns(table: Table) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in table.data.items():
        if isinstance(value, str):
            found[name] = (value,)
        elif isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            found[name] = tuple(value)
        else:
            table.problem(name, "wrong_type", "%(key)s must be %(wanted)s.", wanted="a column or a list of columns")
    return found


def _texts(table: Table) -> dict[str, str]:
    return {name: table.text(name) for name in table.data}


def _section(name: str, rows: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in rows.items())] if rows else []


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return _quoted(value[0]) if len(value) == 1 else "[" + ", ".join(map(_quoted, value)) + "]"
    return _quoted(value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _quoted(key)


def _quoted(text: str) -> str:
    clean = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", clean) + '"'
