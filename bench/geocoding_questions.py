"""Questions with a seed about places, in other words than the index holds. They know nothing of the engine.

What makes a question fair, decided by the names alone and never by what the engine answers: it is no place's name
itself, and no differently named place fits its words as fully (an abbreviation: its characters stand in that order in
no other name; a typing error, pinyin, initials: no other name sounds so, has these initials). Right is the same
name, or a point within 50 m. Crossings and offsets: from the lines of the map, by pyproj and shapely alone."""

import json
import math
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from pypinyin import lazy_pinyin
from pyproj import Transformer

CHINESE = re.compile(r"[\u4e00-\u9fff]+")
BRACKETS = re.compile(r"[((（【\[].*?[))）】\]]")
RIGHT_M = 50.0
SIDES = {"东": (1, 0), "南": (0, -1), "西": (-1, 0), "北": (0, 1)}
CROSSINGS = (
    "{a}与{b}交叉口", "{a}{b}路口", "{a}{b}", "{a}近{b}", "{a}和{b}交汇处", "{a}/{b}", "{a}、{b}十字路口", "{a}靠近{b}",
)  # fmt: skip
OFFSETS = ("{a}{d}侧{m}米", "{a}以{d}{m}米", "{a}往{d}约{m}米", "{a}{d}面{m}米处", "{a}{d}边大约{m}米", "{a}向{d}{m}m")


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Question:
    """`name`: what is meant ("" for a point); `points`: (lon, lat) of the right answers."""

    kind: str
    text: str
    name: str
    points: tuple[tuple[float, float], ...]

    def right(self, words: str, lon: float, lat: float) -> bool:
        return (bool(self.name) and words == self.name) or any(metres(p, (lon, lat)) <= RIGHT_M for p in self.points)


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return math.hypot(east, a[1] - b[1]) * 111_320.0


class Names:
    """All names, with what is needed to see whether a question fits another one."""

    def __init__(self, places: Sequence[Named]) -> None:
        self.spots: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for place in places:
            self.spots[place.name].append((place.lon, place.lat))
        self.names = sorted(self.spots)
        self.holding: dict[str, set[int]] = defaultdict(set)
        self.sounds: dict[str, set[str]] = defaultdict(set)
        self.initials: dict[str, set[str]] = defaultdict(set)
        self.homophones: dict[str, set[str]] = defaultdict(set)
        for number, name in enumerate(self.names):
            for sign in set(name):
                self.holding[sign].add(number)
            plain = plainly(name)
            sounds = lazy_pinyin(plain)
            self.sounds["".join(sounds)].add(name)
            self.initials["".join(sound[0] for sound in sounds)].add(name)
        for sign in self.holding:
            if CHINESE.fullmatch(sign):
                self.homophones[lazy_pinyin(sign)[0]].add(sign)

    def others_holding(self, text: str, name: str) -> bool:
        """Whether the characters stand in this order in another name."""
        numbers = set.intersection(*(self.holding.get(sign, set()) for sign in text)) if text else set()
        return any(self.names[n] != name and in_order(text, self.names[n]) for n in numbers)

    def question(self, kind: str, text: str, name: str) -> Question:
        return Question(kind, text, name, tuple(self.spots[name]))


def plainly(name: str) -> str:
    """Chinese characters only."""
    return "".join(CHINESE.findall(name))


def in_order(text: str, name: str) -> bool:
    rest = iter(name)
    return all(sign in rest for sign in text)


def abbreviations(names: Names, chance: random.Random) -> Iterator[Question]:
    """What stands in brackets is left out, then a run of two to four characters inside, or 师范大学 becomes 师大."""
    while True:
        name = chance.choice(names.names)
        text = BRACKETS.sub("", name)
        if len(text) < 7 or not CHINESE.fullmatch(text):
            continue
        if chance.random() < 0.4:
            at = chance.randrange(1, len(text) - 4)
            short = text[:at] + text[at] + text[at + 2] + text[at + 4 :]
        else:
            long = chance.randint(2, min(4, len(text) - 5))
            at = chance.randrange(2, len(text) - long - 1)
            short = text[:at] + text[at + long :]
        if short not in names.spots and not names.others_holding(short, name):
            yield names.question("abbreviation", short, name)


def homophones(names: Names, chance: random.Random) -> Iterator[Question]:
    """One character (two of eight or more) typed as another one that sounds the same."""
    while True:
        name = chance.choice(names.names)
        if len(name) < 4 or not CHINESE.fullmatch(name):
            continue
        typed = list(name)
        for at in chance.sample(range(len(name)), 2 if len(name) >= 8 else 1):
            same = sorted(names.homophones[lazy_pinyin(name)[at]] - {name[at]})
            if same:
                typed[at] = chance.choice(same)
        text = "".join(typed)
        if text != name and text not in names.spots and names.sounds["".join(lazy_pinyin(name))] == {name}:
            yield names.question("homophone", text, name)


