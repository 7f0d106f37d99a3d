"""Catalogues of classes in both editions and the mapping between (S0-29, S3-21, S4-36, S4-37, S4-38, S4-39)."""

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.standards import Catalogue, CatalogueError, editions, extensions, translate
from citygrid.standards.editions import accuracy_metres

CJ, GB, WARNINGS = "cjt214-2007", "gbt30428.2", "warning-inferred"
SOURCES = Path(__file__).resolve().parents[3] / "shared" / "domain"


CATALOGUES = [
    *(Catalogue.load(edition) for edition in editions()),
    *(Catalogue.load(edition, key) for key, edition in extensions().items()),
]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda c: f"{c.edition}/{len(c.entries)}")
def test_every_class_has_a_code_of_its_profile_and_is_found_by_it(catalogue):
    for entry in catalogue.entries:
        assert catalogue.profile.check(f"{entry.kind}_class", entry.code) is None
        assert catalogue.entry(entry.kind, entry.code) is entry
        assert entry.geometry in ("point", "line", "polygon")
        assert entry.minor_name
        assert entry.major_name
        assert entry.gloss_en
    assert all(not entry.minor for entry in catalogue.unnumbered)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda c: f"{c.edition}/{len(c.entries)}")
def test_a_major_has_one_name(catalogue):
    names = {(e.kind, e.major, e.major_name) for e in (*catalogue.entries, *catalogue.unnumbered)}
    assert len(names) == len({(kind, major) for kind, major, _ in names})


def test_counts_of_the_old_edition():
    assert Counter(e.major for e in Catalogue.load(CJ).of("component")) == {
        "01": 38, "02": 17, "03": 11, "04": 10, "05": 3, "06": 6,
    }  # fmt: skip


def test_the_counts_are_those_of_the_sources():
    if not SOURCES.is_dir():
        pytest.skip("the source lists (shared/domain) are not beside the repository: counts NOT compared")
    wanted, found = Counter(), Counter()
    for kind, file in (("component", "components.csv"), ("event", "events.csv")):
        with (SOURCES / file).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                old = row["edition"].startswith("CJ/T 214")
                local = row["edition"].startswith("LOCAL-EXT")
                if not (old and not row["minor_code"]):  # a bare major is no class
                    wanted[kind, old, local, bool(row["minor_code"])] += 1
    for edition in (CJ, GB):
        for entry in (*Catalogue.load(edition).entries, *Catalogue.load(edition).unnumbered):
            found[entry.kind, edition == CJ, False, bool(entry.minor)] += 1
    for key, edition in extensions().items():
        for entry in (*Catalogue.load(edition, key).entries, *Catalogue.load(edition, key).unnumbered):
            found[entry.kind, False, True, bool(entry.minor)] += entry.local
    assert +found == wanted


def test_a_class_of_the_component_card_keeps_its_geometry_and_accuracy():
    """S1-60, S1-62: 上水井盖 is 01/01 and a point."""
    cover = Catalogue.load(CJ).entry("component", "0101")
    assert (cover.minor_name, cover.geometry) == ("上水井盖", "point")
    assert accuracy_metres(cover.accuracy) == 0.5
    assert accuracy_metres("") is None


def test_names_without_a_number_are_listed_and_not_loaded():
    catalogue = Catalogue.load(GB)
    assert "消防设施" in {entry.minor_name for entry in catalogue.unnumbered}
    assert "消防设施" not in {entry.minor_name for entry in catalogue.entries}
    assert catalogue.get("component", "01") is None


def test_an_unknown_class_or_edition_is_refused():
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(GB).entry("component", "0199")
    assert caught.value.code == "class_unknown"
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load("GB/T 30428.2")
    assert caught.value.code == "edition_unknown"
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(CJ, "ext-down99")
    assert caught.value.code == "class_extension"


def test_local_classes_are_apart_and_marked():
    plain, joined = Catalogue.load(GB), Catalogue.load(GB, "ext-down99")
    assert not any(entry.local for entry in plain.entries)
    local = [entry for entry in joined.entries if entry.local]
    assert len(joined.entries) == len(plain.entries) + len(local)
    assert {entry.edition for entry in local} == {"ext-down99"}
    assert plain.version != joined.version


@pytest.mark.parametrize(
    ("edition", "extension", "major", "code"),
    [
        (CJ, (), "01", "2101"),
        (CJ, ("ext-major21",), "01", "2138"),
        (GB, (), "01", "0199"),
        (GB, ("ext-down99",), "01", "0177"),
        ("gbt30428.2-minor3", (), "01", "01999"),
    ],
)
def test_the_next_local_number_follows_the_edition(edition, extension, major, code):
    catalogue = Catalogue.load(edition, *extension)
    assert catalogue.next_local("component", major) == code


def own_class(code, **changes):
    base = Catalogue.load(GB).entry("component", "0101")
    return replace(base, edition="", major=code[:2], minor=code[2:], minor_name="自设部件", **changes)


