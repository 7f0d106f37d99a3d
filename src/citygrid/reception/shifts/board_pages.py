"""The shift leader's board: seats and their states, calls, red and yellow by post, what is oldest, today's figures."""

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming
from citygrid.organization.rights import right_required
from citygrid.organization.rosters import cityclock
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.refusal import Refusal
from citygrid.reception.models import Sitting
from citygrid.reception.shifts import figures, seats, sheets, watches
from citygrid.web.lights import light
from citygrid.web.words import say, span

LEAD = watches.LEAD
WEEK = timedelta(days=7)
FIGURES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (pgettext_lazy("figures of a day", "Came in"), ("report", "log_call", "warn")),
    (pgettext_lazy("figures of a day", "Accepted"), ("accept",)),
    (pgettext_lazy("figures of a day", "Filed"), ("file_case",)),
    (pgettext_lazy("figures of a day", "Dispatched"), ("dispatch",)),
    (pgettext_lazy("figures of a day", "Closed"), ("close",)),
)


@require_safe
@right_required(LEAD)
def board(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The centre as it is now; the page asks for itself again when something changes."""
    now = timezone.now()
    body = signed.body.pk
    waiting, since = figures.ringing(body)
    context = {
        "seats": _seats(body, now),
        "calls": figures.calls(body, _midnight(now), now),
        "ringing": waiting,
        "ringing_for": _span(since, now),
        "loads": [{"row": row, "name": name} for row, name in _named(figures.loads(body, now))],
        "oldest": _oldest(body, signed, now),
        "figures": _figures(signed, now),
        "watch": watches.current(body, now),
        "unsigned": sheets.unsigned(body, now),
        "now": now,
    }
    return render(request, "reception/shifts/board.html", context)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(cityclock.day_of(at), time(0), cityclock.zone(at))


def _seats(body: int, now: datetime) -> list[dict[str, Any]]:
    """Every seat with whoever sits there; one that nobody took is empty."""
    taken = {
        one.desk_id: one
        for one in Sitting.objects.filter(desk__body_id=body, until=None).select_related("person", "post")
    }
    answered = figures.last_calls(one.person_id for one in taken.values())
    found = []
    for desk in seats.desks_of(body):
        here = taken.get(desk.pk)
        found.append({
            "desk": desk, "kind": desk.get_kind_display(), "here": here,
            "state": here.get_state_display() if here is not None else pgettext("seat", "empty"),
            "code": here.state if here is not None else "vacant",
            "span": _span(here.state_since, now) if here is not None else "",
            "last": answered.get(here.person_id) if here is not None else None,
        })  # fmt: skip
    return found


def _span(since: datetime | None, now: datetime) -> str:
    """How long ago, in words of hours and minutes."""
    return span(now - since) if since is not None else ""


def _named(rows: list[figures.Load]) -> list[tuple[figures.Load, str]]:
    names = naming.roles(row.role for row in rows)
    return [(row, names.get(row.role, row.role)) for row in rows]


def _oldest(body: int, signed: Signed, now: datetime) -> list[dict[str, Any]]:
    rows = figures.oldest(body, signed.scope)
    names, roles = naming.classes(row.class_id for row in rows), naming.roles(row.role for row in rows)
    return [
        {"row": row, "kind": say(ITEM_KINDS.get(row.kind, (row.kind, row.kind))), "role": roles.get(row.role, row.role),
         "title": names.get(row.class_id or "") or _("Class not chosen yet"),
         "light": light(row.due, row.warn_at, now, provisional=row.provisional)} for row in rows
    ]  # fmt: skip


def _figures(signed: Signed, now: datetime) -> list[dict[str, Any]]:
    """Today until now beside the same hours of the same day a week ago."""
    today = figures.acts(signed.scope, _midnight(now), now)
    before = figures.acts(signed.scope, _midnight(now) - WEEK, now - WEEK)
    return [
        {"label": label, "now": sum(today.get(one, 0) for one in kinds),
         "before": sum(before.get(one, 0) for one in kinds)} for label, kinds in FIGURES
    ]  # fmt: skip


@require_safe
@seat_required
def my_seat(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Where I sit, and the seats of my centre that can be taken."""
    now = timezone.now()
    context = {"mine": seats.mine(signed.person.pk), "seats": _seats(signed.body.pk, now)}
    return render(request, "reception/shifts/my_seat.html", context)


@require_POST
@seat_required
def change_seat(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Take a seat (`desk`), leave it, pause, be ready again (`to`); back to where the button stands."""
    now = timezone.now()
    desk, wanted = request.POST.get("desk", ""), request.POST.get("to", "")
    answer: object = None
    if desk.isascii() and desk.isdigit() and len(desk) < 18:
        answer = seats.sit(signed, int(desk), now)
    elif wanted == "leave":
        seats.leave(signed, now)
    elif wanted in (seats.PAUSE, seats.READY):
        answer = seats.turn(signed, wanted, now)
    if isinstance(answer, Refusal):
        messages.error(request, _(answer.message) % answer.params)
    back = request.POST.get("next", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe else "reception:my_seat")


def may_lead(who: Any) -> bool:
    """Whether the board stands in the bar."""
    return who is not None and LEAD in who.role.rights
