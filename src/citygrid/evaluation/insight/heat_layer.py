"""The heat of cases as a layer of the city map: squares shaded by how many cases came, as each post may see them.

A source of the register of layers (`maps/sources.py`): each post gets the squares of the cases within its scope, of the
last days and, if it chose, of one class. Three sizes of squares, each for its zooms (`maps/data/layers/cases.toml`).
Counted anew every ten minutes; the number of a square opens to its cases (`/evaluation/insight/heat/?square=KEY`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256

import shapely
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.cases.database import plain
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.facts import refresh
from citygrid.evaluation.insight import asking, heat
from citygrid.evaluation.periods import Period, period
from citygrid.maps import listing, sources
from citygrid.maps.sources import Held, Property, Row
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Fragment

CODE, LINK = "evaluation.heat", "/evaluation/insight/heat/?square={key}"
DAYS = (7, 30, 90, 365)
USUAL = 30
SIDES = (1, 4, 16)
"""Squares are so many times as wide as the smallest."""
ANEW = 600
"""Seconds after which it is counted again."""
PROPERTIES = {
    "name": Property("", "text", _("Cases")),
    "tone": Property("", "text", _("Shade, from 1 to 5")),
    "side": Property("", "text", _("Side of the square in metres")),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """The last `days` days (0: those that the page asks for), of one class or (empty) of all."""

    days: int = USUAL
    class_id: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Chosen":
        """What is no answer counts as not said."""
        days = given.get("days", "")
        known = int(days) if days.isascii() and days.isdigit() and len(days) < 5 else USUAL
        return cls(known if known in DAYS else USUAL, given.get("class", "").replace("\0", "")[:80])


def register() -> None:
    """Tell of the source; called when the app starts."""
    sources.add(reader(None, {}))


def reader(signed: Signed | None, given: Mapping[str, str]) -> Held:
    """The squares as this post has them; none for people who are not signed in."""
    chosen, seen = Chosen.of(given), signed.scope.sql("c") if signed is not None else None
    whole = signed is not None and signed.scope.everything
    return Held(CODE, _("Heat of cases"), "polygon", partial(_squares, seen, chosen, whole),
                partial(_state, seen, chosen), PROPERTIES, LINK if asking.may_see(signed) else "", reader,
                ("days", "class"))  # fmt: skip


def latitude() -> float:
    """At which squares are square: the middle of the city."""
    centre = listing.extent()["centre"]
    return float(centre[1]) if centre else 0.0


def _state(seen: Fragment | None, chosen: Chosen) -> str:
    """Another for every scope and every choice."""
    mark = int(timezone.now().timestamp()) // ANEW
    return f"{mark} {sha256(repr((seen, chosen)).encode()).hexdigest()[:24]}"


def _squares(seen: Fragment | None, chosen: Chosen, whole: bool, first: date, last: date) -> Sequence[Row]:
    """Squares of the days up to now; the days of the map are not asked, a case has come once."""
    if seen is None:
        return []
    now = timezone.now()
    text, params = seen
    if chosen.class_id:
        text, params = f"{text} and c.class_id = %s", [*params, chosen.class_id]
    lat = latitude()
    zone = zone_at(now)
    with plain() as connection:
        refresh(connection)
        found = heat.cells(connection, days_of(chosen, now), str(zone), text, params, lat, whole=whole)
    rows: list[Row] = []
    for times in SIDES:
        counts = heat.wider(found, times)
        most = max(counts.values(), default=0)
        for (x, y), n in counts.items():
            one = heat.square(x, y, n, lat, times)
            facts = {"name": str(n), "tone": str(heat.tone(n, most)), "side": str(heat.SQUARE * times)}
            key = f"{times}~{x}~{y}~{chosen.days}~{chosen.class_id}"
            rows.append(Row(key, shapely.box(one.west, one.south, one.east, one.north), facts))
    return rows


def days_of(chosen: Chosen, now: datetime) -> Period:
    """The last so many days of the city, today among them."""
    zone = zone_at(now)
    today = now.astimezone(zone).date()
    return period(today - timedelta(days=chosen.days - 1), today, zone, now)


@dataclass(frozen=True, slots=True)
class Where:
    """A square that was opened: `times` as wide as the smallest, its place, and what it was counted of."""

    times: int
    x: int
    y: int
    chosen: Chosen


def opened(key: str) -> Where | None:
    """The square of a key; None for what is none."""
    parts = key.split("~", 4)
    if len(parts) != 5 or not all(part.removeprefix("-").isdecimal() and len(part) < 10 for part in parts[:4]):
        return None
    times, x, y, days = (int(part) for part in parts[:4])
    chosen = Chosen.of({"days": str(days), "class": parts[4]})
    return Where(times, x, y, chosen if days else replace(chosen, days=0)) if times in SIDES else None
