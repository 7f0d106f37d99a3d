"""Classes by typing, and the card of a class (S1-54, S1-55)."""

from pathlib import Path

import pytest

from citygrid.rulebook.editions import initials
from citygrid.rulebook.search import card, find_classes, find_condition
from tests.rulebook.cities import NOON


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("暴露垃圾", "cjt214-2007:event:0102"),
        ("暴露", "cjt214-2007:event:0102"),
        ("bllj", "cjt214-2007:event:0102"),
        ("BLLJ ", "cjt214-2007:event:0102"),
        ("0118", "cjt214-2007:component:0118"),
        ("blown sand", "zheshi:event:2101"),
        ("scfglm", "zheshi:event:2101"),
    ],
)
def test_a_class_is_found_by_name_initials_and_code(second: Path, typed: str, found: str) -> None:
    assert found in [row.class_id for row in find_classes(typed, NOON)]


def test_the_same_name_comes_first(second: Path) -> None:
    assert find_classes("路灯", NOON)[0].name == "路灯"


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "没有这个"])
def test_nothing_is_found_for_nothing(second: Path, typed: str) -> None:
    assert find_classes(typed, NOON) == []


def test_only_one_kind(second: Path) -> None:
    assert {row.kind for row in find_classes("01", NOON, kind="event")} == {"event"}


def test_a_class_is_found_once_after_a_change(second: Path) -> None:
    assert len(find_classes("暴露垃圾", NOON)) == len({r.class_id for r in find_classes("暴露垃圾", NOON)})


def test_the_card_has_the_conditions_in_order(second: Path) -> None:
    found = card("cjt214-2007:component:0102", NOON)
    assert found is not None
    assert [one.no for one in found.conditions] == ["1", "2", "3", "4", "5"]
    assert found.conditions[0].closing == "恢复"
    assert card("cjt214-2007:component:9999", NOON) is None


def test_units_stand_in_the_order_of_trial(second: Path) -> None:
    condition = find_condition("zheshi:event:2101", "1", NOON)
    assert condition is not None
    assert condition.unit_types == ["环卫处", "市政处"]


@pytest.mark.parametrize(
    ("name", "letters"), [("暴露垃圾", "bllj"), ("垃圾箱（果皮箱、桶）", "ljxgpxt"), ("LED屏", "ledp")]
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