@pytest.mark.parametrize(
    ("edition", "row", "reason"),
    [
        (GB, own_class("0101"), "class_extension"),  # the number of a national class
        (GB, own_class("0140"), "class_extension"),  # among the national numbers
        (CJ, own_class("0150"), "class_extension"),  # not in major 21
        (GB, own_class("01999"), "class_row"),  # three digits in an edition of two
        (GB, own_class("0199", geometry="volume"), "class_row"),
        (GB, own_class("0199", kind="service"), "class_row"),
        (GB, own_class("0199", accuracy="D"), "class_row"),
    ],
)
def test_a_local_class_that_breaks_the_rule_is_refused(edition, row, reason):
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(edition).extended([row])
    assert caught.value.code == reason


@pytest.mark.parametrize("edition", [CJ, GB])
def test_a_city_may_open_a_major_of_its_own(edition):
    catalogue = Catalogue.load(edition).extended([own_class("0801", major_name="本市特殊部件")])
    assert catalogue.entry("component", "0801").local
    assert catalogue.majors("component")["08"] == "本市特殊部件"


def test_where_no_class_is_known_the_numbering_rule_still_holds():
    catalogue = Catalogue.load("gbt30428.2-minor3")
    assert catalogue.extended([own_class("01080"), own_class("01999")]).get("component", "01080")
    with pytest.raises(CatalogueError, match="01079"):
        catalogue.extended([own_class("01079")])


def test_the_same_local_class_twice_is_refused():
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load(GB).extended([own_class("0199"), own_class("0199")])
    assert caught.value.code == "class_duplicate"


def test_numbers_are_counted_down_until_none_is_left():
    catalogue = Catalogue.load(GB)
    taken = []
    with pytest.raises(CatalogueError) as caught:
        for _ in range(99):
            code = catalogue.next_local("component", "01")
            catalogue = catalogue.extended([own_class(code)])
            taken.append(int(code[2:]))
    assert caught.value.code == "extension_full"
    assert taken == list(range(99, 57, -1))  # 57 is the greatest national number in this major


def test_warnings_name_the_four_monitored_fields():
    """S4-39; the classes below the fields are inferred and say so."""
    warnings = Catalogue.load(WARNINGS)
    assert list(warnings.majors("warning").values()) == ["市政设施", "房屋建筑", "交通设施", "人员密集区域"]
    assert {entry.confidence for entry in warnings.entries} == {"inferred"}
    assert {len(entry.code) for entry in warnings.entries} == {6}


def test_event_majors_four_and_five_are_swapped():
    assert [translate("event", major, CJ, GB) for major in ("01", "02", "03", "04", "05")] == [
        "01", "02", "03", "05", "04",
    ]  # fmt: skip
    assert translate("event", translate("event", "04", CJ, GB), CJ, GB) == "04"


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("event", "0102", "0110"),  # 暴露垃圾
        ("event", "0401", "0505"),  # 路面塌陷
        ("event", "0501", "0401"),  # 无照经营游商
        ("event", "0510", "0129"),  # 露天烧烤 moved out of 街面秩序
        ("component", "0501", "0308"),  # 宣传栏
        ("component", "0113", None),  # 消防设施: its new number is not known
        ("component", "2101", None),
        ("event", "0499", None),
    ],
)
def test_classes_translate_by_what_they_are(kind, old, new):
    assert translate(kind, old, CJ, GB) == new


def test_a_wider_class_does_not_lead_back():
    assert translate("component", "0306", CJ, GB) == "0306"  # 灯箱霓虹灯 went into 户外广告
    assert translate("component", "0306", GB, CJ) is None


@given(st.sampled_from([(k, e.code) for k in ("component", "event") for e in Catalogue.load(GB).of(k)]))
def test_what_translates_back_translates_forth_again(case):
    kind, code = case
    old = translate(kind, code, GB, CJ)
    if old is not None:
        assert Catalogue.load(CJ).get(kind, old)
        assert translate(kind, old, CJ, GB) == code


@given(st.sampled_from([(k, e.code) for k in ("component", "event") for e in Catalogue.load(CJ).of(k)]))
def test_what_translates_forth_is_a_class_and_comes_back_or_went_into_a_wider_one(case):
    kind, code = case
    new = translate(kind, code, CJ, GB)
    if new is not None:
        assert Catalogue.load(GB).get(kind, new)
        assert translate(kind, new, GB, CJ) in (code, None)


def test_the_mapping_names_the_classes_that_it_maps():
    import citygrid.standards as package

    file = Path(package.__file__).parent / "data" / "mappings" / f"{CJ}--{GB}.csv"
    with file.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for row in (row for row in rows if len(row["from_code"]) > 2):
        assert Catalogue.load(CJ).entry(row["kind"], row["from_code"]).minor_name == row["from_name"]
        assert Catalogue.load(GB).entry(row["kind"], row["to_code"]).minor_name == row["to_name"]
        assert row["relation"] in ("same", "into")
    same = [(row["kind"], row["to_code"]) for row in rows if row["relation"] == "same"]
    assert len(same) == len(set(same))


def test_an_unknown_kind_or_edition_has_no_mapping():
    with pytest.raises(CatalogueError):
        translate("component", "0101", CJ, "gb")
    with pytest.raises(CatalogueError):
        translate("service", "0101", CJ, GB)
    assert translate("component", "0101", GB, "gbt30428.2-minor3") is None
    assert translate("component", "0101", GB, GB) == "0101"
