"""Search keys of Chinese and Latin texts (no trigrams, no collation, no \\w)."""

from hypothesis import given
from hypothesis import strategies as st

from citygrid.trust.bigrams import bigrams

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=12)


def test_pairs_of_characters_and_words() -> None:
    assert bigrams("井盖丢失，人民路88号 Bus-Stop") == sorted(
        ["井盖", "盖丢", "丢失", "人民", "民路", "88", "号", "bus", "stop"]
    )


def test_width_and_case_do_not_matter() -> None:
    assert bigrams("ＡＢ１２ 號") == bigrams("ab12 號")


def test_nothing_to_search_gives_no_key() -> None:
    assert bigrams("") == bigrams(" ,。!\n") == []


def test_rare_characters_and_one_alone() -> None:
    assert bigrams("𠀀𠀁") == ["𠀀𠀁"]
    assert bigrams("井") == ["井"]


@given(HAN, HAN, HAN)
def test_what_a_text_contains_is_among_its_keys(before: str, word: str, after: str) -> None:
    assert set(bigrams(word)) <= set(bigrams(before + word + after))


@given(st.text())
def test_keys_are_sorted_and_without_repeats(text: str) -> None:
    keys = bigrams(text)
    assert keys == sorted(set(keys))
    assert all(keys)
