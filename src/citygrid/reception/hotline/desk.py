"""What a call-taker's seat shows: the call in hand, what is known of its number, calls that wait for an outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When

from citygrid.cases import callers, searching
from citygrid.organization.seats import Signed
from citygrid.organization.unit_models import Desk
from citygrid.reception.call_models import Call
from citygrid.reception.shift_models import Sitting
from citygrid.trust import audit, redactable
from citygrid.trust.keys import UnreadableError
from citygrid.trust.models import AuditRecord

LOOK = "see_call"
UNNOTED = timedelta(hours=12)
"""So long a call that ended waits at the seat for its outcome; later it stands in the list of calls only."""
MOST_CALLS, MOST_CASES = 8, 8
S = Call.State


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a caller's number: earlier calls (newest first), cases within the seat's scope."""

    calls: Sequence[Call]
    cases: Sequence[searching.Listed]


def in_hand(signed: Signed, now: datetime) -> list[Call]:
    """The calls of this seat that need somebody: talking first, then ended without an outcome, then ringing."""
    ringing = Q(state=S.RINGING) & (
        Q(person=signed.person)
        | Q(person=None, post=signed.post)
        | Q(person=None, post=None, body=signed.body)
    )
    mine = Q(person=signed.person, outcome="") & (
        Q(state=S.ANSWERED) | Q(state=S.ENDED, ended_at__gt=now - UNNOTED)
    )
    order = Case(When(state=S.ANSWERED, then=Value(0)), When(state=S.RINGING, then=Value(1)), default=Value(2),
                 output_field=IntegerField())  # fmt: skip
    found = Call.objects.filter(ringing | mine, came_at__gt=now - UNNOTED * 2)
    return list(found.annotate(order=order).order_by("order", "came_at")[:6])


def number_of(call: Call) -> str | None:
    """The caller's number, opened; None when there is none or it is forgotten. The caller of this asks and notes."""
    if call.number is None:
        return None
    row = redactable.get_many([call.number]).get(call.number)
    return row.text if row is not None else None


def show(call: Call, signed: Signed, now: datetime, address: str | None) -> tuple[str, Known]:
    """The number and what is known of it, noted in the audit once for a call and a person (S3-14)."""
    try:
        number = number_of(call) or ""
    except UnreadableError:
        number = ""
    if not number:
        return "", Known((), ())
    subject = ("call", str(call.pk))
    seen = AuditRecord.objects.filter(
        subject_kind="call", subject_id=subject[1], act=LOOK, person=signed.person.pk
    ).exists()
    if not seen:
        audit.record(now, LOOK, subject=subject, outcome=audit.SEEN, person=signed.person.pk, seat=signed.seat.pk,
                     post=signed.post.pk, address=address)  # fmt: skip
    return number, known(number, signed, but=call.pk)


def known(number: str, signed: Signed, but: UUID | None = None) -> Known:
    """Earlier calls and cases of a number. Cases: those that the seat may see, open ones first."""
    rows = redactable.find_phone(number)
    if not rows:
        return Known((), ())
    others = [but] if but is not None else []
    calls = Call.objects.filter(number__in=rows).exclude(pk__in=others).select_related("person", "article", "body")
    mentioned = {one.case for one in callers.by_rows(rows)}
    earlier = list(calls.order_by("-came_at")[:MOST_CALLS])
    mentioned |= {one.case_id for one in earlier if one.case_id is not None}
    found = searching.search(signed.scope, searching.Query(ids=tuple(sorted(mentioned)))) if mentioned else []
    ordered = sorted(found, key=lambda one: one.closed_at is not None)
    return Known(earlier, ordered[:MOST_CASES])


def sitting_of(signed: Signed) -> Sitting | None:
    """Where this person sits now."""
    return Sitting.objects.filter(person=signed.person, until=None).select_related("desk").first()


def desks_of(signed: Signed) -> list[tuple[Desk, str]]:
    """The seats of the person's centre, each with the name of whoever sits there now."""
    taken = dict(
        Sitting.objects.filter(desk__body=signed.body, until=None).values_list("desk_id", "person__name")
    )
    rows = Desk.objects.filter(body=signed.body, active=True).order_by("number")
    return [(one, taken.get(one.pk, "")) for one in rows]


def may_sit(signed: Any) -> bool:
    """Whether the person's centre has seats."""
    return signed is not None and Desk.objects.filter(body=signed.body, active=True).exists()