def full_pinyin(names: Names, chance: random.Random) -> Iterator[Question]:
    while True:
        name = chance.choice(names.names)
        if len(name) >= 3 and CHINESE.fullmatch(name):
            text = "".join(lazy_pinyin(name))
            if names.sounds[text] == {name}:
                yield names.question("pinyin", text, name)


def initials(names: Names, chance: random.Random) -> Iterator[Question]:
    while True:
        name = chance.choice(names.names)
        if len(name) >= 4 and CHINESE.fullmatch(name):
            text = "".join(sound[0] for sound in lazy_pinyin(name))
            if names.initials[text] == {name}:
                yield names.question("initials", text, name)


OF_NAMES: tuple[Callable[[Names, random.Random], Iterator[Question]], ...] = (
    abbreviations, homophones, full_pinyin, initials,
)  # fmt: skip


class Map:
    """The named roads and places of a city folder's base map, in metres."""

    def __init__(self, folder: Path, crs: str) -> None:
        self.there = Transformer.from_crs("EPSG:4490", crs, always_xy=True)
        self.back = Transformer.from_crs(crs, "EPSG:4490", always_xy=True)
        lines: dict[str, list[Any]] = defaultdict(list)
        for name, shape in self._named(folder / "basemap" / "roads.geojson"):
            lines[name].append(shape)
        self.roads = {name: shapely.union_all(shapes) for name, shapes in sorted(lines.items())}
        anchors: dict[str, list[Any]] = defaultdict(list)
        for file in ("buildings", "places"):
            for name, shape in self._named(folder / "basemap" / f"{file}.geojson"):
                anchors[name].append(shape.centroid)
        self.anchors = {
            name: (spots[0].x, spots[0].y)
            for name, spots in sorted(anchors.items())
            if name not in self.roads and all(spot.distance(spots[0]) < 20 for spot in spots)
        }
        self.meetings = dict(self._meetings())

    def _named(self, path: Path) -> Iterator[tuple[str, Any]]:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            name = str(feature["properties"].get("name") or "")
            if len(name) > 1 and CHINESE.fullmatch(name):
                shape = shapely.geometry.shape(feature["geometry"])
                yield name, shapely.transform(shape, self.there.transform, interleaved=False)

    def _meetings(self) -> Iterator[tuple[tuple[str, str], list[tuple[float, float]]]]:
        roads = list(self.roads.items())
        for i, (a, first) in enumerate(roads):
            for b, second in roads[i + 1 :]:
                met = shapely.get_coordinates(shapely.intersection(first, second)).tolist()
                if met:
                    yield (a, b), [(x, y) for x, y in met]

    def degrees(self, x: float, y: float) -> tuple[float, float]:
        return self.back.transform(x, y)


def crossings(of: Map, chance: random.Random) -> Iterator[Question]:
    pairs = sorted(of.meetings)
    while True:
        pair = chance.choice(pairs)
        a, b = pair if chance.random() < 0.5 else pair[::-1]
        points = tuple(of.degrees(*spot) for spot in of.meetings[pair])
        yield Question("crossing", chance.choice(CROSSINGS).format(a=a, b=b), "", points)


def offsets(of: Map, chance: random.Random) -> Iterator[Question]:
    """From a crossing that is one spot, or from a named place, 60 to 200 m away: further than what counts as right."""
    single = {
        f"{a}{b}路口": (sum(x for x, _ in met) / len(met), sum(y for _, y in met) / len(met))
        for (a, b), met in of.meetings.items()
        if all(math.dist(spot, met[0]) < 30 for spot in met)
    }
    crossed, places = sorted(single), sorted(of.anchors)
    while True:
        anchor = chance.choice(crossed if chance.random() < 0.5 else places)
        x, y = single.get(anchor) or of.anchors[anchor]
        side, far = chance.choice(list(SIDES)), chance.randrange(60, 201, 10)
        east, north = SIDES[side]
        text = chance.choice(OFFSETS).format(a=anchor, d=side, m=far)
        yield Question("offset", text, "", (of.degrees(x + east * far, y + north * far),))


def take(source: Iterator[Question], count: int) -> list[Question]:
    """So many different questions."""
    found: dict[str, Question] = {}
    while len(found) < count:
        question = next(source)
        found.setdefault(question.text, question)
    return list(found.values())
