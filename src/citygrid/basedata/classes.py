"""The field sheets of the classes in force on a day: the shipped ones with the city's own over them (S1-60, S1-62).

classes.toml (of the city, in `basedata/`; the shipped `data/classes.toml` has the same form):

    [basics]                       # which basic facts are required here
    required = ["owner"]
    optional = ["source"]
    [fields.height]                # facts that classes may use
    title = "高度"  title_en = "Height"  type = "number"  least = 0  unit = "m"
    [classes."gbt30428.2:component:0118"]    # a class id, or its beginning with a star
    fields = ["height"]            # joined to those of the wider patterns
    required = ["height"]
    geometry = "point"  accuracy = "A"  apart = 0.5  symbol = "lamp"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from citygrid.basedata import cityfiles
from citygrid.basedata.sheets import Field, Sheet, read_field, shipped, shipped_fields, tolerance, with_required
from citygrid.rulebook.dating import in_force
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.catalogue import Catalogue
from citygrid.standards.editions import CatalogueError, accuracy_metres, editions, extensions
from citygrid.standards.reports import Report

KEYS = ("fields", "required", "optional", "geometry", "accuracy", "apart", "symbol")
GEOMETRIES = ("point", "line", "polygon")


@dataclass(frozen=True, slots=True)
class Classes:
    """All classes of components in force on a day, found by id, by code or by name."""

    basics: tuple[Field, ...]
    sheets: Mapping[str, Sheet]
    _names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, word: str) -> tuple[str, ...]:
        """Ids of the classes that a file may mean: one is right, none is unknown, several are ambiguous."""
        return (word,) if word in self.sheets else self._names.get(word, ())

    def basic(self, name: str) -> Field | None:
        return next((one for one in self.basics if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """A classes.toml that was read: which basic facts are required, shared fields, patterns."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    fields: Mapping[str, Field]
    patterns: Mapping[str, Table]


def classes_at(day: date) -> Classes:
    """The classes in force on a day with their sheets; kept in memory until the rulebook changes."""
    return _classes(day, cityfiles.state())


def sheet(class_id: str, day: date) -> Sheet | None:
    """The sheet of a class; None when it is not in force that day."""
    return classes_at(day).sheets.get(class_id)


def read_rules(file: str, text: str, report: Report, known: Mapping[str, Field] | None = None) -> Rules:
    """A classes.toml; problems go into the report. `known`: fields that may be used without being described."""
    table = parse_toml(file, text, report) or Table(file, report, {})
    table.known("basics", "fields", "classes")
    basics = table.table("basics")
    basics.known("required", "optional")
    names = {one.name for one in shipped_fields("basics")}
    required = basics.texts("required", names.__contains__)
    optional = basics.texts("optional", names.__contains__)
    described = table.table("fields")
    fields = {name: read_field(name, described.table(name)) for name in described.data}
    for name in names & fields.keys():
        described.problem(name, "basic_field", "%(key)s: a basic fact may not be described anew.")
    patterns = table.table("classes")
    found = {pattern: patterns.table(pattern) for pattern in patterns.data}
    for one in found.values():
        _check(one, {*fields, *(known or {})})
    return Rules(required, optional, fields, found)


def _check(table: Table, known: set[str]) -> None:
    table.known(*KEYS)
    for key in ("fields", "required", "optional"):
        table.texts(key, known.__contains__)
    table.choice("geometry", "point", GEOMETRIES)
    word = table.text("accuracy")
    if word and accuracy_metres(word) is None:
        table.problem("accuracy", "unknown_word", "%(key)s: the word %(word)s is not known.", word=word)
    table.text("symbol")
    apart = table.data.get("apart", 0)
    if isinstance(apart, bool) or not isinstance(apart, int | float) or apart < 0:
        table.problem("apart", "wrong_type", "%(key)s must be %(wanted)s.", wanted="a number of metres")


def shipped_rules() -> Rules:
    """What CityGrid brings along."""
    report = Report()
    data = shipped("classes")
    described = Table("classes.toml", report, data["fields"])
    fields = {name: read_field(name, described.table(name)) for name in data["fields"]}
    patterns = {name: Table("classes.toml", report, one) for name, one in data["classes"].items()}
    return Rules((), (), fields, patterns)


@lru_cache(maxsize=4)
def _classes(day: date, _state: str) -> Classes:
    ours = shipped_rules()
    own = read_rules(cityfiles.CLASSES, cityfiles.text(cityfiles.CLASSES, day), Report(), ours.fields)
    fields = {**ours.fields, **own.fields}
    sheets: dict[str, Sheet] = {}
    names: dict[str, list[str]] = {}
    rows = in_force(ManagedClass, day).filter(kind="component").select_related("edition").order_by("class_id")
    for row in rows:
        sheets[row.class_id] = _sheet(row, ours, own, fields)
        for word in {row.code, row.name, row.name_en} - {""}:
            names.setdefault(word, []).append(row.class_id)
    basics = with_required(shipped_fields("basics"), own.required, own.optional)
    return Classes(basics, sheets, {word: tuple(ids) for word, ids in names.items()})


def _sheet(row: ManagedClass, ours: Rules, own: Rules, fields: Mapping[str, Field]) -> Sheet:
    said: dict[str, Any] = {}
    names: dict[str, None] = {}
    required: set[str] = set()
    for rules in (ours, own):
        for pattern in sorted((p for p in rules.patterns if _matches(p, row.class_id)), key=len):
            data = rules.patterns[pattern].data
            names.update(dict.fromkeys(data.get("fields", ())))
            required = (required | set(data.get("required", ()))) - set(data.get("optional", ()))
            said.update({key: data[key] for key in ("geometry", "accuracy", "apart", "symbol") if key in data})
    accuracy = said.get("accuracy", _accuracy(row.edition.key, row.code))
    used = tuple(fields[name] for name in dict.fromkeys([*names, *sorted(required)]) if name in fields)
    return Sheet(
        class_id=row.class_id,
        code=row.code,
        name=row.name,
        name_en=row.name_en,
        major_name=row.major_name,
        geometry=said.get("geometry", row.geometry),
        accuracy=accuracy,
        apart=tolerance(accuracy, said.get("apart")),
        symbol=said.get("symbol", ""),
        fields=tuple(replace(one, required=one.required or one.name in required) for one in used),
    )


def _matches(pattern: str, class_id: str) -> bool:
    return pattern == class_id or (pattern.endswith("*") and class_id.startswith(pattern[:-1]))


@lru_cache(maxsize=512)
def _accuracy(edition: str, code: str) -> str:
    """The accuracy class that the shipped catalogue gives; empty when it has none."""
    try:
        if edition in editions():
            found = Catalogue.load(edition).get("component", code)
        else:
            found = Catalogue.load(extensions()[edition], edition).get("component", code)
    except (CatalogueError, KeyError):
        return ""
    return found.accuracy if found else ""
