"""Texts in the form in which they are compared: characters, digits, pinyin syllables, initials, hashed grams."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

_DROP = re.compile(r"[\x00-\x1f\x7f\s·・。,，.．;；:：!！?？'\"“”‘’\[\]【】《》<>〈〉|_*#°′″]+")
_BRACKETS = re.compile(r"[()（）{}]+")
_DIGITS = str.maketrans("〇零一二两三四五六七八九", "001223456789")
_SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")
_COUNTED = re.compile(
    r"([〇零一二两三四五六七八九十百]+)(?=号|弄|室|栋|幢|楼|层|单元|米|公里|大队|组|村|中|小|医院|期|区|路|院|支弄)"
)
_ORDINAL = re.compile(r"第([〇零一二两三四五六七八九十百]+)")
_DASH = re.compile(r"[—–‐‑－﹣―]+")
_LATIN = re.compile(r"[a-z]+")
_RUNS = re.compile(r"[a-z]+|[^a-z]+")
LONGEST = 300
SYLLABLE_LONGEST = 6


def normal(text: str) -> str:
    """Full width to half width, lower case, one kind of dash, no blanks and signs. Brackets' content stays.

    Chinese numerals stay as they are (`numbered` makes them digits): 三林路 is no 3林路."""
    half = unicodedata.normalize("NFKC", text).lower()
    return _BRACKETS.sub("", _DROP.sub("", _DASH.sub("-", half)))[:LONGEST]


def numbered(text: str) -> str:
    """Numerals before 号, 弄, 中学 and so on, and after 第, as digits: 八十八号 -> 88号, 第二小学 -> 第2小学."""
    text = _ORDINAL.sub(lambda found: f"第{number(found[1])}", text)
    return _COUNTED.sub(lambda found: str(number(found[1])), text)


def number(text: str) -> str:
    """A Chinese numeral below a thousand as digits."""
    if "十" not in text and "百" not in text:
        return text.translate(_DIGITS)
    hundreds, tens, rest = 0, 0, text
    if "百" in rest:
        before, _, rest = rest.partition("百")
        hundreds = int((before or "一").translate(_DIGITS) or 1)
    if "十" in rest:
        before, _, rest = rest.partition("十")
        digits = before.translate(_DIGITS).lstrip("0")
        tens = int(digits) if digits.isdigit() else 1
    digits = rest.translate(_DIGITS).lstrip("0")
    return str(hundreds * 100 + tens * 10 + (int(digits) if digits.isdigit() else 0))


@lru_cache(maxsize=2000)
def syllables(text: str) -> tuple[str, ...]:
    """Pinyin without tones of a normal text, one for each character: a digit sounds like its numeral, letters in a
    row that are pinyin themselves are cut into syllables, other letters stand for themselves."""
    found: list[str] = []
    for part in _RUNS.findall(text):
        if _LATIN.fullmatch(part):
            found.extend(next(iter(cut(part, 1)), tuple(part)))
        else:
            found.extend(_sounds(part.translate(_SPOKEN)))
    return tuple(found)


def _sounds(text: str) -> list[str]:
    from pypinyin.seg.mmseg import seg  # noqa: PLC0415 - its dictionaries take a third of a second to load
    from pypinyin.seg.simpleseg import simple_seg  # noqa: PLC0415

    # What lazy_pinyin does with the whole text, word by word, so that each word is heard once.
    return [sound for part in simple_seg(text) for word in seg.cut(part) for sound in _word(word)]


@lru_cache(maxsize=20_000)
def _word(word: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    # pypinyin takes a list as well, one sound for each sign that is no Chinese character.
    found = lazy_pinyin(word, errors=list)  # type: ignore[arg-type]  # its stub knows only texts
    return tuple("".join(sound.split()).lower() or "-" for sound in found)


def initials(sounds: Iterable[str]) -> str:
    return "".join(sound[0] for sound in sounds)


def gram(kind: str, *parts: str) -> int:
    """A signed 32-bit hash of a gram. A collision costs a candidate, never an answer."""
    value = crc32((kind + "\t".join(parts)).encode())
    return value - (1 << 32) if value >= 1 << 31 else value


def character_grams(text: str) -> list[int]:
    """Of each pair of neighbours; a text of one character has one gram of itself."""
    return [gram("c", a, b) for a, b in pairwise(text)] if len(text) > 1 else [gram("c", text)]


def skip_grams(text: str) -> list[int]:
    """Of each pair with one character between: what is left when a character is wrong or left out."""
    return [gram("c", text[i], text[i + 2]) for i in range(len(text) - 2)]


def sound_grams(sounds: Sequence[str]) -> list[int]:
    return [gram("p", a, b) for a, b in pairwise(sounds)] if len(sounds) > 1 else [gram("p", *sounds)]


def initial_grams(letters: str) -> list[int]:
    if len(letters) < 3:
        return []
    return [gram("i", letters[i : i + 3]) for i in range(len(letters) - 2)]


def whole_sound(letters: str) -> int:
    """The gram of all that sounds exactly so: homophones and full pinyin are found by this one alone."""
    return gram("w", letters)


def whole_initials(letters: str) -> int:
    return gram("j", letters)


def grams_of(text: str, sounds: Sequence[str], *, name: bool, street: bool) -> list[int]:
    """All grams under which a normal text is found. Names have those for abbreviations and initials as well; streets
    have grams of their own kind, so that they are found among all that stands at them."""
    found = {*character_grams(text), *sound_grams(sounds), whole_sound("".join(sounds))}
    if name:
        letters = initials(sounds)
        found.update(skip_grams(text), initial_grams(letters), [whole_initials(letters)])
    if street:
        found.update(street_grams(text, sounds))
    return sorted(found)


def street_grams(text: str, sounds: Sequence[str]) -> list[int]:
    """Of names of streets alone."""
    pairs = [gram("s", a, b) for a, b in pairwise(text)]
    return pairs + [gram("t", a, b) for a, b in pairwise(sounds)]


def is_latin(text: str) -> bool:
    """Whether it is letters only: pinyin or initials (or a Latin name)."""
    return bool(_LATIN.fullmatch(text))


@lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    from pypinyin import Style  # noqa: PLC0415
    from pypinyin.constants import PINYIN_DICT  # noqa: PLC0415 - large
    from pypinyin.style import convert  # noqa: PLC0415

    found: set[str] = set()
    for sounds in set(PINYIN_DICT.values()):
        found.update(convert(sound, Style.NORMAL, strict=False) for sound in sounds.split(","))
    return frozenset(sound for sound in found if _LATIN.fullmatch(sound) and (len(sound) > 1 or sound in "aoe"))


def cut(letters: str, most: int = 4) -> list[tuple[str, ...]]:
    """Ways to read letters as whole pinyin syllables, fewest syllables first: xian -> (xian), (xi, an)."""
    known = _known_syllables()
    best: list[list[tuple[str, ...]]] = [[] for _ in range(len(letters) + 1)]
    best[0] = [()]
    for end in range(1, len(letters) + 1):
        ways = [
            (*way, letters[start:end])
            for start in range(max(0, end - SYLLABLE_LONGEST), end)
            if letters[start:end] in known
            for way in best[start]
        ]
        best[end] = sorted(ways, key=len)[:most]
    return best[-1]


def cut_open(letters: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """As `cut`, for letters still being typed: syllables and an unfinished end."""
    for end in range(len(letters), max(0, len(letters) - SYLLABLE_LONGEST), -1):
        for way in cut(letters[:end], 2):
            if way:
                yield way, letters[end:]
