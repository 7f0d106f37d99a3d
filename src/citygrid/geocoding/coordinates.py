"""Coordinates that somebody typed or pasted. Another system than CGCS2000 is taken only when it is said; where another
reading would fall into the city and this one does not, that is asked, never guessed (S3-04)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.areas import locating
from citygrid.areas.places import Outside
from citygrid.standards.coordinates import BD09, CGCS2000, GCJ02, CoordinateError, system, transform

SYSTEMS = (CGCS2000, "WGS-84", GCJ02, BD09)
"""Offered on pages; the API takes any that PROJ knows."""
QUESTIONS: dict[str, Any] = {
    "swapped_axes": _("Were longitude and latitude swapped? Then the point lies in the city."),
    GCJ02: _("Does it come from a phone's map (GCJ-02)? Then the point lies in the city."),
    BD09: _("Does it come from Baidu Maps (BD-09)? Then the point lies in the city."),
}
_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
_PART = re.compile(
    rf"(?P<before>[nsew]|北纬|南纬|东经|西经|lat|lon|lng|纬度|经度)?[:=]?"
    rf"(?P<degrees>{_NUMBER})(?:[°度d](?:(?P<minutes>\d{{1,2}}(?:\.\d+)?)['′分m])?(?:(?P<seconds>\d{{1,2}}(?:\.\d+)?)[\"″秒s])?)?"
    r"(?P<after>[nsew](?![a-z]))?"
)
_NORTH = {"n": 1, "北纬": 1, "s": -1, "南纬": -1, "lat": 1, "纬度": 1}
_EAST = {"e": 1, "东经": 1, "w": -1, "西经": -1, "lon": 1, "lng": 1, "经度": 1}
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Typed:
    """Two numbers as they stand: x (longitude) and y (latitude), in the order given where nothing says which is which.
    `named`: the letters said which is which."""

    x: float
    y: float
    named: bool

    @property
    def possible(self) -> bool:
        return abs(self.x) <= 180 and abs(self.y) <= 90


@dataclass(frozen=True, slots=True)
class Hint:
    """A question to the person: another reading under which the point (degrees, CGCS2000) lies in the city."""

    code: str
    message: str
    lon: float
    lat: float


def read(text: str) -> Typed | None:
    """The coordinates in a text that is nothing else, or None: 121.5,31.2; 31.2N 121.5E; 31°12'0"N 121°30'0"E."""
    if len(text) > LONGEST:
        return None
    plain = re.sub(r"[\s,，;；()\[\]]+", " ", unicodedata.normalize("NFKC", text).lower().replace("’", "'")).strip()
    plain = plain.replace("′", "'").replace("”", '"').replace("''", '"')
    found, at = [], 0
    for _turn in range(2):
        one = _PART.match(plain, at)
        if one is None:
            return None
        found.append(one)
        at = one.end()
        while at < len(plain) and plain[at] == " ":
            at += 1
    if at != len(plain) or not _told_apart(plain, found[0]):
        return None
    return _typed(*found)


def _told_apart(plain: str, first: re.Match[str]) -> bool:
    """A blank, a letter or a sign of degrees between the two numbers: 1215 is no point."""
    return plain[first.end() : first.end() + 1] == " " or bool(first["after"]) or not first[0][-1].isdigit()


def _typed(first: re.Match[str], second: re.Match[str]) -> Typed | None:
    a, b = _degrees(first), _degrees(second)
    axes = (_axis(first), _axis(second))
    if axes == ("", ""):
        # Whole numbers may be anything (a house number and a flat); points on a map have decimals.
        decimal = "." in first["degrees"] and "." in second["degrees"]
        marked = first["minutes"] or second["minutes"]
        return Typed(a, b, False) if decimal or marked else None
    if axes in (("y", "x"), ("y", ""), ("", "x")):
        return Typed(b, a, True)
    return Typed(a, b, True) if axes[0] != axes[1] else None


def _axis(part: re.Match[str]) -> str:
    mark = part["before"] or part["after"] or ""
    return "y" if mark in _NORTH else "x" if mark in _EAST else ""


def _degrees(part: re.Match[str]) -> float:
    mark = part["before"] or part["after"] or ""
    value = float(part["degrees"])
    sign = -1.0 if value < 0 else 1.0
    total = abs(value) + float(part["minutes"] or 0) / 60 + float(part["seconds"] or 0) / 3600
    return sign * total * {**_NORTH, **_EAST}.get(mark, 1)


def placed(typed: Typed, crs: str = CGCS2000) -> tuple[float, float] | None:
    """The point in degrees of CGCS2000; None for numbers that are no place. Raises CoordinateError for a system that
    is not known."""
    crs = system(crs)
    try:
        lon, lat = transform(typed.x, typed.y, crs, CGCS2000)
    except CoordinateError:
        return None
    return lon, lat


def hints(typed: Typed, crs: str, at: date | datetime) -> list[Hint]:
    """Other readings that lie in the city, when this one does not."""
    point = placed(typed, crs)
    if point is not None and _inside(*point, at):
        return []
    readings: list[tuple[str, Typed, str]] = []
    if not typed.named:
        readings.append(("swapped_axes", Typed(typed.y, typed.x, True), crs))
    readings += [(name, typed, name) for name in (GCJ02, BD09) if system(crs) not in (GCJ02, BD09)]
    found = []
    for code, other, its in readings:
        there = placed(other, its)
        if there is not None and _inside(*there, at):
            found.append(Hint(code, str(QUESTIONS[code]), *there))
    return found


def _inside(lon: float, lat: float, at: date | datetime) -> bool:
    found = locating.located(lon, lat, at)
    return found is not None and not isinstance(found, Outside)
