"""Sends what is queued: claimed in batches by any number of senders, sent outside every transaction, noted after.

A row is `sending` from its claim on. When the sender is killed before it noted the outcome, `recover` sends it once
more where a repetition is seen once (`Channel.repeatable`), and else leaves it to a person: nobody knows whether it
went out."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import connection, transaction

from citygrid.messages import channels, rules, wording
from citygrid.messages.channels import Channel, Outcome, Parcel
from citygrid.messages.channels.interface import GONE, REFUSED, RETRY, SENT
from citygrid.messages.delivery_models import Address, Delivery, State, Subscription
from citygrid.messages.events import Told
from citygrid.messages.relay import wait_after
from citygrid.messages.rules import PUSH, Rules
from citygrid.trust import redactable

MOST_TRIES = 10
LEASE = timedelta(minutes=5)
"""After so long a row that is still `sending` belongs to a sender that is gone; longer than any batch takes."""
WORKERS = 8
OUTAGE = 5
"""So many failures in a row, and the rest of the batch waits instead of knocking at a closed door."""
PAUSE = timedelta(seconds=20)
KEEP = timedelta(days=90)

_CLAIM = """update notices_delivery set state = 'sending', tries = tries + 1, started_at = %s
    where id in (select id from notices_delivery where state = 'queued' and next_try <= %s and not digest
                 order by next_try, id limit %s for update skip locked)
    returning id"""
_GROUPS = """select person, phone, channel, language from notices_delivery where state = 'queued' and next_try <= %s
    and digest group by 1, 2, 3, 4 order by min(next_try) limit %s"""
_CLAIM_GROUP = """update notices_delivery set state = 'sending', tries = tries + 1, started_at = %s
    where state = 'queued' and digest and next_try <= %s and channel = %s and language = %s
    and person is not distinct from %s and phone is not distinct from %s and pg_try_advisory_xact_lock(%s, %s)
    returning id"""
_LOCK = 0x64696765
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sending:
    """One parcel and the rows that it answers for: one, or all of a digest. `outcome`: known without sending."""

    rows: tuple[Delivery, ...]
    parcel: Parcel | None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did, in rows."""

    sent: int = 0
    failed: int = 0
    later: int = 0


def drain(now: datetime, batch: int = 100, rounds: int = 50, clock: Callable[[], bool] = lambda: False) -> Round:
    """Rounds until nothing is due at `now`, or `clock` says that it is time to let others work."""
    sent = failed = later = 0
    for _ in range(rounds):
        this = run(now, batch)
        sent, failed, later = sent + this.sent, failed + this.failed, later + this.later
        if not (this.sent or this.failed or this.later) or clock():
            break
    return Round(sent, failed, later)


def run(now: datetime, batch: int = 100) -> Round:
    """Claims, sends and notes up to `batch` messages; other senders may run at the same time. Not in a transaction."""
    claimed = _claimed(now, batch)
    known = rules.current(now)
    made = list(_sendings(claimed, known, now))
    outcomes: list[tuple[Sending, Outcome | None]] = []
    for name, some in groupby(sorted(made, key=lambda one: one.rows[0].channel), lambda one: one.rows[0].channel):
        outcomes += _sent(name, list(some))
    return _note(outcomes, now)


