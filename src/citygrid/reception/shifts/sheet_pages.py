"""Pages of hand-over sheets: the list, one sheet (to read, to write on, to sign, to print)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import naming, searching
from citygrid.organization.rights import right_required
from citygrid.organization.seats import Signed
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.refusal import Refusal
from citygrid.process.states import STATE_NAMES, State
from citygrid.reception.models import HandOver
from citygrid.reception.shifts import sheets, watches
from citygrid.reception.shifts.watches import LEAD
from citygrid.web.words import say

PAGE = 30
PARTS: dict[str, Any] = {
    "confirms": gettext_lazy("Safety confirmations that are owed"),
    "red": gettext_lazy("Overdue"),
    "decisions": gettext_lazy("Decisions that wait here"),
    "call_backs": gettext_lazy("Callers who were promised an answer"),
}


@require_safe
@right_required(LEAD)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The sheets of my centre, newest first; the one of the shift that is on is made when it is opened."""
    now = timezone.now()
    rows = HandOver.objects.filter(body=signed.body).select_related("left_by", "taken_by")
    after = _moment(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(starts__lt=after)
    found = list(rows.order_by("-starts")[:PAGE])
    context = {
        "rows": [{"row": row, "name": watches.name_of(row.shift)} for row in found],
        "after": found[-1].starts.isoformat() if len(found) == PAGE else None,
        "watch": watches.current(signed.body.pk, now),
    }
    return render(request, "reception/shifts/sheets.html", context)


@require_safe
@right_required(LEAD)
def now_on(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The sheet of the shift that is on."""
    now = timezone.now()
    row = sheets.sheet(signed.body.pk, watches.current(signed.body.pk, now), now)
    return redirect("reception:sheet", row.pk)


@require_safe
@right_required(LEAD)
def sheet(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    return _page(request, signed, _row(signed, pk))


@require_POST
@right_required(LEAD)
def write(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Add a note (`note`), mark a case by its number (`case`), take a mark off (`unmark`)."""
    row, now = _row(signed, pk), timezone.now()
    answer: Refusal | None = None
    typed, number, off = (request.POST.get(name, "").strip() for name in ("note", "case", "unmark"))
    if typed:
        answer = sheets.note(row.pk, signed, typed, now)
    elif number:
        found = searching.search(signed.scope, searching.Query(number=number[:60]), most=1)
        refused = Refusal("no_such_case", sheets.MESSAGES["no_such_case"])
        answer = sheets.mark(row.pk, signed, found[0].id, True, now) if found else refused
    elif off:
        answer = sheets.mark(row.pk, signed, _uuid(off), False, now)
    if answer is not None:
        return _page(request, signed, _row(signed, pk), answer, {"note": typed, "case": number})
    return redirect("reception:sheet", row.pk)


@require_POST
@right_required(LEAD)
def sign(request: HttpRequest, signed: Signed, pk: UUID) -> HttpResponse:
    """Hand over (`as` = leave) or take over (`as` = take)."""
    row, now = _row(signed, pk), timezone.now()
    taking = request.POST.get("as") == "take"
    answer = sheets.take_over(row.pk, signed, now) if taking else sheets.hand_over(row.pk, signed, now)
    if answer is not None:
        return _page(request, signed, _row(signed, pk), answer)
    messages.success(request, _("Taken over.") if taking else _("Handed over: the next leader signs now."))
    return redirect("reception:sheet", row.pk)


def _page(
    request: HttpRequest, signed: Signed, row: HandOver, refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    content = sheets.content_of(row, now)
    lines = {part: sheets.lines_of(content, part) for part in PARTS}
    ids = {line.case for part in lines.values() for line in part} | set(row.marks)
    seen = {one.id: one for one in searching.search(signed.scope, searching.Query(ids=tuple(ids)), most=len(ids) or 1)}
    names = naming.classes(one.class_id for one in seen.values())
    roles = naming.roles(line.role for part in lines.values() for line in part)
    texts = sheets.notes_of([row])
    context = {
        "row": row,
        "name": watches.name_of(row.shift),
        "drawn_at": _moment(str(content.get("at", ""))),
        "parts": [
            {"label": label, "count": content["counts"].get(part, 0),
             "rows": [_line(line, seen, names, roles) for line in lines[part] if line.case in seen],
             "hidden": sum(line.case not in seen for line in lines[part])} for part, label in PARTS.items()
        ],
        "marks": [{"case": seen[one], "title": names.get(seen[one].class_id or "", ""),
                   "state": say(STATE_NAMES[State(seen[one].state)])} for one in row.marks if one in seen],
        "notes": [texts.get(one, _("(removed)")) for one in row.notes],
        "may_write": row.left_at is None,
        "may_leave": row.left_at is None and row.starts <= now,
        "may_take": row.left_at is not None and row.taken_at is None and row.left_by_id != signed.person.pk,
        "refusal": _(refusal.message) % refusal.params if refusal is not None else "",
        "typed": typed or {},
    }  # fmt: skip
    return render(request, "reception/shifts/sheet.html", context, status=422 if refusal is not None else 200)


def _line(
    line: sheets.Line, seen: Mapping[UUID, searching.Listed], names: Mapping[str, str], roles: Mapping[str, str]
) -> dict[str, Any]:
    case = seen[line.case]
    return {
        "case": case, "title": names.get(case.class_id or "") or _("Class not chosen yet"), "due": line.due,
        "kind": say(ITEM_KINDS.get(line.kind, (line.kind, line.kind))), "role": roles.get(line.role, line.role),
    }  # fmt: skip


def _row(signed: Signed, pk: UUID) -> HandOver:
    row = HandOver.objects.select_related("left_by", "taken_by", "body").filter(pk=pk, body=signed.body).first()
    if row is None:
        raise Http404
    return row


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
