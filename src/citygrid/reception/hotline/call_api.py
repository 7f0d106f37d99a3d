"""The CTI interface: a telephone system tells of its calls by HTTP, the seat hears by the event stream (hotline.md).

Every operation is safe to repeat and may come out of order. A number is sent in the body, never in an address."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Router, Schema, Status
from pydantic import Field

from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.process.moments import maybe_stamp, stamp
from citygrid.reception.call_models import Call
from citygrid.reception.hotline import desk, recordings, telling
from citygrid.reception.hotline.telling import MESSAGES, CallRefusedError, Told
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who
from citygrid.web.api_reading import Moment
from citygrid.web.words import office_moment

router = Router(tags=["calls"])
Answer = Any
EXTENSION = Field(default="", max_length=20)


class MomentIn(Schema):
    """`at`: when it happened, with its offset from UTC; left out: now."""

    at: Moment | None = None


class RingingIn(MomentIn):
    """A call rings. `number`: the caller's (empty: withheld); `line`: the number that was called; `extension`: where it
    rings (empty: at every free seat of the centre). `simulated`: a trial, not counted."""

    number: str = Field(default="", max_length=40)
    line: str = Field(default="", max_length=40)
    extension: str = EXTENSION
    simulated: bool = False


class PlaceIn(MomentIn):
    """`extension`: where it was answered; a person at a seat leaves it out."""

    extension: str = EXTENSION


class MovedIn(MomentIn):
    """`extension`: where it rings now."""

    extension: str = Field(min_length=1, max_length=20)


class EndedIn(MomentIn):
    """`why`: `hung_up`, or `given_up` when the caller did not wait for an answer."""

    why: Literal["hung_up", "given_up"] = "hung_up"


class RecordingIn(Schema):
    """`media`: id of a sound that was sent to /media/ with the same key or session."""

    media: UUID


class CallOut(Schema):
    """Where a call stands. The caller's number is never told here."""

    id: UUID
    state: str
    held: bool
    extension: str
    desk: str
    came_at: str
    answered_at: str | None
    ended_at: str | None
    case: UUID | None
    recording: UUID | None


ANSWERS = {200: CallOut, 404: RefusalOut, 409: RefusalOut}


@router.post("/calls/{uuid:call}/ringing", response=ANSWERS, url_name="call_ringing")
def ringing(request: HttpRequest, call: UUID, one: RingingIn) -> Answer:
    """A call rings, or is known at all: the seat shows it within a second."""
    return _tell(request, call, telling.RINGING, one, one.extension, one.number.strip(), one.line, one.simulated)


@router.post("/calls/{uuid:call}/answered", response=ANSWERS, url_name="call_answered")
def answered(request: HttpRequest, call: UUID, one: PlaceIn) -> Answer:
    """Somebody took it. Of two people at seats the first has it; the other is told who (409 answered_by_other)."""
    return _tell(request, call, telling.ANSWERED, one, one.extension)


@router.post("/calls/{uuid:call}/held", response=ANSWERS, url_name="call_held")
def held(request: HttpRequest, call: UUID, one: MomentIn) -> Answer:
    """The caller waits."""
    return _tell(request, call, telling.HELD, one)


@router.post("/calls/{uuid:call}/resumed", response=ANSWERS, url_name="call_resumed")
def resumed(request: HttpRequest, call: UUID, one: MomentIn) -> Answer:
    """The talk goes on."""
    return _tell(request, call, telling.RESUMED, one)


@router.post("/calls/{uuid:call}/moved", response=ANSWERS, url_name="call_moved")
def moved(request: HttpRequest, call: UUID, one: MovedIn) -> Answer:
    """It is given to another extension and rings there."""
    return _tell(request, call, telling.MOVED, one, one.extension)


@router.post("/calls/{uuid:call}/ended", response=ANSWERS, url_name="call_ended")
def ended(request: HttpRequest, call: UUID, one: EndedIn) -> Answer:
    """It is over. Without an answer before it was missed, or given up by the caller."""
    return _tell(request, call, telling.GIVEN_UP if one.why == "given_up" else telling.ENDED, one)


@router.post("/calls/{uuid:call}/recording", response=ANSWERS, url_name="call_recording")
def recording(request: HttpRequest, call: UUID, one: RecordingIn) -> Answer:
    """The sound of a call; attached once, the same again changes nothing."""
    try:
        return _shown(recordings.attach(call, one.media, who(request), timezone.now()))
    except CallRefusedError as error:
        return refused(error)


@router.get("/calls/{uuid:call}", response={200: CallOut, 404: RefusalOut}, url_name="call")
def read(request: HttpRequest, call: UUID) -> Answer:
    """Where a call stands; of the own centre, or for whoever has the right `calls.connect`."""
    found = Call.objects.filter(pk=call).select_related("desk").first()
    if found is None or not _sees(who(request), found):
        return refused(CallRefusedError("no_such_call"))
    return _shown(found)


@router.get("/calls", response=list[CallOut], url_name="calls")
def listed(request: HttpRequest) -> Answer:
    """The calls at the caller's seat that need somebody: ringing, talking, ended without an outcome."""
    return [_row(one) for one in desk.in_hand(who(request), timezone.now())]


def _tell(
    request: HttpRequest, call: UUID, kind: str, one: MomentIn, extension: str = "", number: str = "", line: str = "",
    simulated: bool = False,
) -> Answer:  # fmt: skip
    now = timezone.now()
    try:
        told = Told(kind, one.at or now, extension.strip(), number, line.strip(), simulated)
        return _shown(telling.tell(call, told, who(request), now))
    except CallRefusedError as error:
        return refused(error)


def _sees(signed: Signed, call: Call) -> bool:
    return may(signed, telling.RIGHT) or call.body_id == signed.body.pk or call.person_id == signed.person.pk


def _shown(call: Call) -> Answer:
    return Status(200, _row(call))


def _row(call: Call) -> dict[str, Any]:
    return {
        "id": call.pk, "state": call.state, "held": call.held, "extension": call.extension,
        "desk": call.desk.number if call.desk is not None else "", "came_at": stamp(call.came_at),
        "answered_at": maybe_stamp(call.answered_at), "ended_at": maybe_stamp(call.ended_at), "case": call.case_id,
        "recording": call.recording_id,
    }  # fmt: skip


def sentence(error: CallRefusedError) -> str:
    """A refusal in the reader's language."""
    params = dict(error.params)
    if "at" in params:
        params["at"] = office_moment(params["at"])
    return gettext(MESSAGES[error.code]) % params


def refused(error: CallRefusedError) -> Answer:
    params = {key: str(value) for key, value in error.params.items()}
    status = 404 if error.code in ("no_such_call", "no_such_file") else 409
    return Status(status, {"code": error.code, "message": sentence(error), "params": params})
