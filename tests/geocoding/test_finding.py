"""Places are found as people call them (CJ/T 215 地址模糊查询定位, 地址精确查询定位)."""

from datetime import date
from pathlib import Path

import pytest

from citygrid.geocoding import keeping, search
from citygrid.geocoding.drafts import Draft
from citygrid.geocoding.keeping import Who
from citygrid.geocoding.models import Kind, Place
from tests.geocoding.conftest import NOW, Someone


def first(text: str) -> search.Match:
    return search.find(text, at=NOW)[0]


@pytest.mark.parametrize(
    ("asked", "meant", "how"),
    [
        ("上海大厦", "上海大厦", "exact"),
        ("江澜市北渡区上海大厦", "上海大厦", "exact"),
        ("shds", "上海大厦", "initials"),
        ("shanghaidasha", "上海大厦", "pinyin"),
        ("尚海大厦", "上海大厦", "pinyin"),
        ("碧玉蓝天大厦", "中融碧玉蓝天大厦", "part"),
        ("陆家嘴环", "陆家嘴环岛", "prefix"),
        ("中融蓝天大厦", "中融碧玉蓝天大厦", "abbreviation"),
        ("九江路２１９号", "九江路219号", "exact"),
        ("九江路二百十九号", "九江路219号", "exact"),
    ],
)
def test_one_place_by_many_words(city: Path, asked: str, meant: str, how: str) -> None:
    found = first(asked)
    assert (found.words, found.how) == (meant, how)


def test_a_match_says_where_it_lies(city: Path) -> None:
    found = first("上海大厦")
    assert found.grid.startswith(found.community)
    assert found.community.startswith(found.street)
    assert found.place is not None
    assert (found.accuracy, found.place.kind) == (20.0, "landmark")


def test_nothing_is_nothing(city: Path) -> None:
    assert search.find("", at=NOW) == []
    assert search.find("，。！", at=NOW) == []
    assert search.find("齉龘", at=NOW) == []


@pytest.mark.parametrize("text", ["%", "_%_", "\\", "'; drop table x; --", "((((", "路" * 500, "\x00abc", "号号号弄弄"])
def test_odd_texts_do_no_harm(city: Path, text: str) -> None:
    assert isinstance(search.find(text, at=NOW), list)


def test_another_name_is_found_and_can_be_taken_away(owner: Someone) -> None:
    place = Place.objects.get(name="上海大厦", kind=Kind.LANDMARK)
    keeping.name_otherwise(place.code, "百老汇大厦", Who(owner.signed), NOW)
    assert (first("百老汇大厦").words, first("百老汇大厦").how) == ("上海大厦", "alias")
    keeping.name_otherwise(place.code, "百老汇大厦", Who(owner.signed), NOW, remove=True)
    assert all(one.how != "alias" for one in search.find("百老汇大厦", at=NOW))


def test_a_place_is_found_only_on_its_days(owner: Someone) -> None:
    draft = Draft(Kind.LANDMARK, "旧邮局", 121.4855, 31.2462, since=date(2026, 1, 1))
    keeping.save("pold", draft, None, Who(owner.signed), NOW)
    keeping.retire("pold", date(2026, 5, 1), Who(owner.signed), NOW)
    assert [one.words for one in search.find("旧邮局", at=date(2026, 4, 30))][:1] == ["旧邮局"]
    for day in (date(2026, 5, 1), date(2025, 12, 31)):
        assert all(one.words != "旧邮局" for one in search.find("旧邮局", at=day))


def test_the_nearer_of_two_alike_comes_first(owner: Someone) -> None:
    for code, lon in (("pwest", 121.485), ("peast", 121.510)):
        draft = Draft(Kind.LANDMARK, "好日子便利店", lon, 31.24)
        keeping.save(code, draft, None, Who(owner.signed), NOW)
    for near, code in (((121.4851, 31.24), "pwest"), ((121.5099, 31.24), "peast")):
        found = search.find("好日子便利店", near=near, at=NOW)[0].place
        assert found is not None
        assert found.code == code


def test_a_named_district_decides(owner: Someone) -> None:
    """Two of one name: the district before it says which."""
    districts = {}
    for code, lon, lat in (("pa", 121.4855, 31.2462), ("pb", 121.5033, 31.2403)):
        draft = Draft(Kind.LANDMARK, "和平菜场", lon, lat)
        districts[code] = keeping.save(code, draft, None, Who(owner.signed), NOW).district
    assert districts["pa"] != districts["pb"]
    for code, district in districts.items():
        name = Place.objects.get(code=district).name
        found = first(f"{name}和平菜场").place
        assert found is not None
        assert found.code == code


def test_kinds_are_kept_apart(city: Path) -> None:
    found = search.find("陆家嘴", kinds=["street"], at=NOW)
    assert found
    assert {one.place.kind for one in found if one.place} == {"street"}
