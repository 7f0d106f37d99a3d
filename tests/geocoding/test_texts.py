"""Texts are compared in one form, whatever the keyboard wrote."""

import pytest

from citygrid.geocoding import texts
from citygrid.geocoding.ranking import Question, chunks, fit


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("（上海市）浦东新区　ＡＢＣ１２—３号", "上海市浦东新区abc12-3号"),
        ("第二小学", "第2小学"),
        ("八十八号", "88号"),
        ("一百零五号", "105号"),
        ("二十弄三号", "20弄3号"),
        ("三林路", "三林路"),
        ("十六铺", "十六铺"),
    ],
)
def test_one_form(written: str, form: str) -> None:
    assert texts.numbered(texts.normal(written)) == form


def test_letters_are_cut_into_syllables() -> None:
    assert texts.cut("penglailudierxiaoxue")[0] == ("peng", "lai", "lu", "di", "er", "xiao", "xue")
    assert texts.cut("xian") == [("xian",), ("xi", "an")]
    assert texts.cut("ljz") == []


def test_digits_sound_like_numerals() -> None:
    assert texts.syllables("第2小学") == texts.syllables("第二小学")


def test_traditional_characters_sound_the_same() -> None:
    assert texts.syllables("陸家嘴") == texts.syllables("陆家嘴")


@pytest.mark.parametrize(
    ("said", "text", "runs"),
    [("华东师大", "华东师范大学", 2), ("市一医院", "上海市第一人民医院", 3), ("ab", "ba", 0), ("abc", "abc", 1)],
)
def test_an_abbreviation_stands_in_order(said: str, text: str, runs: int) -> None:
    assert chunks(said, text) == runs


def _fit(said: str, name: str) -> float:
    sounds = texts.syllables(texts.normal(name))
    text = texts.numbered(texts.normal(name))
    return fit(Question.of(texts.normal(said)), text, " ".join(sounds), texts.initials(sounds))[0]


@pytest.mark.parametrize(
    ("said", "better", "worse"),
    [
        ("人民路", "人民路", "人民北路"),
        ("复旦中山医院", "复旦大学附属中山医院", "复旦大学附属华山医院"),
        ("蓬来路第二小学", "蓬莱路第二小学", "蓬莱路第一小学"),
        ("ljz", "陆家嘴", "陆家嘴环路"),
        ("lujiazui", "陆家嘴", "陆家宅"),
    ],
)
def test_what_fits_better(said: str, better: str, worse: str) -> None:
    assert _fit(said, better) > _fit(said, worse)
