"""The JSON API of geocoding: text to points, a point to a sentence, short lists at once (long ones: the batch page)."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import Field

from citygrid.geocoding import coordinates, reverse, search
from citygrid.geocoding.coordinates import Typed
from citygrid.geocoding.matches import Match
from citygrid.geocoding.models import Kind
from citygrid.standards.coordinates import CGCS2000, CoordinateError
from citygrid.web.api import RefusalOut

LONGEST = 300
MOST_MATCHES = 50
MOST_AT_ONCE = 200

router = Router(tags=["geocoding"])


class MatchOut(Schema):
    """`how`: exact, alias, pinyin, crossing, ... `accuracy` in metres; degrees are CGCS2000."""

    words: str
    lon: float
    lat: float
    score: float
    how: str
    how_said: str
    accuracy: float
    kind: str
    code: str
    address: str
    grid: str
    community: str
    community_name: str
    street: str
    street_name: str
    district: str


class HintOut(Schema):
    """Another reading of typed coordinates that lies in the city; the person is asked."""

    code: str
    message: str
    lon: float
    lat: float


class FoundOut(Schema):
    q: str
    matches: list[MatchOut]
    hints: list[HintOut] = []


class AreaOut(Schema):
    code: str
    name: str


class DescribedOut(Schema):
    lon: float
    lat: float
    sentence: str
    address: str
    inside: bool
    outside: str = ""
    grid: AreaOut | None = None
    community: AreaOut | None = None
    street: AreaOut | None = None
    district: AreaOut | None = None
    duty_grid: AreaOut | None = None
    road: str = ""
    road_metres: float | None = None
    place: str = ""
    place_kind: str = ""
    place_metres: float | None = None
    crossing: str = ""
    crossing_metres: float | None = None
    hints: list[HintOut] = []


class ListIn(Schema):
    """Texts to be placed. `crs`: of coordinates among them."""

    items: list[str] = Field(max_length=MOST_AT_ONCE)
    crs: str = CGCS2000


Answer = Any


@router.get("/geocoding/search", response={200: FoundOut, 422: RefusalOut}, url_name="geocoding_search")
def find(
    request: HttpRequest, q: str = "", near: str = "", limit: int = 10, kinds: str = "", crs: str = CGCS2000
) -> Answer:
    """What may be meant by `q`. `near`: lon,lat; `kinds`: of places, parted by commas."""
    wanted = [kind for kind in kinds.split(",") if kind]
    unknown = [kind for kind in wanted if kind not in Kind.values]
    if unknown:
        message = gettext("“%(kind)s” is no kind of place.")
        return _refused("unknown_place_kind", message, {"kind": unknown[0][:40]})
    centre = _point(near)
    if near and centre is None:
        return _refused("bad_point", gettext("“%(text)s” is no point such as 121.5,31.2."), {"text": near[:40]})
    try:
        return found(q[:LONGEST], max(1, min(limit, MOST_MATCHES)), centre, wanted, crs)
    except CoordinateError as error:
        return _refused(error.code, gettext(error.message), error.params)


@router.get("/geocoding/reverse", response={200: DescribedOut, 422: RefusalOut}, url_name="geocoding_reverse")
def describe(request: HttpRequest, lon: float, lat: float, crs: str = CGCS2000) -> Answer:
    """What is at a point, as a person would say it. `crs`: of the point."""
    now = timezone.now()
    typed = Typed(lon, lat, named=False)
    try:
        point = coordinates.placed(typed, crs)
        hints = coordinates.hints(typed, crs, now)
    except CoordinateError as error:
        return _refused(error.code, gettext(error.message), error.params)
    if point is None:
        params = {"lon": lon, "lat": lat}
        return _refused("coordinate_value", gettext("(%(lon)s, %(lat)s) is not a place."), params)
    return {**described(reverse.describe(*point, now)), "hints": hints}


@router.post("/geocoding/batch", response={200: list[FoundOut], 422: RefusalOut}, url_name="geocoding_batch")
def several(request: HttpRequest, listed: ListIn) -> Answer:
    """The best match of each text, in the order given; none where nothing was found."""
    try:
        return [found(text[:LONGEST], 1, None, (), listed.crs) for text in listed.items]
    except CoordinateError as error:
        return _refused(error.code, gettext(error.message), error.params)


def found(q: str, limit: int, near: tuple[float, float] | None, kinds: Any, crs: str) -> dict[str, Any]:
    """Matches and hints for one text."""
    now = timezone.now()
    matches = search.find(q, limit, near, kinds or None, at=now, crs=crs)
    typed = coordinates.read(q)
    return {
        "q": q,
        "matches": [as_json(match) for match in matches],
        "hints": coordinates.hints(typed, crs, now) if typed is not None else [],
    }


def as_json(match: Match) -> dict[str, Any]:
    place = match.place
    return {
        "words": match.words, "lon": match.lon, "lat": match.lat, "score": match.score, "how": match.how,
        "how_said": match.how_said, "accuracy": match.accuracy, "kind": place.kind if place else "",
        "code": place.code if place else "", "address": place.address if place else "", "grid": match.grid,
        "community": match.community, "community_name": match.community_name, "street": match.street,
        "street_name": match.street_name, "district": match.district,
    }  # fmt: skip


def described(of: reverse.Description) -> dict[str, Any]:
    refs = {name: getattr(of, name) for name in ("grid", "community", "street", "district", "duty_grid")}
    return {
        "lon": of.lon, "lat": of.lat, "sentence": of.sentence, "address": of.address, "inside": of.outside is None,
        "outside": of.outside.code if of.outside else "",
        **{name: {"code": ref.code, "name": ref.name} if ref else None for name, ref in refs.items()},
        "road": of.road.name if of.road else "", "road_metres": of.road.metres if of.road else None,
        "place": of.place.name if of.place else "", "place_kind": of.place.kind if of.place else "",
        "place_metres": of.place.metres if of.place else None,
        "crossing": of.crossing, "crossing_metres": of.crossing_metres if of.crossing else None,
    }  # fmt: skip


def _point(text: str) -> tuple[float, float] | None:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 90 else None


def _refused(code: str, message: str, params: dict[str, Any]) -> Status[dict[str, Any]]:
    return Status(422, {"code": code, "message": message % params, "params": {k: str(v) for k, v in params.items()}})
