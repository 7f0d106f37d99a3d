"""What the device holds for the screens about oneself: figures against the quota, leave, roll calls, the address book,
notices, the log of the last days."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from citygrid.collection.models import Called, DayLog
from citygrid.collection.syncing import pack
from citygrid.collection.teams import crew, patrols, quotas, roll_calls, spans, work
from citygrid.messages import notices
from citygrid.organization.duty_models import Leave, LeaveKind
from citygrid.organization.models import Extension, Seat
from citygrid.organization.notifying.notice_pages import reader, worded
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed

LOG_DAYS, NOTICES, LEAVES, CALLS = 30, 30, 20, 20


def register() -> None:
    """Offer the sections; called when the app starts."""
    pack.section("own_figures", own_figures)
    pack.section("leave", leave)
    pack.section("roll_calls", rolls)
    pack.section("address_book", address_book)
    pack.section("notices", own_notices)
    pack.section("day_logs", day_logs)


def own_figures(signed: Signed, now: datetime) -> dict[str, Any]:
    """`today` and `month`: what was done and what is expected, in the order of the quotas."""
    return {
        "today": _figures(signed, spans.day_of(now), now),
        "month": _figures(signed, spans.month_of(None, now), now),
    }


def _figures(signed: Signed, span: spans.Span, now: datetime) -> dict[str, Any]:
    me = signed.person.pk
    numbers = work.counts(work.Asked([me], span, now)).get(me, {})
    walked = patrols.walked([me], span)[me]
    today = cityclock.day_of(now)
    days = crew.days_on_duty(span.first, min(span.last, today), now).get(me, set()) or walked.days
    numbers["patrols"] = len(walked.each)
    found = quotas.compared(quotas.read(), signed.post.pk, signed.body.pk, days, numbers, walked.mean)
    return {
        "days": len(days),
        "lines": [
            {
                "code": one.measure, "label": str(quotas.MEASURES[one.measure].label), "short": one.short,
                "share": quotas.MEASURES[one.measure].how == quotas.SHARE, "actual": _plain(one.actual),
                "quota": _plain(one.quota),
            }
            for one in found.values()
            if one.quota is not None
        ],
        "counts": {
            name: {"label": str(work.MEASURES[name].label), "number": number}
            for name, number in numbers.items()
            if name in work.MEASURES and number
        },
    }  # fmt: skip


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def leave(signed: Signed, now: datetime) -> dict[str, Any]:
    """The kinds that can be asked for, and one's own."""
    own = Leave.objects.filter(person=signed.person).select_related("kind").order_by("-first_day")[:LEAVES]
    today = cityclock.day_of(now)
    return {
        "today": today.isoformat(),
        "kinds": [
            {"code": one.code, "name": str(one), "longest": one.longest_days}
            for one in LeaveKind.objects.filter(active=True).order_by("code")
        ],
        "own": [
            {
                "id": str(one.pk), "kind": str(one.kind), "first": one.first_day.isoformat(),
                "last": one.last_day.isoformat(), "state": one.state, "label": str(one.get_state_display()),
                "may_take_back": _may_take_back(one, today),
            }
            for one in own
        ],
    }  # fmt: skip


def _may_take_back(one: Leave, today: Any) -> bool:
    return one.state == Leave.State.ASKED or (one.state == Leave.State.GRANTED and one.first_day > today)


def rolls(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """Roll calls of mine, the newest first, with how each was answered."""
    mine = Called.objects.filter(person=signed.person, call__at__gte=now - timedelta(days=LOG_DAYS))
    return [
        {
            "id": str(one.call_id), "at": one.call.at, "due": one.call.due, "photo": one.call.photo,
            "by": str(one.call.by), "result": roll_calls.result(one, now),
        }
        for one in mine.select_related("call__by").order_by("-call__at")[:CALLS]
    ]  # fmt: skip


def address_book(signed: Signed, now: datetime) -> list[dict[str, str]]:
    """Numbers of the work's own telephones: of the own body, those above it and the centres; then who works beside
    oneself. Private numbers are in nobody's book."""
    book = quotas.read()
    near = list(book.above.get(signed.body.pk, (signed.body.pk,)))
    rows = Extension.objects.filter(active=True, body__in=near).select_related("body", "post")
    found = [
        {"name": str(one.post) if one.post else str(one.body), "body": str(one.body), "number": one.number}
        for one in sorted(rows, key=lambda one: (near.index(one.body_id), one.number))
    ]
    return found + [
        {"name": name, "body": post, "number": ""} for name, post in _colleagues(signed.body.pk, signed.person.pk, now)
    ]


def _colleagues(body: int, person: int, now: datetime) -> Iterable[tuple[str, str]]:
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=now), post__body=body, since__lte=now)
    held = held.filter(person__is_active=True, post__active=True).exclude(person=person)
    for seat in held.select_related("person", "post").order_by("post__role__code", "person__login"):
        yield str(seat.person), str(seat.post)


def own_notices(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """The newest notices, in words."""
    rows = list(notices.of(reader(signed)).order_by("-pk")[:NOTICES])
    return [
        {
            "id": one["row"].pk, "at": one["row"].at, "read": one["row"].read_at is not None,
            "title": one["words"].title, "text": one["words"].text,
        }
        for one in worded(rows)
    ]  # fmt: skip


def day_logs(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """What was written about the last days."""
    since = cityclock.day_of(now) - timedelta(days=LOG_DAYS)
    rows = DayLog.objects.filter(person=signed.person, day__gte=since).order_by("-day", "-made_at")
    return [{"id": str(one.pk), "day": one.day, "at": one.made_at, "text": one.text} for one in rows]
