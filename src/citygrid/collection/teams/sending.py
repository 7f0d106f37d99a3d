"""What a device sends for oneself: asking for leave, taking it back, answering a roll call.

`leave`: {"kind": code, "first": day, "last": day}; the entry's id is the id of the leave. `leave_back`: {"leave": id}.
`roll_answer`: {"call": id, "lon", "lat", "accuracy", "mock"}, one file when the roll call wants a photo."""

import math
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.collection.syncing import kinds
from citygrid.collection.syncing.kinds import Answer, Sent
from citygrid.collection.teams import roll_calls
from citygrid.organization.duty_models import Leave
from citygrid.organization.rosters import cityclock, leaves
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal

MALFORMED = "This was not sent as it should be: %(what)s."


def register() -> None:
    """Tell what these entries do; called when the app starts."""
    kinds.register("leave", ask_leave)
    kinds.register("leave_back", take_back)
    kinds.register("roll_answer", answer_roll)


def ask_leave(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """Asks for leave for oneself. The days are judged by today, not by when the device made it."""
    first, last = _day(sent.data.get("first")), _day(sent.data.get("last"))
    kind = sent.data.get("kind")
    if first is None or last is None or not isinstance(kind, str):
        return _malformed("first, last, kind")
    done = leaves.ask(sent.id, signed.person, kind[:20], first, last, signed, now, cityclock.day_of(now))
    return _refused(done) if isinstance(done, Refusal) else Answer("done", facts={"leave": str(done.pk)})


def take_back(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """Takes one's own leave back before it begins; of somebody else's there is none."""
    one = _uuid(sent.data.get("leave"))
    if one is None or not Leave.objects.filter(pk=one, person=signed.person).exists():
        return _malformed("leave")
    done = leaves.end(one, None, signed, now, cityclock.day_of(now))
    return _refused(done) if isinstance(done, Refusal) else Answer("done", facts={"leave": str(done.pk)})


def answer_roll(signed: Signed, sent: Sent, now: datetime) -> Answer:
    """Answers a roll call with the place and, where it is wanted, a photo."""
    call = _uuid(sent.data.get("call"))
    if call is None:
        return _malformed("call")
    photo = next(iter(sent.files.values()), None)
    mock = sent.data.get("mock")
    said = roll_calls.Answered(
        sent.id, sent.made_at, _place(sent.data), mock if isinstance(mock, bool) else None, photo
    )
    done = roll_calls.answer(call, signed.person.pk, said, now)
    if isinstance(done, Refusal):
        return _refused(done)
    return Answer("done", facts={"call": str(call), "result": roll_calls.result(done, now), "inside": done.inside})


def _place(data: Any) -> tuple[float, float, float | None] | None:
    lon, lat, accuracy = (_number(data.get(name)) for name in ("lon", "lat", "accuracy"))
    return None if lon is None or lat is None else (lon, lat, accuracy)


def _number(value: Any) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _uuid(value: Any) -> UUID | None:
    try:
        return UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None


def _malformed(what: str) -> Answer:
    return Answer("refused", "malformed", _(MALFORMED) % {"what": what})


def _refused(refusal: Refusal) -> Answer:
    return Answer("refused", refusal.code, _(refusal.message) % refusal.params)
