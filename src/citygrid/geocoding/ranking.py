"""How well a text answers a question: pure. One number from 0 to 1, and in which way it fits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel, LCSseq

from citygrid.geocoding import texts

EXACT, ALIAS, PREFIX, PART, PINYIN, INITIALS, ABBREVIATION, FUZZY = (
    "exact", "alias", "prefix", "part", "pinyin", "initials", "abbreviation", "fuzzy",
)  # fmt: skip
METRES_A_DEGREE = 111_320.0
FAR_M = 5_000.0
"""From here on the distance to where somebody looks makes no further difference."""


@dataclass(frozen=True, slots=True)
class Question:
    """One way to understand what was asked. `text`: normal form with digits; `loss`: what this way costs."""

    text: str
    sounds: tuple[str, ...]
    latin: bool
    loss: float = 0.0

    @classmethod
    def of(cls, said: str, loss: float = 0.0) -> "Question":
        """Of a text in normal form. It is heard as it was said: 十八 is shi ba, not yi ba."""
        return cls(texts.numbered(said), texts.syllables(said), texts.is_latin(said), loss)

    @property
    def whole(self) -> list[int]:
        """The grams of all that sounds so, or has these initials."""
        if not self.latin:
            return [texts.whole_sound("".join(self.sounds))]
        return [texts.whole_sound(self.text), texts.whole_initials(self.text)]

    def groups(self) -> list[list[int]]:
        """What to look up, each group with a budget of its own: one that is rare by chance, letters that make no
        sense as initials, would else use up that of the sounds."""
        if not self.latin:
            return [[*texts.character_grams(self.text), *texts.sound_grams(self.sounds)]]
        ways = texts.cut(self.text, 2) or [way for way, _ in texts.cut_open(self.text)][:2]
        sounds = [gram for way in ways if len(way) > 1 for gram in texts.sound_grams(way)]
        return [sounds, [*texts.initial_grams(self.text), *texts.character_grams(self.text)]]


def fit(question: Question, text: str, pinyin: str, initials: str) -> tuple[float, str]:
    """How well a term fits, with the loss taken off."""
    score, how = _latin(question, text, pinyin, initials) if question.latin else _written(question, text, pinyin)
    return score - question.loss, how


def _written(question: Question, text: str, pinyin: str) -> tuple[float, str]:
    said = question.text
    if said == text:
        return 1.0, EXACT
    share = len(said) / len(text) if len(said) < len(text) else len(text) / len(said)
    if text.startswith(said):
        return 0.88 + 0.1 * share, PREFIX
    sounds = pinyin.split(" ")
    if tuple(sounds) == question.sounds:
        return 0.97 + 0.02 * Indel.normalized_similarity(said, text), PINYIN
    if said in text:
        return 0.82 + 0.12 * share, PART
    # Characters in common, in order: in C, it decides at once whether the slow part is worth it.
    common, alike = LCSseq.similarity(said, text), LCSseq.similarity(question.sounds, sounds)
    written = 2 * common / (len(said) + len(text))
    heard = 2 * alike / (len(question.sounds) + len(sounds))
    best = 0.93 * (0.4 * written + 0.6 * max(heard, written)), FUZZY
    if common == len(said):
        best = max(best, (_shortened(said, text, chunks(said, text), share), ABBREVIATION))
    elif alike == len(question.sounds) and len(sounds) == len(text):
        best = max(best, (_shortened(said, text, chunks(question.sounds, sounds), share) - 0.04, ABBREVIATION))
    return best


def _shortened(said: str, text: str, runs: int, share: float) -> float:
    """An abbreviation keeps the beginning and few, long pieces."""
    whole = 1 - (runs - 1) / max(1, len(said))
    begins = 0.04 if said[0] == text[0] else 0.0
    ends = 0.03 if said[-1] == text[-1] else 0.0
    return 0.68 + 0.12 * share + 0.1 * whole + begins + ends


def _latin(question: Question, text: str, pinyin: str, initials: str) -> tuple[float, str]:
    said = question.text
    joined = pinyin.replace(" ", "")
    if said == text:
        return 1.0, EXACT
    whole = [(0.12 + _letters(said, joined), PINYIN), (0.11 + _letters(said, initials), INITIALS)]
    best = max(whole)
    if best[0] > 0.5:
        return best
    return max(
        (0.88 * float(Indel.normalized_similarity(said, joined)), FUZZY),
        (0.84 * float(Indel.normalized_similarity(said, initials)), INITIALS),
    )


def _letters(said: str, letters: str) -> float:
    """How well letters stand for a name: as a whole, as its beginning, inside it; 0: not at all."""
    if said == letters:
        return 0.86
    share = 0.1 * len(said) / len(letters)
    if letters.startswith(said):
        return 0.74 + share
    return 0.64 + share if said in letters else 0.0


def chunks(said: Sequence[str], text: Sequence[str]) -> int:
    """In how many runs the parts of `said` stand in `text` in order, as few as the eager way finds; 0: they do not."""
    at, places = 0, []
    for one in said:
        while at < len(text) and text[at] != one:
            at += 1
        if at == len(text):
            return 0
        places.append(at)
        at += 1
    # From behind: the latest place that still leaves room gives longer runs for endings.
    last = len(text)
    for index in range(len(said) - 1, -1, -1):
        spot = last - 1
        while text[spot] != said[index]:
            spot -= 1
        follows = index > 0 and places[index] == places[index - 1] + 1
        if follows and places[index] < spot and text[places[index]] == said[index]:
            spot = places[index]
        places[index] = last = spot
    return 1 + sum(b != a + 1 for a, b in pairwise(places))


def nearness(lon: float, lat: float, near: tuple[float, float] | None) -> float:
    """0 to 1: how near a place is to where somebody looks; 0 without such a point."""
    if near is None:
        return 0.0
    east = (lon - near[0]) * math.cos(math.radians(near[1]))
    metres = math.hypot(east, lat - near[1]) * METRES_A_DEGREE
    return max(0.0, 1 - metres / FAR_M)
