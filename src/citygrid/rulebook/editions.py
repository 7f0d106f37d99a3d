"""The shipped editions: classes from `standards`, their flags and conditions from `data/<edition>/`.

A city names the editions that it uses; its own rows go before: a class replaces the shipped class, and conditions
given for a class replace all shipped conditions of that class. Where the rows come from: data/PROVENANCE.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

from citygrid.rulebook.models import Origin
from citygrid.rulebook.sheets import CLASSES, CONDITIONS
from citygrid.rulebook.tables import Sheet
from citygrid.standards.catalogue import Catalogue, ClassEntry
from citygrid.standards.editions import CatalogueError, extensions
from citygrid.standards.reports import Report

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Shipped:
    """Rows of some editions as the tables of the rulebook want them. `titles`: edition key to name."""

    titles: Mapping[str, str]
    numbering: Mapping[str, str]
    classes: Mapping[Key, Mapping[str, Any]]
    conditions: Mapping[Key, Mapping[str, Any]]


def class_id(edition: str, kind: str, code: str) -> str:
    """`<edition>:<kind>:<code>`: a code means nothing without its edition (S0-29)."""
    return f"{edition}:{kind}:{code}"


@cache
def initials(name: str) -> str:
    """First letters of the pinyin, for typing: 暴露垃圾 gives `bllj`."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors=_ascii))[:100].lower()


def _ascii(piece: str) -> str:
    """What has no pinyin: letters and digits stay, signs go."""
    return "".join(c for c in piece if c.isascii() and c.isalnum())


def shipped(editions: Iterable[str]) -> Shipped:
    """The rows of these editions and extensions (standards/data/editions.toml). Raises CatalogueError."""
    keys = tuple(editions)
    known = extensions()
    bases = [key for key in keys if key not in known]
    for key in keys:
        if key in known and known[key] not in bases:
            raise CatalogueError("class_extension", "%(key)s needs the edition %(edition)s.",
                                 {"key": key, "edition": known[key]})  # fmt: skip
    titles: dict[str, str] = {}
    numbering: dict[str, str] = {}
    classes: dict[Key, Mapping[str, Any]] = {}
    for base in bases:
        own = [key for key in keys if known.get(key) == base]
        catalogue = Catalogue.load(base, *own)
        titles |= {base: catalogue.title} | dict.fromkeys(own, catalogue.title)
        numbering |= dict.fromkeys([base, *own], catalogue.rule.rule)
        classes |= {(row["class_id"],): row for row in map(_of_entry, catalogue.entries)}
    conditions: dict[Key, Mapping[str, Any]] = {}
    for key in keys:
        for values in _rows(CLASSES, key, "classes.csv"):
            row = class_row(values, Origin.EDITION)
            classes[row["class_id"],] = row
        for values in _rows(CONDITIONS, key, "conditions.csv"):
            conditions[CONDITIONS.key_of(values)] = {**values, "origin": Origin.EDITION.value}
    return Shipped(titles, numbering, classes, conditions)


def class_row(values: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """A row of classes.csv as the table wants it; `edition` is still the key."""
    ident = class_id(values["edition"], values["kind"], values["code"])
    return {**values, "class_id": ident, "initials": initials(values["name"]), "origin": origin.value}


def _of_entry(entry: ClassEntry) -> dict[str, Any]:
    values = {
        "edition": entry.edition,
        "kind": entry.kind,
        "code": entry.code,
        "name": entry.minor_name,
        "name_en": entry.gloss_en,
        "major": entry.major,
        "major_name": entry.major_name,
        "geometry": entry.geometry,
        "local": entry.local,
        "before_photos": 0 if entry.kind == "warning" else 1,
        "after_photos": 1,
        "check_photos": 1,
        "enforcement": False,
        "self_handle": False,
        "auto_dispatch": False,
        "note": "",
        "before_films": 0,
        "before_sounds": 0,
    }
    return class_row(values, Origin.EDITION)


@cache
def _rows(sheet: Sheet, edition: str, file: str) -> tuple[Mapping[str, Any], ...]:
    report = Report()
    path = Path(str(resources.files(__package__))) / "data" / edition / file
    found = sheet.load(path, f"{edition}/{file}", report)
    assert report.ok, [str(problem) for problem in report.problems]
    return tuple(row.values for row in found.values())
