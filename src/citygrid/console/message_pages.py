"""Messages that leave the house: what waits, what does not get out and why; again, to somebody else, or given up."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, reading, searching
from citygrid.console import message_words
from citygrid.messages import events, rules, stuck
from citygrid.messages.models import Delivery, Outbox
from citygrid.organization.addresses import address_of
from citygrid.organization.models import Person
from citygrid.organization.notifying.wish_pages import CHANNEL_NAMES
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.trust import redactable
from citygrid.web import context as web_context

PAGE = 50
RIGHT = "messages.manage"
STATES = {
    "stuck": gettext_lazy("stuck"),
    "queued": gettext_lazy("queued"),
    "sending": gettext_lazy("being sent"),
    "sent": gettext_lazy("sent"),
    "failed": gettext_lazy("failed"),
    "given_up": gettext_lazy("given up"),
    "suppressed": gettext_lazy("not sent"),
}


def may_manage(signed: Signed | None) -> bool:
    """Whether the bar shows messages."""
    return may(signed, RIGHT)


@never_cache
@require_safe
@right_required(RIGHT)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Deliveries by state, channel and event, newest first; without a question those that are stuck."""
    now = timezone.now()
    asked = {name: request.GET.get(name, "") for name in ("state", "channel", "event")}
    asked["state"] = asked["state"] if asked["state"] in STATES or asked["state"] == "all" else "stuck"
    rows = Delivery.objects.order_by("-pk")
    if asked["state"] == "stuck":
        rows = rows.filter(stuck.which(now, rules.current(now).alarm))
    elif asked["state"] != "all":
        rows = rows.filter(state=asked["state"])
    rows = rows.filter(channel=asked["channel"]) if asked["channel"] in rules.CHANNELS else rows
    rows = rows.filter(event=asked["event"]) if asked["event"] in events.known() else rows
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    query = urlencode({name: value for name, value in asked.items() if value})
    context = {
        "rows": shown(found[:PAGE], signed),
        "asked": asked,
        "states": STATES.items(),
        "channels": [(name, CHANNEL_NAMES[name]) for name in rules.CHANNELS if name != rules.IN_APP],
        "events": sorted(((code, str(one.label)) for code, one in events.known().items()), key=lambda pair: pair[1]),
        "health": stuck.health(now),
        "counts": stuck.counts(now),
        "lost": Outbox.objects.filter(done_at=None, next_try=None).order_by("-pk")[:PAGE],
        "first": f"?{query}" if before else "",
        "next": f"?{query}&before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }
    return render(request, "console/messages.html", context)


@never_cache
@require_safe
@right_required(RIGHT)
def one(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """One message: to whom (numbers masked), by which way, what was tried, and what can be done."""
    row = _row(pk)
    context = {
        "one": shown([row], signed)[0],
        "row": row,
        "may_decide": row.state in ("failed", "queued"),
        "nobody": row.error == "nobody_there",
        "reason": _text(row.reason),
        "caller": bool(row.phone) and may(signed, "callers.read"),
    }
    return render(request, "console/message.html", context)


@require_POST
@right_required(RIGHT)
def again(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Sends the marked ones again at once (`pk`, several), or all that are stuck (`all=1`)."""
    now = timezone.now()
    if request.POST.get("all") == "1":
        found = Delivery.objects.filter(stuck.which(now, rules.current(now).alarm))
    else:
        numbers = [int(pk) for pk in request.POST.getlist("pk") if pk.isascii() and pk.isdigit() and len(pk) < 19]
        found = Delivery.objects.filter(pk__in=numbers)
    number = stuck.again(found, now, **_who(request, signed))
    messages.success(request, _("%(number)d messages are sent again.") % {"number": number})
    return redirect("console:messages")


@require_POST
@right_required(RIGHT)
def give_up(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Ends one, with a reason."""
    try:
        stuck.give_up(_row(pk), request.POST.get("reason", ""), timezone.now(), **_who(request, signed))
    except stuck.RefusedError as refused:
        messages.error(request, _(stuck.MESSAGES[refused.code]))
        return redirect("console:message", pk)
    messages.success(request, _("The message is given up."))
    return redirect("console:messages")


@require_POST
@right_required(RIGHT)
def send_to(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Sends one that found nobody to somebody who is there (by login)."""
    row = _row(pk)
    person = Person.objects.filter(login=request.POST.get("login", "").strip(), is_active=True).first()
    try:
        if person is None:
            raise stuck.RefusedError("person_missing")
        if row.phone is not None:  # what is meant for a caller is for nobody else
            raise Http404
        stuck.send_to(row, person.pk, timezone.now(), **_who(request, signed))
    except stuck.RefusedError as refused:
        messages.error(request, _(stuck.MESSAGES[refused.code]))
        return redirect("console:message", pk)
    messages.success(request, _("The message goes to %(name)s.") % {"name": person.name})
    return redirect("console:messages")


@require_POST
@right_required(RIGHT)
def event_again(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Hands an event that nobody could handle on once more."""
    if not stuck.outbox_again(pk, timezone.now(), **_who(request, signed)):
        raise Http404
    messages.success(request, _("The event is handed on again."))
    return redirect("console:messages")


@never_cache
@require_safe
@right_required(RIGHT)
def alarm(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The line below the bar while messages are stuck; empty when all is well."""
    return render(request, "console/messages_alarm.html", {"health": stuck.health(timezone.now())})


def watch() -> None:
    """Called when the house starts."""
    web_context.Notes.add_for("console:messages_alarm", may_manage)


def shown(rows: Iterable[Delivery], signed: Signed) -> list[dict[str, Any]]:
    """Rows with names; numbers masked, cases as links only where the scope holds them."""
    rows = list(rows)
    people = naming.people(row.person for row in rows)
    phones = redactable.get_many({row.phone for row in rows if row.phone})
    cases = {row.case_id for row in rows if row.case_id}
    seen = {one.id: one.case_no or one.report_no for one in _cases(signed, cases)}
    found = []
    for row in rows:
        phone = phones.get(row.phone) if row.phone else None
        masked = reading.mask(phone.text) if phone is not None and phone.text else _("forgotten") if row.phone else ""
        event = events.known().get(row.event)
        found.append({
            "row": row,
            "event": event.label if event is not None else row.event,
            "to": people.get(row.person or 0) or masked or _("nobody"),
            "channel": CHANNEL_NAMES.get(row.channel, row.channel),
            "state": STATES[row.state],
            "why": message_words.why(row.error, row.detail),
            "case": seen.get(row.case_id) if row.case_id else None,
        })  # fmt: skip
    return found


def _cases(signed: Signed, cases: set[UUID]) -> list[searching.Listed]:
    return searching.search(signed.scope, searching.Query(ids=tuple(cases)), PAGE) if cases else []


def _row(pk: int) -> Delivery:
    row = Delivery.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _text(reason: UUID | None) -> str:
    found = redactable.get_many([reason]).get(reason) if reason is not None else None
    return found.text or "" if found is not None else ""


def _who(request: HttpRequest, signed: Signed) -> dict[str, Any]:
    return {"person": signed.person.pk, "seat": signed.seat.pk, "post": signed.post.pk, "address": address_of(request)}