def _claimed(now: datetime, batch: int) -> list[list[Delivery]]:
    """Rows that are now this sender's: each alone, those of a digest together."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now, now, batch])
        alone = [row[0] for row in cursor.fetchall()]
        together = []
        cursor.execute(_GROUPS, [now, batch])
        for person, phone, channel, language in cursor.fetchall():
            lock = crc32(f"{person}:{phone}:{channel}".encode()) & 0x7FFFFFFF
            cursor.execute(_CLAIM_GROUP, [now, now, channel, language, person, phone, _LOCK, lock])
            together.append([row[0] for row in cursor.fetchall()])
    rows = Delivery.objects.in_bulk([*alone, *(pk for some in together for pk in some)])
    return [[rows[pk]] for pk in sorted(alone)] + [[rows[pk] for pk in sorted(some)] for some in together if some]


def _sendings(claimed: Sequence[Sequence[Delivery]], known: Rules, now: datetime) -> Iterator[Sending]:
    worded = _worded([row for some in claimed for row in some], known)
    reached = _reached([some[0] for some in claimed])
    for some in claimed:
        first, rows = some[0], tuple(some)
        messages = [worded[row.pk] for row in some if row.pk in worded]
        if not messages:
            yield Sending(rows, None, Outcome(REFUSED, "no_words", first.event))
            continue
        to = reached.get(first.pk)
        if to is None:
            yield Sending(rows, None, Outcome(GONE, "no_address"))
            continue
        message = messages[0] if len(messages) == 1 else wording.gathered(messages, first.language, now)
        rule = known.events.get(first.event)
        loud = rule is not None and rule.again > 0
        parcel = Parcel(
            key=str(first.key), to=to if isinstance(to, str) else "", title=message.title, text=message.text,
            sms=message.sms, link=wording.address(message.page), page=message.page, loud=loud,
            tag=f"{first.event}:{first.case_id}" if first.case_id else str(first.key),
            info=to if isinstance(to, dict) else {},
        )  # fmt: skip
        yield Sending(rows, parcel)


def _worded(rows: Sequence[Delivery], known: Rules) -> dict[int, wording.Message]:
    """The words of each row; what has none (its event or template is gone) is left out."""
    found: dict[int, wording.Message] = {}
    order = sorted(rows, key=lambda row: (row.event, row.language))
    for (event, language), some in groupby(order, lambda row: (row.event, row.language)):
        same = list(some)
        for part in (same, *([one] for one in same)):  # one that cannot be worded does not stop the others
            if all(row.pk in found for row in part):
                continue
            try:
                with transaction.atomic():
                    words = wording.put(event, [Told(row.params, row.case_id) for row in part], language, known)
            except Exception:  # a package's words: whatever it is, it concerns these messages alone
                log.warning("%s of %s cannot be put into words", len(part), event, exc_info=True)
                continue
            found.update(zip((row.pk for row in part), words, strict=True))
    return found


def _reached(rows: Sequence[Delivery]) -> dict[int, str | dict[str, Any]]:
    """Where each goes, opened; what is no longer known is left out."""
    browsers = Subscription.objects.filter(pk__in=[row.subscription for row in rows if row.subscription])
    infos = dict(browsers.values_list("pk", "info"))
    persons = [row.person for row in rows if row.person is not None]
    values = {(one.person, one.channel): one.value for one in Address.objects.filter(person__in=persons)}
    sealed: dict[int, UUID] = {}
    for row in rows:
        value = row.phone or values.get((row.person or 0, row.channel))
        if value is not None:
            sealed[row.pk] = value
    opened = redactable.get_many(sealed.values())
    found: dict[int, str | dict[str, Any]] = {}
    for row in rows:
        if row.channel == PUSH:
            if row.subscription in infos:
                found[row.pk] = infos[row.subscription]
        elif row.pk in sealed and sealed[row.pk] in opened:
            text = opened[sealed[row.pk]].text
            if text is not None:
                found[row.pk] = text
    return found


def _sent(name: str, some: Sequence[Sending]) -> list[tuple[Sending, Outcome | None]]:
    """What became of each of one channel; None: not tried, the channel does not answer."""
    known = [(one, one.outcome) for one in some if one.parcel is None]
    todo = [one for one in some if one.parcel is not None]
    channel = channels.channel(name)
    if channel is None:
        return [*known, *((one, Outcome(RETRY, "no_provider")) for one in todo)]
    silent = 0
    with ThreadPoolExecutor(WORKERS) as pool:
        for start in range(0, len(todo), WORKERS):
            part = todo[start : start + WORKERS]
            if silent >= OUTAGE:
                known += [(one, None) for one in part]
                continue
            for one, outcome in zip(part, pool.map(lambda each: _send(channel, each), part), strict=True):
                silent = silent + 1 if outcome.state == RETRY else 0
                known.append((one, outcome))
    return known


def _send(channel: Channel, one: Sending) -> Outcome:
    assert one.parcel is not None
    try:
        return channel.send(one.parcel)
    except Exception as error:
        return Outcome(RETRY, "channel_fault", type(error).__name__)


def _note(outcomes: Sequence[tuple[Sending, Outcome | None]], now: datetime) -> Round:
    sent = failed = later = 0
    changed: list[Delivery] = []
    gone: list[int] = []
    for one, outcome in outcomes:
        for row in one.rows:
            changed.append(row)
            _settle(row, outcome, now)
            sent, failed = sent + (row.state == State.SENT), failed + (row.state == State.FAILED)
            later += row.state == State.QUEUED
            if outcome is not None and outcome.state == GONE and row.subscription:
                gone.append(row.subscription)
    with transaction.atomic():
        if gone:
            Subscription.objects.filter(pk__in=gone).delete()
        fields = ["state", "next_try", "tries", "error", "detail", "provider_id", "sent_at", "started_at"]
        for start in range(0, len(changed), 500):
            Delivery.objects.bulk_update(changed[start : start + 500], fields)
    return Round(sent, failed, later)


def _settle(row: Delivery, outcome: Outcome | None, now: datetime) -> None:
    row.started_at = None
    if outcome is None:  # not tried
        row.state, row.tries, row.next_try = State.QUEUED, row.tries - 1, now + PAUSE
        return
    row.error, row.detail = outcome.error[:40], outcome.detail.replace("\0", "")[:200]
    row.next_try = None
    if outcome.state == SENT:
        row.state, row.sent_at, row.provider_id = State.SENT, now, outcome.provider_id.replace("\0", "")[:100]
    elif outcome.state == GONE:
        row.state = State.SUPPRESSED
    elif outcome.state == REFUSED or row.tries >= MOST_TRIES:
        row.state = State.FAILED
    else:
        row.state, row.next_try = State.QUEUED, now + max(wait_after(row.tries), outcome.wait)


def recover(now: datetime) -> tuple[int, int]:
    """Rows of senders that are gone: (queued again, left to a person because a repetition might be seen twice)."""
    again: list[int] = []
    unsure: list[int] = []
    lost = Delivery.objects.filter(state=State.SENDING, started_at__lt=now - LEASE)
    with transaction.atomic():
        for pk, name in lost.select_for_update(skip_locked=True).values_list("pk", "channel"):
            channel = channels.channel(name)
            (again if channel is None or channel.repeatable else unsure).append(pk)
        Delivery.objects.filter(pk__in=again).update(state=State.QUEUED, next_try=now, started_at=None)
        Delivery.objects.filter(pk__in=unsure).update(
            state=State.FAILED, next_try=None, started_at=None, error="unsure"
        )
    return len(again), len(unsure)


def forget(now: datetime) -> int:
    """What was sent or suppressed long ago goes; what failed stays until a person decided."""
    over = (State.SENT, State.SUPPRESSED, State.GIVEN_UP)
    return Delivery.objects.filter(state__in=over, at__lt=now - KEEP).delete()[0]


def trial(channel: Channel, parcel: Parcel) -> Outcome:
    """One message at once, kept nowhere: a person tries their own address."""
    return _send(channel, Sending((), parcel))
