"""What a telephone system, or a person at a seat, tells of a call; twice or out of order it comes to the same.

Where a call stands is worked out anew from all that was told of it, by the moments told, never by the order of coming:
so a network that repeats or overtakes does no harm (asks 5)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from citygrid.messages import relay
from citygrid.organization.models import Person
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed
from citygrid.organization.unit_models import Extension
from citygrid.reception.call_models import Call, CallEvent
from citygrid.reception.shift_models import Sitting
from citygrid.trust import redactable
from citygrid.trust.algorithms import algorithm_at

RIGHT = "calls.connect"
RINGING, ANSWERED, HELD, RESUMED, MOVED, ENDED = "ringing", "answered", "held", "resumed", "moved", "ended"
GIVEN_UP = "given_up"  # an end: the caller hung up before anybody answered
KINDS = (RINGING, ANSWERED, HELD, RESUMED, MOVED, ENDED, GIVEN_UP)
AHEAD = timedelta(minutes=5)
"""How far the clock of a telephone system may be ahead of ours; what it tells beyond that counts from now."""
MESSAGES = {
    "no_such_call": gettext_noop("There is no such call."),
    "no_extension": gettext_noop("There is no extension %(extension)s."),
    "extension_unclear": gettext_noop(
        "Several centres have an extension %(extension)s: tell it with a key of the centre."
    ),
    "answered_by_other": gettext_noop("%(person)s answered this call at %(at)s."),
    "call_is_over": gettext_noop("This call is over."),
    "not_your_call": gettext_noop("This call is at another seat."),
    "seat_taken": gettext_noop("%(person)s sits at this seat."),
    "not_a_sound": gettext_noop("A recording is a sound file; this one is not."),
    "no_such_file": gettext_noop("There is no such file, or it was sent by somebody else."),
    "recorded_already": gettext_noop("This call has another recording already."),
}  # fmt: skip


class CallRefusedError(Exception):
    """Nothing was taken; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `at`: when it happened, by the teller's clock; `extension`: where it rings, was answered, goes to."""

    kind: str
    at: datetime
    extension: str = ""
    number: str = ""
    line: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a call stands after what was told. `where`: the event that says at which extension it is."""

    state: Call.State
    held: bool
    came_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    where: CallEvent | None


def standing(events: Iterable[CallEvent]) -> Standing:
    """Worked out from all events, in whatever order they came."""
    rows = sorted(events, key=lambda one: (one.at, KINDS.index(one.kind), one.extension))
    first = {kind: next((one.at for one in rows if one.kind == kind), None) for kind in KINDS}
    last = {kind: next((one for one in reversed(rows) if one.kind == kind), None) for kind in KINDS}
    ends = [one.at for one in rows if one.kind in (ENDED, GIVEN_UP)]
    where = next((one for one in reversed(rows) if one.kind in (ANSWERED, MOVED)), None) or last[RINGING]
    answered, ended = first[ANSWERED], min(ends, default=None)
    if ended is not None:
        unanswered = Call.State.ABANDONED if first[GIVEN_UP] else Call.State.MISSED
        state = Call.State.ENDED if answered else unanswered
    elif answered is not None and where is not None and where.kind == ANSWERED:
        state = Call.State.ANSWERED
    else:
        state = Call.State.RINGING
    resting = next((one for one in reversed(rows) if one.kind in (HELD, RESUMED, ANSWERED)), None)
    held = state == Call.State.ANSWERED and resting is not None and resting.kind == HELD
    return Standing(state, held, rows[0].at, answered, ended, where)


def tell(call_id: UUID, told: Told, by: Signed, now: datetime) -> Call:
    """Take one event. Idempotent by (call, kind, moment, extension). Raises CallRefusedError; then nothing is kept.

    Whoever has the right `calls.connect` (the telephone system's key, the softphone) may tell everything of any call;
    a person at a seat only of calls that ring for them or are theirs."""
    connector = may(by, RIGHT)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(call_id)])
        call = Call.objects.select_for_update(of=("self",)).select_related("person").filter(pk=call_id).first()
        if call is None and not connector:
            raise CallRefusedError("no_such_call")
        if call is not None and not connector:
            _own(call, told, by)
        at = told.at if told.at <= now + AHEAD else now
        extension = _extension(told.extension, by) if told.extension else None
        if call is None:
            call = _new(call_id, at, extension, by)
        before, was_at = heard_by(call), call.person_id
        _facts(call, told, now)
        person = None if connector else by.person.pk
        CallEvent.objects.get_or_create(
            call=call, kind=told.kind, at=at, extension=told.extension, defaults={"got_at": now, "person": person}
        )
        _settle(call, by)
        call.save()
        _seats(call, was_at, now)
        relay.announce(cursor, [*dict.fromkeys([*before, *heard_by(call)])])
    return call


def heard_by(call: Call) -> list[str]:
    """Whose pages hear of this call: the seat for which it rings or that has it, and the centre's board."""
    found = [f"body:{call.body_id}"]
    if call.person_id is not None:
        found.insert(0, f"person:{call.person_id}")
    elif call.post_id is not None:
        found.insert(0, f"post:{call.post_id}")
    return found


def for_seat(call: Call, by: Signed) -> bool:
    """Whether a call rings for this seat, or is its own."""
    if call.person_id is not None:
        return call.person_id == by.person.pk
    return call.post_id == by.post.pk if call.post_id is not None else call.body_id == by.body.pk


def _own(call: Call, told: Told, by: Signed) -> None:
    """What a person at a seat may tell of this call."""
    if told.kind not in (ANSWERED, HELD, RESUMED, MOVED, ENDED):
        raise CallRefusedError("not_your_call")
    if call.body_id != by.body.pk and call.person_id != by.person.pk:
        raise CallRefusedError("no_such_call")
    if told.kind == ANSWERED and call.state == Call.State.ANSWERED and call.person_id != by.person.pk:
        who = call.person.name if call.person is not None else ""
        raise CallRefusedError("answered_by_other", person=who, at=call.answered_at)
    if call.state not in (Call.State.RINGING, Call.State.ANSWERED) and told.kind != ENDED:
        raise CallRefusedError("call_is_over")
    if not for_seat(call, by):
        raise CallRefusedError("not_your_call")


def _extension(number: str, by: Signed) -> Extension:
    """The extension of that number: of the teller's own centre first, else the only one of the city."""
    known = Extension.objects.filter(number=number, active=True).select_related("desk", "post")
    own = known.filter(body=by.body).first()
    if own is not None:
        return own
    others = list(known[:2])
    if len(others) > 1:
        raise CallRefusedError("extension_unclear", extension=number)
    if not others:
        raise CallRefusedError("no_extension", extension=number)
    return others[0]


def _new(call_id: UUID, at: datetime, extension: Extension | None, by: Signed) -> Call:
    body = extension.body_id if extension is not None else by.body.pk
    call = Call(id=call_id, body_id=body, came_at=at)
    call.save(force_insert=True)
    return call


def _facts(call: Call, told: Told, now: datetime) -> None:
    """Number and line are kept from whichever event brings them first; the number only sealed."""
    if told.number.strip() and call.number is None:
        ref = redactable.put(redactable.CALLER_PHONE, told.number.strip()[:40], now, algorithm_at(now))
        call.number = ref.id
    call.line = call.line or told.line[:40]
    call.simulated = call.simulated or told.simulated


def _settle(call: Call, by: Signed) -> None:
    """The call's columns from all that was told of it."""
    found = standing(call.events.all())
    call.state, call.held, call.came_at = found.state, found.held, found.came_at
    call.answered_at, call.ended_at = found.answered_at, found.ended_at
    where = found.where
    if where is None:
        return
    if where.person is not None and where.kind == ANSWERED:
        sitting = Sitting.objects.filter(person=where.person, until=None).first()
        call.person = Person.objects.get(pk=where.person)
        call.desk_id = sitting.desk_id if sitting is not None else call.desk_id
        return
    extension = _extension(where.extension, by) if where.extension else None
    if extension is None:
        return
    sitting = Sitting.objects.filter(desk=extension.desk_id, until=None).first() if extension.desk_id else None
    call.extension, call.body_id, call.post_id = extension.number, extension.body_id, extension.post_id
    call.desk_id = extension.desk_id
    call.person = sitting.person if sitting is not None else None


_SEAT: Mapping[str, str] = {
    Call.State.RINGING: Sitting.State.RINGING, Call.State.ANSWERED: Sitting.State.TALKING,
    Call.State.ENDED: Sitting.State.WRAPPING, Call.State.MISSED: Sitting.State.FREE,
    Call.State.ABANDONED: Sitting.State.FREE,
}  # fmt: skip


def _seats(call: Call, was_at: int | None, now: datetime) -> None:
    """The seat's state follows its call; a pause stays one until the person ends it or answers."""
    if was_at is not None and was_at != call.person_id:
        seat_to(was_at, Sitting.State.FREE, now)
    if call.person_id is not None:
        seat_to(call.person_id, _SEAT[call.state] if not call.outcome else Sitting.State.FREE, now)


def seat_to(person: int, state: str, now: datetime) -> None:
    """Put the seat of a person into a state that a call brings with it."""
    sitting = Sitting.objects.filter(person=person, until=None).exclude(state=state)
    if state in (Sitting.State.RINGING, Sitting.State.FREE):
        sitting = sitting.exclude(state=Sitting.State.PAUSED)
    if state == Sitting.State.RINGING:
        sitting = sitting.exclude(state=Sitting.State.TALKING)
    sitting.update(state=state, state_since=now)
