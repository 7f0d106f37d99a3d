"""What became of a call: noted once, by whoever had it; noted again it is corrected, never doubled."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import connection, transaction

from citygrid.cases import directory
from citygrid.messages import relay
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.reception.call_models import Article, Call, Transfer
from citygrid.reception.hotline import telling
from citygrid.reception.shift_models import Sitting
from citygrid.trust import audit, redactable
from citygrid.trust.algorithms import algorithm_at

LONGEST = 4000


class NotNotedError(Exception):
    """Nothing was noted; `code` says why, `field` where."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call-taker noted. `case`: registered, or joined; `article`: the one that answered; texts plain."""

    kind: str
    outcome: str
    caller: str = ""
    phone: str = ""
    words: str = ""
    case: UUID | None = None
    article: Article | None = None
    reply_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """To whom something was passed on. `id`: chosen by the client."""

    id: UUID
    ground: str
    to_body: int | None
    to_name: str
    told: str


def note(call: Call | None, noted: Outcome, signed: Signed, now: datetime, *, id: UUID | None = None) -> Call:
    """Note the outcome. Without a call of the telephone system one is kept, under `id`: somebody rang.

    Raises NotNotedError. The caller's name, number and words are kept sealed or redactable."""
    if noted.kind not in Call.Kind.values:
        raise NotNotedError("no_kind", "kind")
    if noted.outcome not in Call.Outcome.values:
        raise NotNotedError("no_outcome", "outcome")
    if noted.outcome == Call.Outcome.ANSWERED and not (noted.article or noted.words.strip()):
        raise NotNotedError("no_answer", "text")
    if any(len(text) > LONGEST or "\0" in text for text in (noted.caller, noted.phone, noted.words)):
        raise NotNotedError("too_long", "text")
    with transaction.atomic(), connection.cursor() as cursor:
        if call is None and id is not None:
            call = Call.objects.filter(pk=id, person=signed.person).first()
        if call is None:
            call = Call(
                id=id or uuid4(), body=signed.body, person=signed.person, post=signed.post, came_at=now,
                answered_at=now, ended_at=now, state=Call.State.ENDED,
            )  # fmt: skip
        else:
            call = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
            if not telling.for_seat(call, signed):
                raise NotNotedError("not_your_call")
        call.person = signed.person
        call.kind, call.outcome, call.noted_at = noted.kind, noted.outcome, now
        call.case_id, call.article = noted.case, noted.article
        call.reply_wanted = noted.reply_wanted
        _texts(call, noted, now)
        call.save()
        if call.state != Call.State.ANSWERED:
            telling.seat_to(signed.person.pk, Sitting.State.FREE, now)
        relay.announce(cursor, telling.heard_by(call))
    return call


def pass_on(call: Call, passed: Passed, signed: Signed, now: datetime) -> Transfer:
    """Keep to whom something was passed on and what the caller was told. The same id again changes nothing.

    Raises NotNotedError."""
    if passed.ground not in Transfer.Ground.values:
        raise NotNotedError("no_ground", "ground")
    known_body = directory.current().bodies.get(passed.to_body or 0)
    to_body = Body.objects.get(pk=passed.to_body or 0) if known_body is not None and known_body.active else None
    if to_body is None and not passed.to_name.strip():
        raise NotNotedError("to_nobody", "to_name")
    if len(passed.to_name) > 100 or "\0" in passed.to_name + passed.told or len(passed.told) > LONGEST:
        raise NotNotedError("too_long", "to_name")
    with transaction.atomic():
        known = Transfer.objects.filter(pk=passed.id).first()
        if known is not None:
            return known
        told = None
        if passed.told.strip():
            told = redactable.put(redactable.FREE_TEXT, passed.told.strip(), now, algorithm_at(now)).id
        made = Transfer.objects.create(
            id=passed.id, call=call, body=signed.body, to_body=to_body,
            to_name="" if to_body else passed.to_name.strip(),
            ground=passed.ground, told=told, at=now, person=signed.person,
        )  # fmt: skip
        audit.record(now, "pass_on", subject=("call", str(call.pk)), params={"ground": passed.ground},
                     person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk)  # fmt: skip
    return made


def _texts(call: Call, noted: Outcome, now: datetime) -> None:
    """Sealed name and number, redactable words; what is the same stays the row that it is."""
    algorithm = algorithm_at(now)
    for field, kind, text in (
        ("number", redactable.CALLER_PHONE, noted.phone),
        ("name", redactable.CALLER_NAME, noted.caller),
        ("words", redactable.FREE_TEXT, noted.words),
    ):
        old = getattr(call, field)
        row = redactable.get_many([old]).get(old) if old is not None else None
        if text.strip() and (row is None or row.text != text.strip()):
            setattr(call, field, redactable.put(kind, text.strip(), now, algorithm).id)
