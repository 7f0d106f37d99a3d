"""Field sheets: which facts a component of a class must have and may have, as data (S1-60, S1-62; 元数据). Pure.

A sheet is a class with its geometry kind, accuracy class, symbol and fields. `Field.read` turns a cell's text into a
typed value, or says what is wrong with it. The same fields describe the entries of registers."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from citygrid.rulebook.reading import Table
from citygrid.standards.editions import accuracy_metres
from citygrid.standards.reports import Report

TYPES = ("text", "number", "date", "choice", "bool")
YES, NO = frozenset({"true", "yes", "y", "1", "是", "有", "√"}), frozenset({"false", "no", "n", "0", "否", "无", "×"})
KEYS = ("title", "title_en", "type", "most", "least", "required", "choices", "standard", "unit")
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that a field may hold: kept as `code`; titles and `words` are other ways to write it in a file."""

    code: str
    title: str
    title_en: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a cell cannot be taken: a code of `problems.py` and what fills its sentence."""

    code: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One fact. `most`, `least`: length of a text, bounds of a number."""

    name: str
    title: str
    title_en: str
    type: str = "text"
    required: bool = False
    choices: tuple[Choice, ...] = ()
    most: float | None = None
    least: float | None = None
    standard: str = ""
    unit: str = ""
    _words: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def read(self, text: str) -> Any:
        """The value of a cell that is not empty, or `Wrong`. Numbers are int or float, dates ISO text."""
        reader = {"number": self._number, "date": _date, "choice": self._choice, "bool": _bool}.get(self.type)
        return reader(text) if reader else self._text(text)

    def write(self, value: Any) -> str:
        """The text of a value for a file; reading it gives the value back."""
        if value is None:
            return ""
        if value is True or value is False:
            return "true" if value else "false"
        return str(value)

    def say(self, value: Any, chinese: bool) -> str:
        """The value for a reader."""
        if self.type == "bool" and value is not None:
            return {True: "是" if chinese else "yes", False: "否" if chinese else "no"}.get(value, str(value))
        for one in self.choices:
            if one.code == value:
                return one.title if chinese or not one.title_en else one.title_en
        return self.write(value)

    def _text(self, text: str) -> Any:
        most = int(self.most or LONGEST)
        if len(text) > most:
            return Wrong("text_long", {"length": len(text), "most": most})
        return text

    def _number(self, text: str) -> Any:
        plain = text.replace(",", "") if text.count(",") and "." in text else text
        try:
            value = float(plain)
        except ValueError:
            return Wrong("not_number", {"value": text[:40]})
        if value != value or abs(value) == float("inf"):  # noqa: PLR0124 - not a number is not itself
            return Wrong("not_number", {"value": text[:40]})
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            return Wrong("number_bounds", {"value": text[:40], "least": self.least, "most": self.most})
        return int(value) if value.is_integer() else value

    def _choice(self, text: str) -> Any:
        found = self._words.get(text) or self._words.get(text.casefold())
        if found is None:
            return Wrong("not_choice", {"value": text[:40], "choices": ", ".join(one.title for one in self.choices)})
        return found


def _date(text: str) -> Any:
    digits = text.replace("-", "").replace("/", "").replace(".", "")
    if len(digits) == 8 and digits.isdigit():
        text = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        return Wrong("not_date", {"value": text[:40]})


def _bool(text: str) -> Any:
    word = text.casefold()
    if word in YES:
        return True
    return False if word in NO else Wrong("not_bool", {"value": text[:40]})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is wanted of one class. `code`: its class code in its edition; `apart`: metres between two of them."""

    class_id: str
    code: str
    name: str
    name_en: str
    major_name: str
    geometry: str
    accuracy: str
    apart: float
    symbol: str
    fields: tuple[Field, ...]
    """The extra fields; the basic ones are the same for all (`Classes.basics`)."""

    def field(self, name: str) -> Field | None:
        return next((one for one in self.fields if one.name == name), None)


def read_field(name: str, table: Table) -> Field:
    """A field from its table; what is wrong goes into the table's report."""
    table.known(*KEYS)
    kind = table.choice("type", "text", TYPES)
    choices = _choices(table) if kind == "choice" else ()
    if kind == "choice" and not choices:
        table.problem("choices", "no_choices", "%(key)s: a field of the type choice needs choices.")
    words: dict[str, str] = {}
    for one in choices:
        for word in (one.code, one.title, one.title_en, *one.words):
            if word:
                words.setdefault(word, one.code)
                words.setdefault(word.casefold(), one.code)
    return Field(
        name=name,
        title=table.text("title", name),
        title_en=table.text("title_en"),
        type=kind,
        required=table.yes("required", False),
        choices=choices,
        most=_number(table, "most"),
        least=_number(table, "least"),
        standard=table.text("standard"),
        unit=table.text("unit"),
        _words=words,
    )


def _choices(table: Table) -> tuple[Choice, ...]:
    found = table.data.get("choices", [])
    if not isinstance(found, list):
        return ()
    choices = []
    for one in found:
        if isinstance(one, str):
            choices.append(Choice(one, one))
        elif isinstance(one, Mapping) and isinstance(one.get("code"), str):
            words = tuple(word for word in one.get("words", ()) if isinstance(word, str))
            title = str(one.get("title", one["code"]))
            choices.append(Choice(one["code"], title, str(one.get("title_en", "")), words))
        else:
            table.problem("choices", "wrong_choices", "%(key)s must be texts or tables with a code.")
    return tuple(choices)


def _number(table: Table, key: str) -> float | None:
    value = table.data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        table.problem(key, "wrong_type", "%(key)s must be %(wanted)s.", wanted="a number")
        return None
    return float(value)


def as_table(one: Field) -> dict[str, Any]:
    """A field as it is kept in JSON (of a register); `fields_of` reads it back."""
    plain = {name: getattr(one, name) for name in KEYS if name != "choices"}
    choices = [{"code": c.code, "title": c.title, "title_en": c.title_en, "words": list(c.words)} for c in one.choices]
    return {"name": one.name, **{k: v for k, v in plain.items() if v not in (None, "", False)}} | (
        {"choices": choices} if choices else {}
    )


def fields_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """The fields of a list of tables with names, as `Register.fields` keeps them."""
    report = Report()
    return tuple(
        read_field(str(row["name"]), Table("", report, {k: v for k, v in row.items() if k != "name"})) for row in rows
    )


@cache
def shipped_fields(name: str) -> tuple[Field, ...]:
    """The basic fields of components (`basics`) or of register entries (`register`)."""
    report = Report()
    found = shipped(name)
    fields = tuple(read_field(key, Table(f"{name}.toml", report, table, key)) for key, table in found.items())
    assert report.ok, [str(one) for one in report.problems]
    return fields


@cache
def shipped(name: str) -> Mapping[str, Any]:
    """A file of `data/`, read."""
    return tomllib.loads((resources.files(__package__) / "data" / f"{name}.toml").read_text("utf-8"))


def tolerance(accuracy: str, apart: float | None) -> float:
    """Metres: nearer than this, two components of a class are taken for the same one."""
    return apart if apart is not None else (accuracy_metres(accuracy) or 0.5)


def with_required(fields: Iterable[Field], required: Iterable[str], optional: Iterable[str]) -> tuple[Field, ...]:
    """The fields with another say about which are required."""
    more, less = set(required), set(optional)
    return tuple(replace(one, required=(one.required or one.name in more) and one.name not in less) for one in fields)
