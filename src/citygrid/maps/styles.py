"""Whether a style (docs/maps.md) can be drawn: every part, colour, width and rule is looked at. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
ICON = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SHAPES = ("circle", "square", "diamond", "triangle", "star", "pin", "none")
LARGEST, DEEPEST, MOST_RULES = 200, 24, 200


class Fault(NamedTuple):
    """`where`: path within the style, such as `rules.2.line.color`; `code`: of `maps.problems`."""

    code: str
    where: str


def faults(style: object) -> list[Fault]:
    """Everything that is wrong; an empty list for a style that can be drawn."""
    if not isinstance(style, Mapping):
        return [Fault("style_not_a_table", "")]
    return list(_parts(style, "", {"rules", "rules_else", "cluster", "opacity"})) + list(_whole(style))


def _whole(style: Mapping[str, Any]) -> Iterator[Fault]:
    if not _within(style.get("opacity", 1), 0, 1):
        yield Fault("style_number", "opacity")
    cluster = style.get("cluster")
    if cluster is not None:
        yield from _table(cluster, "cluster", {"distance": _size, "max_zoom": _zoom})
    rules = style.get("rules", [])
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        yield Fault("style_rules", "rules")
        return
    for number, rule in enumerate(rules):
        place = f"rules.{number + 1}"
        if not isinstance(rule, Mapping) or not isinstance(rule.get("where"), Mapping):
            yield Fault("style_rules", place)
            continue
        yield from _parts(rule, place + ".", {"where", "name", "name_en", "min_zoom", "max_zoom", "hidden", "order"})
        for name in ("min_zoom", "max_zoom"):
            if name in rule and not _zoom(rule[name]):
                yield Fault("style_number", f"{place}.{name}")


def _parts(holder: Mapping[str, Any], place: str, more: set[str]) -> Iterator[Fault]:
    for name, value in holder.items():
        if name in more:
            continue
        if name not in PARTS:
            yield Fault("style_unknown", place + name)
        elif value is not None and value is not False:
            yield from _table(value, place + name, PARTS[name])


def _table(value: object, place: str, known: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault("style_not_a_table", place)
        return
    for name, one in value.items():
        test = known.get(name)
        if test is None:
            yield Fault("style_unknown", f"{place}.{name}")
        elif not test(one):
            yield Fault(_code(test), f"{place}.{name}")


def _code(test: Any) -> str:
    if test in (_colour, _halo):
        return "style_colour"
    return "style_number" if test in NUMBERS else "style_word"


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _within(value: Any, least: float, most: float) -> bool:
    return _number(value) and least <= value <= most


def _size(value: object) -> bool:
    """A number of pixels, or a table of numbers by zoom."""
    if isinstance(value, Mapping):
        return bool(value) and all(str(z).isdigit() and int(z) <= DEEPEST and _size(w) for z, w in value.items())
    return _within(value, 0, LARGEST)


def _share(value: object) -> bool:
    return _within(value, 0, 1)


def _zoom(value: object) -> bool:
    return _within(value, 0, DEEPEST)


def _colour(value: object) -> bool:
    return isinstance(value, str) and (value == "" or COLOUR.fullmatch(value) is not None)


def _halo(value: object) -> bool:
    return value == "none" or _colour(value)


def _dash(value: object) -> bool:
    return value is None or (
        isinstance(value, list) and len(value) <= 8 and all(_within(one, 0, LARGEST) for one in value)
    )


def _icon(value: object) -> bool:
    return isinstance(value, str) and (value == "" or ICON.fullmatch(value) is not None)


def _word(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 100


def _one_of(*words: str) -> Any:
    return lambda value: value in words


NUMBERS = (_size, _share, _zoom, _dash)
PARTS: Mapping[str, Mapping[str, Any]] = {
    "symbol": {
        "shape": _one_of(*SHAPES), "icon": _icon, "icon_field": _word, "size": _size, "color": _colour,
        "stroke": _colour, "width": _size, "ink": _colour,
    },
    "line": {
        "color": _colour, "width": _size, "dash": _dash, "casing": _colour, "casing_width": _size, "opacity": _share,
        "cap": _one_of("round", "butt", "square"),
    },
    "fill": {"color": _colour, "opacity": _share},
    "label": {
        "field": _word, "size": _size, "color": _colour, "halo": _halo, "halo_width": _size, "min_zoom": _zoom,
        "max_zoom": _zoom, "placement": _one_of("point", "line"), "weight": _one_of("normal", "bold"),
    },
}  # fmt: skip
