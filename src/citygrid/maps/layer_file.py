"""A file of the register: one group and its layers (`layers/GROUP.toml`), read over the product's own. Pure.

name = "底图"  name_en = "Base map"  order = 90      # without a name the layers stand in no group
[layers.roads]                                       # keys as in `LAYER_KEYS`; what is not said is the product's
[layers.roads.style]
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from citygrid.maps import toml_text
from citygrid.rulebook.reading import Table, parse_toml
from citygrid.standards.reports import Report

OWN = Path(__file__).parent / "data" / "layers"
GROUP_KEYS = ("name", "name_en", "order")
TYPES: Mapping[str, type] = {
    "name": str, "name_en": str, "order": int, "kind": str, "source": str, "filter": dict, "address": str,
    "options": dict, "base": bool, "min_zoom": int, "max_zoom": int, "shown": bool, "roles": list, "public": bool,
    "published": bool, "abstract": str, "data_date": date, "accuracy": str, "steward": str, "legal_basis": str,
    "sharing": str, "bodies": list, "refresh": int, "origin": str, "licence": str, "attribution": str, "style": dict,
}  # fmt: skip
LAYER_KEYS = tuple(TYPES)
DEFAULTS: Mapping[str, Any] = {
    "name": "", "name_en": "", "order": 0, "kind": "features", "source": "", "filter": {}, "address": "",
    "options": {}, "base": False, "min_zoom": 0, "max_zoom": 24, "shown": False, "roles": [], "public": False,
    "published": True, "abstract": "", "data_date": None, "accuracy": "", "steward": "", "legal_basis": "",
    "sharing": "city", "bodies": [], "refresh": 0, "origin": "", "licence": "", "attribution": "", "style": {},
}  # fmt: skip


@dataclass(slots=True)
class Entries:
    """Groups and layers by code, each with all its values; a layer's `group` is a code or ""."""

    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    layers: dict[str, dict[str, Any]] = field(default_factory=dict)


@cache
def own() -> Entries:
    """The product's own register. Nobody may change what it gives."""
    report, found = Report(), Entries()
    for path in sorted(OWN.glob("*.toml")):
        _read_one(path.name, path.stem, path.read_text(encoding="utf-8"), found, report, Entries())
    assert report.ok, [str(problem) for problem in report.problems]
    return found


def read(folder: Path, report: Report) -> Entries:
    """The product's register with the city's over it; what is wrong is noted in the report."""
    found = deepcopy(own())
    for path in sorted((folder / "layers").glob("*.toml")):
        file = f"layers/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            report.add(file, 0, "", "not_utf8", "This file is not UTF-8.")
            continue
        _read_one(file, path.stem, text, found, report, own())
    return found


def _read_one(file: str, group: str, text: str, into: Entries, report: Report, base: Entries) -> None:
    table = parse_toml(file, text, report)
    if table is None:
        return
    table.known(*GROUP_KEYS, "layers")
    facts = dict(base.groups.get(group, {"name": "", "name_en": "", "order": 0}))
    facts |= {"name": table.text("name", facts["name"]), "name_en": table.text("name_en", facts["name_en"])}
    facts["order"] = table.whole("order", facts["order"])
    if facts["name"]:
        into.groups[group] = facts
    layers = table.table("layers")
    for code in layers.data:
        row = layers.table(code)
        row.known(*LAYER_KEYS)
        whole = {**DEFAULTS, **base.layers.get(code, {}), **_typed(row)}
        into.layers[code] = {**deepcopy(whole), "group": group if facts["name"] else ""}


def _typed(row: Table) -> dict[str, Any]:
    found = {}
    for key in row.data:
        kind = TYPES.get(key)
        if kind is None:
            continue
        value = row.data[key]
        wrong_list = isinstance(value, list) and not all(isinstance(one, str) for one in value)
        if type(value) is not kind or wrong_list:
            row.problem(key, "wrong_type", "%(key)s must be %(wanted)s.", wanted=kind.__name__)
        else:
            found[key] = value
    return found


def text(group: Mapping[str, Any] | None, code: str, layers: Mapping[str, Mapping[str, Any]]) -> str:
    """The file of a group: only what differs from the product's register; "" when nothing does."""
    known = own()
    parts = []
    head = _differing(group or {}, known.groups.get(code, {"name": "", "name_en": "", "order": 0}), GROUP_KEYS)
    if head:
        parts.append("".join(f"{key} = {toml_text.value(head[key])}\n" for key in head))
    for name in sorted(layers, key=lambda one: (layers[one]["order"], one)):
        base = known.layers.get(name)
        same_place = base is not None and base["group"] == (code if group else "")
        facts = _differing(layers[name], {**DEFAULTS, **(base or {})}, LAYER_KEYS)
        if facts or not same_place:
            parts.append(_layer(name, facts))
    return "\n".join(parts)


def _differing(facts: Mapping[str, Any], base: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: facts[key] for key in keys if key in facts and facts[key] != base.get(key)}


def _layer(name: str, facts: Mapping[str, Any]) -> str:
    code = toml_text.key(name)
    lines = [f"[layers.{code}]"]
    style = facts.get("style")
    lines += [f"{key} = {toml_text.value(facts[key])}" for key in facts if key != "style"]
    if style:
        lines.append(f"[layers.{code}.style]")
        lines += [f"{toml_text.key(key)} = {toml_text.value(style[key])}" for key in style]
    return "\n".join(lines) + "\n"
