"""Open cases near a place that somebody is about to report, asked just before it goes (workflow 3.8; subsystems 2.1).

Whoever has the place in their duty grid today hears of all of them, others of those that they may see. No texts, no
names: what it is, how far, since when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from citygrid.areas.locating import locate
from citygrid.cases import nearby
from citygrid.cases.database import plain
from citygrid.collection.field import entrance
from citygrid.collection.syncing import base_sections, ground
from citygrid.organization.seats import Signed
from citygrid.process.model import Place
from citygrid.process.states import STATE_NAMES, State
from citygrid.rulebook.slices import NoRules
from citygrid.web.api import signed as who
from citygrid.web.words import say

router = Router()
MOST = 5


class NearIn(Schema):
    """Degrees (CGCS2000), and the class that is about to be reported."""

    class_id: str = Field(max_length=80)
    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class NearOut(Schema):
    """An open case of the class. `case`, `report_no`, `photo` (the first of the report): only where the caller may see
    it; others hear that there is one, not which."""

    metres: int
    received_at: datetime
    state: str
    case: UUID | None
    report_no: str
    photo: UUID | None


@router.get("/collection/near", response=list[NearOut])
def near(request: HttpRequest, asked: Query[NearIn]) -> list[dict[str, Any]]:
    """Open cases of the class within the city's metres and hours, the nearest first; empty for a post that may not
    report."""
    signed, at = who(request), timezone.now()
    if "report" not in entrance.acts_of(signed, at):
        return []
    class_id, place = asked.class_id, Place(f"{asked.lon:.7f}", f"{asked.lat:.7f}")
    with plain() as connection:
        mine = nearby.near(connection, class_id, place, at, scope=signed.scope, most=MOST)
        found = (
            nearby.near(connection, class_id, place, at, most=MOST)
            if on_own_ground(signed, asked.lon, asked.lat, at)
            else mine
        )
        photos = base_sections.first_photos(nearby.media_of(connection, [one.id for one in mine]))
    known = {one.id for one in mine}
    return [
        {"metres": round(one.metres), "received_at": one.received_at, "state": say(STATE_NAMES[State(one.state)]),
         "case": one.id if one.id in known else None, "report_no": one.report_no if one.id in known else "",
         "photo": photos.get(one.id)}
        for one in found
    ]  # fmt: skip


def on_own_ground(signed: Signed, lon: float, lat: float, at: datetime) -> bool:
    """Whether the place lies in a duty grid that the person has today."""
    found = locate(lon, lat, at)
    if found is None:
        return False
    try:
        codes = ground.of(signed, at).grids
    except NoRules:
        return False
    return found.grid is not None and found.grid.code in codes
