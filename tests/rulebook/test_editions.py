"""The shipped editions: every row reads, every class named is one, the words of the rule are flagged."""

import pytest

from citygrid.rulebook.editions import shipped
from citygrid.standards.editions import CatalogueError
from citygrid.worktime import Limit

GB = ("gbt30428.2", "ext-down99")
CJ = ("cjt214-2007",)


@pytest.mark.parametrize("editions", [GB, CJ])
def test_every_condition_belongs_to_a_class(editions: tuple[str, ...]) -> None:
    rows = shipped(editions)
    assert {class_id for class_id, _ in rows.conditions} <= {class_id for (class_id,) in rows.classes}
    assert len(rows.conditions) > 300


@pytest.mark.parametrize("editions", [GB, CJ])
def test_every_condition_has_a_limit_and_a_unit(editions: tuple[str, ...]) -> None:
    for key, row in shipped(editions).conditions.items():
        assert Limit.parse(row["limit"]), key
        assert row["unit_types"], key


@pytest.mark.parametrize(
    ("editions", "key"),
    [
        (GB, ("gbt30428.2:component:0101", "1")),  # 井盖丢失缺损
        (GB, ("gbt30428.2:component:0131", "1")),  # 立杆倾斜
        (GB, ("gbt30428.2:event:0505", "1")),  # 路面脱空塌陷
        (GB, ("gbt30428.2:event:0508", "1")),  # 架空管线坠落
        (CJ, ("cjt214-2007:component:0117", "1")),
        (CJ, ("cjt214-2007:component:0101", "1")),
    ],
)
def test_public_safety_is_flagged_with_two_hours_to_arrive(editions: tuple[str, ...], key: tuple[str, str]) -> None:
    """S4-24, S4-25."""
    row = shipped(editions).conditions[key]
    assert row["safety"] and row["arrival"] == "2 urgent_hour"


def test_public_safety_is_not_urgency() -> None:
    rows = shipped(GB).conditions.values()
    assert {(row["safety"], row["urgent"]) for row in rows} == {
        (True, True), (True, False), (False, True), (False, False),
    }  # fmt: skip


def test_exposed_garbage_is_reached_in_ninety_minutes() -> None:
    """S1-57; S1-58: 4 h under five tons, 24 h over."""
    rows = shipped(CJ).conditions
    found = [rows["cjt214-2007:event:0102", no] for no in ("1", "2")]
    assert [row["arrival"] for row in found] == ["90 urgent_minute"] * 2
    assert [row["limit"] for row in found] == ["4 urgent_hour", "24 urgent_hour"]


def test_the_same_number_means_another_class_in_the_other_edition() -> None:
    """The 04/05 swap: S3-21."""
    old, new = shipped(CJ).classes, shipped(GB).classes
    assert old["cjt214-2007:event:0510",]["name"] == "露天烧烤"
    assert new["gbt30428.2:event:0508",]["name"] == "架空线缆脱落"


def test_an_extension_needs_its_edition() -> None:
    with pytest.raises(CatalogueError):
        shipped(["ext-down99"])
