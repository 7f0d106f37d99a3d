"""Search keys of a text: pairs of Chinese characters and lower-cased words. Pure.

Two-character words are the common query (井盖), for which trigrams find nothing; no collation, no `\\w`.
"""

import unicodedata
from itertools import pairwise

_HAN = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x323AF),
    (0x3005, 0x3007),
)


def bigrams(text: str) -> list[str]:
    """Sorted keys without repeats. A lone Chinese character is a key of its own.

    Full and half width, upper and lower case are the same ("ＡＢ" = "ab"). A query's keys are made the same
    way; a
    text is a candidate when it has all of them, and the caller compares the words themselves after that.
    """
    found: set[str] = set()
    for run, han in _runs(unicodedata.normalize("NFKC", text).lower()):
        if not han or len(run) == 1:
            found.add(run)
        else:
            found.update(a + b for a, b in pairwise(run))
    return sorted(found)


def _runs(text: str) -> list[tuple[str, bool]]:
    runs: list[tuple[str, bool]] = []
    start, kind = 0, 0
    for at, sign in enumerate(text):
        here = _kind(sign)
        if here != kind:
            if kind:
                runs.append((text[start:at], kind == 1))
            start, kind = at, here
    if kind:
        runs.append((text[start:], kind == 1))
    return runs


def _kind(sign: str) -> int:
    """1 a Chinese character, 2 a letter or digit of another script, 0 neither."""
    code = ord(sign)
    if code < 0x80:
        return 2 if sign.isalnum() else 0
    if any(low <= code <= high for low, high in _HAN):
        return 1
    return 2 if sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc") else 0
