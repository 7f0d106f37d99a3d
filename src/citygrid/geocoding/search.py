"""`find`: what may be meant by an address, a name, an abbreviation, pinyin, a crossing, an offset, coordinates."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from citygrid.geocoding import composing, coordinates, facts, matches, names, texts
from citygrid.geocoding.matches import Match
from citygrid.standards.coordinates import CGCS2000

LEAST = 0.45
"""Below this nothing was found, only something that has a few characters in common."""
SURE = 0.995
TOLD = 0.9
POINT_M = 5.0
"""How exact typed coordinates are taken to be."""

__all__ = ["Match", "find"]


def find(
    text: str,
    limit: int = 10,
    near: tuple[float, float] | None = None,
    kinds: Collection[str] | None = None,
    *,
    at: datetime | date,
    crs: str = CGCS2000,
) -> list[Match]:
    """The places and points that may be meant, the likeliest first; none for an empty question.

    `near`: (lon, lat) where the asker looks; `kinds`: only places of these kinds (`Kind`). `crs`: of coordinates that
    stand in the text; what other system they might be in is asked by `coordinates.hints`. Every match says how it was
    found and how far off it may be. Raises CoordinateError for an unknown `crs`."""
    typed = coordinates.read(text)
    if typed is not None:
        point = coordinates.placed(typed, crs)
        if point is None:
            return []
        said = f"{point[0]:.6f}, {point[1]:.6f}"
        return [matches.at_point(*point, 1.0, matches.COORDINATES, POINT_M, said, at)]
    plain = texts.normal(text)
    if not plain:
        return []
    day = matches.day_of(at)
    hunt = names.Hunt(plain, day, near, kinds)
    found: list[Match] = []
    if hunt.top < SURE and not kinds:
        found = composing.answers(texts.numbered(plain), day, near)
    if not hunt.certain and not _told(found, plain):
        hunt.further()
    best = [one for one in hunt.ranked() if one.fits >= LEAST][:limit]
    places = facts.places([one.candidate.place for one in best])
    found.extend(matches.of_place(places[one.candidate.place], min(1.0, one.score), one.how, at) for one in best)
    found.sort(key=lambda match: -match.score)
    return _apart(found)[:limit]


def _told(found: Sequence[Match], said: str) -> bool:
    """Whether a crossing, or so many metres from something, was found that can hardly be a name."""
    far = any(sign.isdigit() for sign in said)
    sure = (matches.CROSSING, matches.OFFSET) if far else (matches.CROSSING,)
    return any(one.score >= TOLD and one.how in sure for one in found)


def _apart(found: Sequence[Match]) -> list[Match]:
    """Without those that say the same of the same spot."""
    seen: set[tuple[str, float, float]] = set()
    kept: list[Match] = []
    for match in found:
        key = (match.words, round(match.lon, 4), round(match.lat, 4))
        if key not in seen:
            seen.add(key)
            kept.append(match)
    return kept
