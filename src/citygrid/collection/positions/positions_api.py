"""Positions over HTTP: of the signed-in person's device, and of vehicles by a gateway with an access key."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Router, Schema

from citygrid.collection.patrol.seeing import scope_of
from citygrid.collection.positions import reading, receiving
from citygrid.collection.positions.storing import MOST, MOST_OF_THINGS
from citygrid.collection.syncing import devices
from citygrid.organization.seats import Signed
from citygrid.web.api import RefusalOut, signed
from citygrid.web.brief import answer
from citygrid.web.refusals import tell

router = Router(tags=["positions"])

SENTENCES = {
    "not_a_fix": gettext_noop("A fix is a list of time, longitude, latitude and up to four more."),
    "time": gettext_noop("The time is neither milliseconds nor an ISO 8601 moment with a zone."),
    "not_finite": gettext_noop("A number of the fix is not finite."),
    "outside_earth": gettext_noop("The fix is not on the earth."),
    "future": gettext_noop("The fix is from the future."),
    "too_old": gettext_noop("The fix is older than fixes are kept."),
    "outside_projection": gettext_noop("The projection of this city does not reach the place."),
    receiving.UNKNOWN: gettext_noop("There is no such vehicle for this key."),
}
"""A sentence for each of `checking.REASONS`, and for a code that is no vehicle of the asker's."""


class FixesIn(Schema):
    """Each fix is `[t, lon, lat, accuracy, speed, heading, mock]`: milliseconds since 1970 or ISO 8601, degrees,
    metres, metres a second, degrees from north; the last four may be missing or null. `session`: the patrol."""

    device: UUID
    fixes: list[Any] = Field(max_length=MOST)
    session: UUID | None = None


class ThingsIn(Schema):
    """Fixes of vehicles by their codes, at most 5,000 in all."""

    things: dict[str, list[Any]] = Field(max_length=MOST_OF_THINGS)


class RefusedFix(Schema):
    """`n`: its number among all fixes of the request, from 0."""

    n: int
    code: str
    message: str


class FixesOut(Schema):
    """New fixes are stored when this is answered; a refused one will never be taken: it need not be sent again."""

    now: str
    stored: int
    repeated: int
    refused: list[RefusedFix]


class PositionOut(Schema):
    """The newest position of somebody, or of a vehicle."""

    kind: str
    person: int | None
    code: str
    body: int
    at: str
    lon: float
    lat: float
    accuracy: float | None
    mock: bool | None
    patrol: UUID | None


class PositionsOut(Schema):
    now: str
    positions: list[PositionOut]


@router.post("/collection/positions", response={200: FixesOut, 403: RefusalOut})
def send(request: HttpRequest, sent: FixesIn) -> Any:
    """Fixes of the person who is signed in; a fix of the same moment counts once. A blocked phone sends nothing."""
    now, who = timezone.now(), signed(request)
    refused = devices.admit(who, sent.device, now)
    if refused is not None:
        told = tell(refused)
        return answer(request, 403, told.code, told.sentence, {})
    return _told(receiving.of_person(who, sent.fixes, sent.device, sent.session, now), now.isoformat())


@router.post("/collection/things", response={200: FixesOut, 422: RefusalOut})
def send_things(request: HttpRequest, sent: ThingsIn) -> Any:
    """Fixes of vehicles of the bodies that the post sees."""
    now = timezone.now()
    if sum(map(len, sent.things.values())) > MOST_OF_THINGS:
        message = _("At most %(most)d fixes are taken at once.") % {"most": MOST_OF_THINGS}
        return answer(request, 422, "too_many_fixes", message, {"most": MOST_OF_THINGS})
    who: Signed = signed(request)
    return _told(receiving.of_vehicles(who, sent.things, now), now.isoformat())


@router.get("/collection/positions/newest", response=PositionsOut)
def newest(request: HttpRequest) -> Any:
    """The newest positions within the scope."""
    now = timezone.now()
    found = reading.newest_json(scope_of(signed(request)), now)
    return HttpResponse(f'{{"now":"{now.isoformat()}","positions":{found}}}', content_type="application/json")


def _told(found: receiving.Received, now: str) -> FixesOut:
    refused = [RefusedFix(n=n, code=code, message=_(SENTENCES[code])) for n, code in found.refused]
    return FixesOut(now=now, stored=found.new, repeated=found.repeated, refused=refused)
