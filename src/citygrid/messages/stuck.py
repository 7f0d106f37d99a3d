"""Messages that do not get out: how many, which, why; a person tries again, names another recipient, or gives up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext_noop

from citygrid.messages import recipients, rules, sending
from citygrid.messages.delivery_models import Delivery, State
from citygrid.messages.models import Notice, Outbox
from citygrid.messages.sending import Draft
from citygrid.trust import audit, redactable
from citygrid.trust.algorithms import algorithm_at

STUCK = "messages_stuck"
AGAIN = timedelta(hours=1)
"""An alarm that nobody ended is told again after so long."""
MESSAGES = {
    "message_over": gettext_noop("This message was sent or ended meanwhile."),
    "reason_missing": gettext_noop("Say why it is given up."),
    "person_unreached": gettext_noop("This person has no address for this channel."),
    "person_missing": gettext_noop("There is no such person at work now."),
}


class RefusedError(Exception):
    """Nothing was changed; `code` is a key of MESSAGES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Health:
    """How messages do. `stuck`: failed, or waiting for longer than the alarm; `events`: outbox rows nobody could
    handle; `oldest`: since when."""

    waiting: int
    stuck: int
    events: int
    oldest: datetime | None

    @property
    def well(self) -> bool:
        return not self.stuck and not self.events


def which(now: datetime, alarm: timedelta) -> Q:
    """The condition for stuck deliveries."""
    before = now - alarm
    return (
        Q(state=State.FAILED)
        | Q(state=State.SENDING, started_at__lte=before)
        | Q(state=State.QUEUED, tries=0, next_try__lte=before)
        | Q(state=State.QUEUED, tries__gte=3, at__lte=before)
    )


def health(now: datetime) -> Health:
    """Two questions to the database; failed and open rows have indexes of their own."""
    alarm = rules.current(now).alarm
    found = Delivery.objects.filter(which(now, alarm)).aggregate(number=Count("pk"), oldest=Min("at"))
    waiting = Delivery.objects.filter(state__in=(State.QUEUED, State.SENDING)).count()
    events = Outbox.objects.filter(done_at=None, next_try=None).aggregate(number=Count("pk"), oldest=Min("at"))
    oldest = min((one for one in (found["oldest"], events["oldest"]) if one is not None), default=None)
    return Health(waiting, found["number"], events["number"], oldest)


def tell(now: datetime) -> bool:
    """Tells whoever cares for messages when some are stuck, once an hour. Whether it told."""
    found = health(now)
    if found.well or Notice.objects.filter(code=STUCK, at__gt=now - AGAIN).exists():
        return False
    draft = Draft(STUCK, now.isoformat(), params={"number": found.stuck + found.events})
    return bool(sending.send([draft], now))


def again(found: QuerySet[Delivery], now: datetime, **who: Any) -> int:
    """Queues failed or waiting rows to be sent at once, with all their tries. How many; the audit notes it."""
    with transaction.atomic():
        rows = found.filter(state__in=(State.FAILED, State.QUEUED)).exclude(error=sending.NOBODY)
        number = rows.update(state=State.QUEUED, next_try=now, tries=0, started_at=None)
        if number:
            audit.record(now, "retry_messages", params={"number": number}, **who)
    return number


def give_up(row: Delivery, reason: str, now: datetime, **who: Any) -> None:
    """Ends it with a reason (a text that can be forgotten). Raises RefusedError."""
    if not reason.strip() or "\0" in reason or len(reason) > 500:
        raise RefusedError("reason_missing")
    with transaction.atomic():
        held = _held(row)
        held.reason = redactable.put(redactable.FREE_TEXT, reason.strip(), now, algorithm_at(now)).id
        held.state, held.next_try, held.decided_by = State.GIVEN_UP, None, who.get("person")
        held.save(update_fields=["state", "next_try", "decided_by", "reason"])
        audit.record(now, "give_up_message", subject=("message", str(row.pk)), **who)


def send_to(row: Delivery, to: int, now: datetime, **who: Any) -> Delivery:
    """Sends it to somebody else; the row that found nobody is given up. Raises RefusedError."""
    reach = recipients.reach([to])[to]
    subscription = reach.subscriptions[0] if row.channel == rules.PUSH and reach.subscriptions else None
    if row.channel == rules.PUSH and subscription is None:
        raise RefusedError("person_unreached")
    if row.channel not in (rules.PUSH, rules.IN_APP) and row.channel not in reach.channels:
        raise RefusedError("person_unreached")
    with transaction.atomic():
        held = _held(row)
        params = {name: value for name, value in held.params.items() if name != "wanted"}
        sent = Delivery.objects.create(
            key=uuid5(held.key, f"to:{to}"), event=held.event, case_id=held.case_id, params=params, person=to,
            channel=held.channel, subscription=subscription, language=reach.language, at=now,
            state=State.SENT if held.channel == rules.IN_APP else State.QUEUED,
            next_try=None if held.channel == rules.IN_APP else now,
            sent_at=now if held.channel == rules.IN_APP else None,
        )  # fmt: skip
        Notice.objects.create(person=to, case_id=held.case_id, code=held.event, params=params, at=now)
        held.state, held.next_try, held.decided_by = State.GIVEN_UP, None, who.get("person")
        held.save(update_fields=["state", "next_try", "decided_by"])
        audit.record(now, "redirect_message", subject=("message", str(row.pk)), params={"to": to}, **who)
    return sent


def _held(row: Delivery) -> Delivery:
    """The row, locked, while it can still be decided about."""
    held = Delivery.objects.select_for_update().get(pk=row.pk)
    if held.state not in (State.FAILED, State.QUEUED):
        raise RefusedError("message_over")
    return held


def outbox_again(row: int, now: datetime, **who: Any) -> bool:
    """An event that no handler took is handed on once more."""
    with transaction.atomic():
        found = Outbox.objects.filter(pk=row, done_at=None, next_try=None).update(next_try=now, tries=0)
        if found:
            audit.record(now, "retry_event", subject=("outbox", str(row)), **who)
    return bool(found)


def counts(now: datetime) -> Mapping[str, int]:
    """Rows by state, of the last 30 days."""
    rows = Delivery.objects.filter(at__gt=now - timedelta(days=30)).values_list("state").annotate(number=Count("pk"))
    return dict(rows)
