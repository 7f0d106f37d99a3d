"""A style is looked at before it is kept: parts, colours, sizes, rules (S1-62: the symbol of a class is data)."""

import tomllib
from typing import Any

import pytest

from citygrid.maps import styles
from citygrid.maps.layer_file import OWN
from citygrid.maps.problems import MESSAGES


@pytest.mark.parametrize("path", sorted(OWN.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_style_can_be_drawn(path: Any) -> None:
    layers = tomllib.loads(path.read_text(encoding="utf-8"))["layers"]
    assert layers
    for code, layer in layers.items():
        assert styles.faults(layer["style"]) == [], code


@pytest.mark.parametrize(
    ("style", "code", "where"),
    [
        ([], "style_not_a_table", ""),
        ({"line": "red"}, "style_not_a_table", "line"),
        ({"line": {"color": "red"}}, "style_colour", "line.color"),
        ({"line": {"width": -1}}, "style_number", "line.width"),
        ({"line": {"width": {"14": "wide"}}}, "style_number", "line.width"),
        ({"line": {"colour": "#123456"}}, "style_unknown", "line.colour"),
        ({"symbol": {"shape": "heart"}}, "style_word", "symbol.shape"),
        ({"symbol": {"icon": "<script>"}}, "style_word", "symbol.icon"),
        ({"fill": {"opacity": 1.5}}, "style_number", "fill.opacity"),
        ({"glow": {}}, "style_unknown", "glow"),
        ({"rules": [{"line": {}}]}, "style_rules", "rules.1"),
        ({"rules": [{"where": {}, "line": {"color": "blue"}}]}, "style_colour", "rules.1.line.color"),
        ({"cluster": {"distance": 500}}, "style_number", "cluster.distance"),
    ],
)
def test_what_cannot_be_drawn_is_told_by_its_place(style: Any, code: str, where: str) -> None:
    assert styles.faults(style) == [(code, where)]
    assert MESSAGES[code] % {"where": where}


def test_sizes_may_grow_with_the_zoom_and_a_part_may_be_switched_off_by_a_rule() -> None:
    style = {
        "line": {"color": "#abc", "width": {"10": 0.5, "18": 14}},
        "rules": [{"where": {"kind": ["a"]}, "line": False}],
    }
    assert styles.faults(style) == []
