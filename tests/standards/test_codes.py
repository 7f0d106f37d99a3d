"""Codes parse, print, check and explain by a profile that is data (S0-03, S0-29, S3-04)."""

from string import digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citygrid.standards import CodeError, CodeProfile, standard_profiles

PROFILES = [CodeProfile.standard(code) for code in standard_profiles()]
GB = CodeProfile.standard("gbt30428")

every_format = st.sampled_from([(profile, kind) for profile in PROFILES for kind in profile.kinds])


@st.composite
def built(draw):
    """(profile, kind, numbers by part) of a code that is allowed."""
    profile, kind = draw(every_format)
    parts = profile.format(kind).parts
    return profile, kind, {part.name: draw(st.integers(part.least, part.greatest)) for part in parts}


def error_of(profile, kind, text):
    with pytest.raises(CodeError) as caught:
        profile.parse(kind, text)
    assert str(caught.value) == caught.value.message % caught.value.params
    return caught.value.code


@given(built())
def test_what_was_built_is_read_back_and_printed_the_same(given_code):
    profile, kind, numbers = given_code
    code = profile.build(kind, **numbers)
    again = profile.parse(kind, str(code))
    assert again == code
    assert {part.name: int(part.digits) for part in again.parts} == numbers
    assert "".join(digits for _, digits, _ in again.explain()) == str(code)
    assert profile.check(kind, str(code)) is None


@given(built(), st.text(digits, min_size=1, max_size=30))
def test_another_length_is_refused(given_code, text):
    profile, kind, _ = given_code
    if len(text) != profile.format(kind).length:
        assert error_of(profile, kind, text) == "code_length"


@given(built(), st.characters(), st.data())
def test_a_sign_that_is_no_ascii_digit_is_refused(given_code, sign, data):
    profile, kind, numbers = given_code
    text = str(profile.build(kind, **numbers))
    at = data.draw(st.integers(0, len(text) - 1))
    if sign not in digits:
        assert error_of(profile, kind, text[:at] + sign + text[at + 1 :]) == "code_digits"


@pytest.mark.parametrize("sign", ["\uff11", "١", "²", " ", "-", "A", "\n"])
def test_digits_of_other_scripts_are_no_digits(sign):
    assert error_of(GB, "area", "31010" + sign) == "code_digits"


@given(st.one_of(st.none(), st.integers(), st.floats(), st.binary(), st.lists(st.text())))
def test_what_is_no_text_is_refused(value):
    assert error_of(GB, "grid", value) == "code_text"


def test_a_kind_that_the_profile_has_not_is_refused():
    assert error_of(GB, "duty_grid", "1") == "code_kind"


@pytest.mark.parametrize(
    ("profile", "kind", "pattern"),
    [
        ("gbt30428", "area", "6"),
        ("gbt30428", "street", "6+3"),
        ("gbt30428", "community", "6+3+3"),
        ("gbt30428", "grid", "6+3+3+3"),
        ("cjt214", "grid", "6+2+3+3"),
        ("gbt30428", "component", "6+2+2+6"),
        ("gbt30428-minor3", "component", "6+2+3+5"),
        ("gbt30428", "component_class", "2+2"),
        ("gbt30428-minor3", "event_class", "2+3"),
        ("gbt30428", "warning_class", "2+2+2"),
        ("gbt30428", "warning", "6+2+2+2+6"),
        ("gbt30428", "event", "6+2+2"),
        ("local-street4", "grid", "6+4+3+3"),
    ],
)
def test_the_patterns_of_the_standards(profile, kind, pattern):
    assert CodeProfile.standard(profile).format(kind).pattern == pattern


def test_a_code_from_the_field_is_explained():
    code = GB.parse("component", "3205080101000001")
    assert code.explain() == [
        ("area", "320508", "area"),
        ("major", "01", "major"),
        ("minor", "01", "minor"),
        ("number", "000001", "number"),
    ]
    assert [GB.word(meaning, "zh") for _, _, meaning in code.explain()] == [
        "行政区划",
        "大类",
        "小类",
        "顺序码",
    ]
    assert str(GB.narrow(code, "component_class")) == "0101"
    assert str(GB.parent(code)) == "320508"


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.code)
def test_a_grid_has_its_community_its_street_and_its_area_above_it(profile):
    grid = profile.build("grid", area="310101", street=2, community=3, number=7)
    above = []
    place = grid
    while place is not None:
        above.append(place.kind)
        assert str(grid).startswith(str(place))
        place = profile.parent(place)
    assert above == ["grid", "community", "street", "area"]


def test_the_running_number_is_padded_and_the_rest_comes_from_the_community():
    community = GB.parse("community", "310101002003")
    assert str(GB.build("grid", community, number=7)) == "310101002003007"


@pytest.mark.parametrize(
    "parts",
    [
        {"number": 0},
        {"number": 1000},
        {"number": -1},
        {"number": "07"},
        {"number": "٠٠٧"},
        {"number": True},
        {"number": 7, "major": 1},
        {},
    ],
)
def test_parts_that_do_not_fit_build_nothing(parts):
    community = GB.parse("community", "310101002003")
    with pytest.raises(CodeError) as caught:
        GB.build("grid", community, **parts)
    assert caught.value.code == "code_part"


@pytest.mark.parametrize("text", ["000000", "010101"])
def test_an_area_does_not_begin_with_zero(text):
    assert error_of(GB, "area", text) == "code_part"


def test_a_code_has_no_part_of_another_kind():
    with pytest.raises(CodeError, match="no part minor"):
        GB.parse("area", "310101").part("minor")


def test_a_city_changes_one_pattern_and_keeps_the_rest():
    own = CodeProfile.from_mapping(
        {
            "base": "gbt30428",
            "code": "own",
            "kinds": {"component": {"parts": [["area", 6], ["major", 2], ["minor", 2], ["number", 8]]}},
        }
    )
    assert own.format("component").length == 18
    assert own.format("grid") == GB.format("grid")
    assert own.check("component", "3205080101000001").code == "code_length"


@pytest.mark.parametrize(
    "mapping",
    [
        None,
        [],
        {},
        {"code": "x"},
        {"base": "none-such"},
        {"code": "x", "kinds": []},
        {"code": "x", "kinds": {"grid": 15}},
        {"code": "x", "kinds": {"grid": {}}},
        {"code": "x", "kinds": {"grid": {"parts": []}}},
        {"code": "x", "kinds": {"grid": {"parts": [["area", 0]]}}},
        {"code": "x", "kinds": {"grid": {"parts": [["area", "6"]]}}},
        {"code": "x", "kinds": {"grid": {"parts": [["area", True]]}}},
        {"code": "x", "kinds": {"grid": {"parts": [["area", 6], ["area", 3]]}}},
        {"code": "x", "kinds": {"grid": {"parts": [["area", 6]], "parent": "street"}}},
        {"code": "x", "kinds": {"grid": {"parts": [["area", 6]], "parent": "grid"}}},
        {"base": "gbt30428", "kinds": {"street": {"parts": [["area", 6], ["street", 4]], "parent": "area"}}},
        {"base": "gbt30428", "parts": {"number": {"least": 9, "greatest": 1}}},
        {"base": "gbt30428", "parts": {"number": {"least": "1"}}},
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(mapping):
    with pytest.raises(CodeError) as caught:
        CodeProfile.from_mapping(mapping)
    assert caught.value.code == "code_profile"
