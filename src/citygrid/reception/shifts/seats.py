"""Who sits at which seat (座席) of a centre: taking, leaving, pausing; boards of the centre hear of it.

What a call does to a seat (ringing, on a call, after it) the hotline says; a pause is the person's own."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from citygrid.messages import relay
from citygrid.organization.models import Desk
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.reception.models import Sitting
from citygrid.trust import audit

MESSAGES: dict[str, str] = {
    "no_desk": "There is no such seat in your centre.",
    "desk_taken": "%(person)s sits at seat %(number)s since %(since)s.",
    "not_seated": "You sit at no seat: take one first.",
    "on_a_call": "A call is at your seat: end it first.",
}
PAUSE, READY = "pause", "ready"
BUSY = (Sitting.State.RINGING, Sitting.State.TALKING)


def desks_of(body: int) -> Sequence[Desk]:
    """The seats of a centre that are in use, by number."""
    return list(Desk.objects.filter(body_id=body, active=True).order_by("number"))


def mine(person: int) -> Sitting | None:
    """Where the person sits now."""
    return Sitting.objects.filter(person_id=person, until=None).select_related("desk").first()


def sit(signed: Signed, desk_id: int, at: datetime) -> Sitting | Refusal:
    """Take a free seat of the own centre; whoever sat elsewhere leaves that one; the same again changes nothing."""
    desk = Desk.objects.filter(pk=desk_id, body=signed.body, active=True).first()
    if desk is None:
        return _refused("no_desk", signed, at)
    try:
        with transaction.atomic():
            here = Sitting.objects.select_for_update().filter(person=signed.person, until=None).first()
            if here is not None and here.desk_id == desk.pk:
                return here
            if here is not None:
                _end(here, at)
            taken = Sitting.objects.create(
                desk=desk, person=signed.person, post=signed.post, since=at, state_since=at, state=Sitting.State.FREE
            )
    except IntegrityError:
        other = Sitting.objects.filter(desk=desk, until=None).select_related("person").first()
        who = str(other.person) if other is not None else "–"
        since = f"{other.since:%Y-%m-%d %H:%M}" if other is not None else "–"
        return _refused("desk_taken", signed, at, person=who, number=desk.number, since=since)
    audit.record(at, "take_desk", subject=("desk", str(desk.pk)), person=signed.person.pk, post=signed.post.pk)
    tell(signed.body.pk)
    return taken


def leave(signed: Signed, at: datetime) -> None:
    """Stand up; nothing happens when the person sits nowhere."""
    with transaction.atomic():
        here = Sitting.objects.select_for_update().filter(person=signed.person, until=None).first()
        if here is None:
            return
        _end(here, at)
    audit.record(at, "leave_desk", subject=("desk", str(here.desk_id)), person=signed.person.pk, post=signed.post.pk)
    tell(signed.body.pk)


def turn(signed: Signed, wanted: str, at: datetime) -> Sitting | Refusal:
    """Pause, or be ready again (`pause`, `ready`); after a call `ready` says that its notes are done."""
    state = Sitting.State.PAUSED if wanted == PAUSE else Sitting.State.FREE
    with transaction.atomic():
        here = Sitting.objects.select_for_update().filter(person=signed.person, until=None).first()
        if here is None:
            return _refused("not_seated", signed, at)
        if here.state in BUSY:
            return _refused("on_a_call", signed, at)
        if here.state != state:
            here.state, here.state_since = state, at
            here.save(update_fields=["state", "state_since"])
    tell(signed.body.pk)
    return here


def tell(body: int) -> None:
    """Boards of the centre look anew."""
    with connection.cursor() as cursor:
        relay.announce(cursor, [f"body:{body}"])


def _end(here: Sitting, at: datetime) -> None:
    here.until = max(at, here.since)
    here.save(update_fields=["until"])


def _refused(code: str, signed: Signed, at: datetime, **params: str) -> Refusal:
    audit.record(at, "take_desk", outcome=audit.REFUSED, code=code, person=signed.person.pk, post=signed.post.pk)
    return Refusal(code, MESSAGES[code], params)
