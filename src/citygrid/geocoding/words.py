"""Words of addresses: shipped ones and the city's own, as data. Held in memory until a word or an area changes.

Roles: `road` (endings of road names), `and`, `crossing`, `direction` (meaning: degrees from north), `gate` (the same,
or empty), `beside`, `opposite`, `between`, `unit` (metres), `about`, `number`, `lane`, `part`, `abbreviation` (what is
said -> what is written), `tail` (endings of names that people leave out)."""

import csv
import re
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from citygrid.geocoding import texts
from citygrid.geocoding.models import Kind, Place, State, Word

ROLES = (
    "road", "and", "crossing", "direction", "gate", "beside", "opposite", "between", "unit", "about", "number",
    "lane", "part", "abbreviation", "tail",
)  # fmt: skip
NUMERIC = frozenset({"direction", "unit"})
NEEDS_MEANING = frozenset({"direction", "unit", "abbreviation"})
LOOK_EVERY = 1.0
"""Seconds between two looks at the mark in the database."""


@dataclass(frozen=True)
class Words:
    """All words, by role: word -> meaning; `areas`: names of districts, streets and so on -> (level, code)
    of each area of that name."""

    of: Mapping[str, Mapping[str, str]]
    areas: Mapping[str, tuple[tuple[str, str], ...]]

    def pattern(self, role: str) -> str:
        """A regular expression for any word of the role, longest first."""
        words = sorted(self.of.get(role, ()), key=len, reverse=True)
        return "(?:" + "|".join(re.escape(word) for word in words) + ")" if words else r"(?!)"

    def meaning(self, role: str, word: str) -> str:
        return self.of.get(role, {}).get(word, "")

    @cached_property
    def grammar(self) -> "Grammar":
        return Grammar.of(self)

    @cached_property
    def longest_area(self) -> int:
        return max(map(len, self.areas), default=0)


@dataclass(frozen=True)
class Grammar:
    """The compiled patterns of `asking.py`."""

    distance: re.Pattern[str]
    direction: re.Pattern[str]
    gate: re.Pattern[str]
    beside: re.Pattern[str]
    opposite: re.Pattern[str]
    between: re.Pattern[str]
    joins: re.Pattern[str]
    plate: re.Pattern[str]
    road_end: re.Pattern[str]

    @classmethod
    def of(cls, words: Words) -> "Grammar":
        about, unit, side = words.pattern("about"), words.pattern("unit"), words.pattern("direction")
        number, lane, part = words.pattern("number"), words.pattern("lane"), words.pattern("part")
        much = rf"{about}*(?P<much>\d+(?:\.\d+)?){about}*(?P<unit>{unit}){about}*"
        much_first = much.replace("<much>", "<much2>").replace("<unit>", "<unit2>")
        digits = r"\d+(?:[-~]\d+)?"
        road = words.pattern("road")
        return cls(
            distance=re.compile(rf"(?P<rest>.+?){about}*(?:(?P<side>{side}){much}处?|{much_first}(?P<after>{side}))$"),
            direction=re.compile(rf"(?P<rest>.{{2,}}?)(?P<side>{side})$"),
            gate=re.compile(rf"(?P<rest>.{{2,}}?){about}*(?P<gate>{words.pattern('gate')})$"),
            beside=re.compile(rf"(?P<rest>.{{2,}}?)(?:{words.pattern('beside')})+$"),
            opposite=re.compile(rf"(?P<rest>.{{2,}}?){about}*(?:{words.pattern('opposite')})$"),
            between=re.compile(rf"(?P<rest>.{{5,}}?){about}*(?:{words.pattern('between')})$"),
            joins=re.compile(words.pattern("and")),
            plate=re.compile(
                rf"(?P<road>.{{2,}}?)(?:(?P<lane>{digits}){lane})?(?P<number>{digits}){number}?"
                rf"(?P<part>(?:\w{{1,4}}{part})*)$|(?P<road2>.{{2,}}?)(?P<lane2>{digits}){lane}$"
            ),
            road_end=re.compile(road),
        )


def shipped() -> dict[str, dict[str, str]]:
    """The words that come with the product."""
    text = (resources.files("citygrid.geocoding") / "data" / "words.csv").read_text(encoding="utf-8")
    return grouped((row["role"], row["word"], row["meaning"]) for row in csv.DictReader(text.splitlines()))


def grouped(rows: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Words by role, in the normal form of a question."""
    found: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for role, word, meaning in rows:
        said = texts.numbered(texts.normal(word)) or word
        found.setdefault(role, {})[said] = (
            meaning if role in NUMERIC | {"gate"} else texts.numbered(texts.normal(meaning))
        )
    return found


class _Held:
    lock = threading.Lock()
    words: Words | None = None
    mark = ""
    looked = float("-inf")


def current() -> Words:
    """The words in force; the database is asked once a second whether they changed."""
    held = _Held.words
    if held is not None and time.monotonic() - _Held.looked < LOOK_EVERY:
        return held
    with _Held.lock:
        mark = State.objects.values_list("mark", flat=True).first() or ""
        if _Held.words is None or _Held.mark != mark:
            _Held.words, _Held.mark = load(), mark
        _Held.looked = time.monotonic()
        return _Held.words


def load() -> Words:
    """Read words and names of areas from the database."""
    found = shipped()
    for role, words in grouped(Word.objects.values_list("role", "word", "meaning")).items():
        found.setdefault(role, {}).update(words)
    areas: dict[str, list[tuple[str, str]]] = {}
    named = Place.objects.filter(kind=Kind.AREA, valid_to=None).values_list("code", "category", "name", "aliases")
    for code, level, name, aliases in named:
        for one in (name, *aliases):
            areas.setdefault(texts.normal(one), []).append((level, code))
    return Words(found, {name: tuple(codes) for name, codes in areas.items() if len(name) > 1})


def forget() -> None:
    """Look at the database again at the next question."""
    with _Held.lock:
        _Held.words, _Held.looked = None, float("-inf")
