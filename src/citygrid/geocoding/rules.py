"""`gathering.toml`: which features of which layers, and which areas, become places of which kind. Pure.

[areas]                        # names of districts, streets, communities as places
kinds = ["district", "street", "community"]

[[layers]]
layer = "roads"                # a layer that keeps features (the register of maps)
kind = "street"
name = "{name}"                # {property}: a feature without it is left out
where = { kind = ["primary", "secondary"] }
without = { name = ["service road"] }
merge_m = 300                  # pieces of one name nearer than this are one place
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from citygrid.areas.models import LADDER
from citygrid.geocoding.models import Kind
from citygrid.standards.reports import Report

FILE = "geocoding/gathering.toml"
TEXTS = ("name", "address", "road", "number", "category", "key")
ORDER = (
    "layer", "kind", "name", "road", "number", "address", "category", "key", "aliases", "where", "without", "merge_m",
    "weight",
)  # fmt: skip
KEYS = frozenset(ORDER)
_PART = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class LayerRule:
    """One `[[layers]]`. `templates`: text by fact."""

    layer: str
    kind: str
    templates: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    without: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    merge_m: float = 0.0
    weight: int = 0

    def wants(self, properties: Mapping[str, Any]) -> bool:
        """Whether a feature becomes a place by this rule."""
        if any(str(properties.get(name, "")) not in values for name, values in self.where.items()):
            return False
        return not any(str(properties.get(name, "")) in values for name, values in self.without.items())

    def fact(self, name: str, properties: Mapping[str, Any]) -> str:
        """A fact of a feature; "" where a property that it needs is missing."""
        return filled(self.templates.get(name, ""), properties)

    def names(self, properties: Mapping[str, Any]) -> list[str]:
        return [alias for one in self.aliases if (alias := filled(one, properties))]


@dataclass(frozen=True, slots=True)
class Rules:
    areas: tuple[str, ...] = ()
    layers: tuple[LayerRule, ...] = ()


def filled(template: str, properties: Mapping[str, Any]) -> str:
    """The template with properties in the place of {property}; "" when one of them is missing or empty.

    A word of the template that the property ends with already is not said twice: "{number}号" of "100号" is 100号."""
    parts = _PART.split(template)
    said = parts[0]
    for name, after in zip(parts[1::2], parts[2::2], strict=True):
        given = str(properties.get(name) or "").strip()
        if not given:
            return ""
        said += (given.removesuffix(after) if after else given) + after
    return said.strip()


def parse(data: Mapping[str, Any], report: Report) -> Rules:
    """The rules of a file that was read as TOML; what is wrong is noted and left out."""
    for name in set(data) - {"areas", "layers"}:
        report.add(FILE, 0, name, "unknown_key", "“%(key)s” is not known here.", {"key": name})
    areas = data.get("areas", {}).get("kinds", []) if isinstance(data.get("areas", {}), Mapping) else []
    for kind in areas:
        if kind not in LADDER:
            report.add(FILE, 0, "areas", "unknown_kind", "“%(kind)s” is no kind of area.", {"kind": kind})
    found = [_layer(number, one, report) for number, one in enumerate(data.get("layers", []), start=1)]
    return Rules(tuple(kind for kind in LADDER if kind in areas), tuple(rule for rule in found if rule))


def _layer(number: int, data: Mapping[str, Any], report: Report) -> LayerRule | None:
    before = len(report.problems)
    column = f"layers.{number}"
    for name in sorted(set(data) - KEYS):
        report.add(FILE, 0, column, "unknown_key", "“%(key)s” is not known here.", {"key": name})
    for name in ("layer", "kind", "name"):
        if not isinstance(data.get(name), str) or not data[name]:
            report.add(FILE, 0, column, "missing_key", "“%(key)s” is missing.", {"key": name})
    if data.get("kind") and data["kind"] not in Kind.values:
        message = "“%(kind)s” is no kind of place."
        report.add(FILE, 0, column, "unknown_place_kind", message, {"kind": data["kind"]})
    for name in ("merge_m", "weight"):
        most = 100 if name == "weight" else 100_000
        given = data.get(name, 0)
        if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= most:
            params = {"key": name, "most": most}
            report.add(FILE, 0, column, "bad_number", "“%(key)s” must be a number from 0 to %(most)s.", params)
    if len(report.problems) > before:
        return None
    return LayerRule(
        data["layer"],
        data["kind"],
        {name: str(data[name]) for name in TEXTS if data.get(name)},
        tuple(map(str, data.get("aliases", ()))),
        _values(data.get("where", {})),
        _values(data.get("without", {})),
        float(data.get("merge_m", 0)),
        int(data.get("weight", 0)),
    )


def _values(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(map(str, given if isinstance(given, list) else [given])) for name, given in data.items()}
