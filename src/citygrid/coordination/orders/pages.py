"""The page of orders: open supervision orders and their answers, urging, instructions; how often units were urged."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from citygrid.cases import naming
from citygrid.coordination.able import able, acts_of
from citygrid.coordination.keyset import key_of, text_of
from citygrid.coordination.months import month_of
from citygrid.coordination.orders import reading
from citygrid.organization.seats import Signed, seat_required
from citygrid.process.states import STATE_NAMES, State
from citygrid.trust import redactable
from citygrid.web.lights import light
from citygrid.web.refusals import act_name
from citygrid.web.words import say

KINDS = {
    "supervise": gettext_lazy("Supervision orders"),
    "urge": gettext_lazy("Urging"),
    "instruct": gettext_lazy("Instructions"),
}
STATES = {
    "open": gettext_lazy("Answer open"),
    "overdue": gettext_lazy("Answer overdue"),
    "answered": gettext_lazy("Answered"),
}
ACTS = ("supervise", "instruct", "urge", "answer")
"""Who gives orders, or answers them, has the page."""
OFFERED = ("instruct", "supervise", "urge")


def may_open(signed: Signed | None) -> bool:
    return able(signed, timezone.now(), *ACTS)


@require_safe
@seat_required
def orders(request: HttpRequest, signed: Signed, kind: str = "supervise") -> HttpResponse:
    """Orders about cases that the post may see; open ones first when none of the states is asked for."""
    if not may_open(signed):
        raise PermissionDenied
    if kind not in KINDS:
        raise Http404
    now = timezone.now()
    state = request.GET.get("state", "open" if kind == "supervise" else "")
    state = state if kind == "supervise" and state in STATES else ""
    unit, month = _id(request.GET.get("unit")), request.GET.get("month")
    rows = reading.orders(
        signed.scope, kind, now, state=state, unit=unit, month=month_of(month, now) if month else None,
        before=key_of(request.GET.get("after")),
    )  # fmt: skip
    last = rows[-1] if len(rows) == reading.PAGE else None
    may = acts_of(signed, now, *OFFERED, "answer")
    context = {
        "kind": kind,
        "kinds": KINDS.items(),
        "title": KINDS[kind],
        "state": state,
        "states": STATES.items() if kind == "supervise" else (),
        "rows": _lines(rows, now, may, signed),
        "after": text_of((last.at, last.case, last.seq)) if last is not None else None,
        "narrowed": " · ".join(one for one in (naming.body(unit), month or "") if one),
        "here": request.get_full_path(),
    }
    return render(request, "coordination/orders/orders.html", context)


def _lines(rows: list[reading.Order], now: Any, may: frozenset[str], signed: Signed) -> list[dict[str, Any]]:
    names = naming.classes(row.class_id for row in rows)
    people = naming.people([one for row in rows for one in (row.person, row.replied_by)])
    texts = redactable.get_many(UUID(one) for row in rows for one in (row.note, row.reply) if one)

    def words(ref: str | None) -> str:
        return (texts[UUID(ref)].text or _("(removed)")) if ref and UUID(ref) in texts else ""

    found = []
    for row in rows:
        own = "answer" in may and row.item is not None and row.done_at is None and row.holder == signed.body.pk
        acts = ["answer"] if own else [act for act in OFFERED if act in may and State(row.state) not in _OVER]
        found.append(
            {
                "row": row,
                "title": names.get(row.class_id or "") or _("Class not chosen yet"),
                "state": say(STATE_NAMES[State(row.state)]),
                "who": people.get(row.person, "") if row.person else _("System"),
                "body": naming.body(row.body),
                "unit": naming.body(row.unit),
                "holder": naming.body(row.holder),
                "text": words(row.note),
                "reply": words(row.reply),
                "replied_by": people.get(row.replied_by or 0, ""),
                "light": light(row.due, row.warn_at, now, done_at=row.done_at) if row.item is not None else None,
                "acts": [(act, act_name(act)) for act in acts],
            }
        )
    return found


_OVER = frozenset({State.CLOSED, State.REJECTED, State.VOIDED, State.MERGED})


@require_safe
@seat_required
def urged(request: HttpRequest, signed: Signed) -> HttpResponse:
    """How often the cases of each unit were urged, supervised and instructed on in a month."""
    if not may_open(signed):
        raise PermissionDenied
    now = timezone.now()
    month = month_of(request.GET.get("month"), now)
    context = {
        "month": month,
        "following": month_of(f"{month.end:%Y-%m}", now) if month.end <= now else None,
        "rows": [(unit, naming.body(unit), *numbers) for unit, *numbers in reading.by_unit(signed.scope, month)],
    }
    return render(request, "coordination/orders/urged.html", context)


def _id(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
