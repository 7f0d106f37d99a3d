"""The commission's meetings: list with the follow-up, one meeting with agenda, decisions and minutes (S0-49)."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import naming, reading
from citygrid.cases.asking import actor_of
from citygrid.coordination.commission import meetings, minutes
from citygrid.coordination.commission.library_pages import EDIT, READ, paper
from citygrid.coordination.commission.meeting_forms import CallForm, DecisionForm
from citygrid.coordination.commission_models import AgendaItem, Meeting
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.process import Case
from citygrid.process.states import STATE_NAMES
from citygrid.rulebook.slices import localday
from citygrid.web.papers import PaperError
from citygrid.web.words import say

SHOWN = 100
SAID = {
    "issued": gettext_lazy("The minutes are issued already: they do not change any more."),
    "changed": gettext_lazy(
        "Somebody else wrote here meanwhile; what they wrote is shown. Look at it and write again."
    ),
    "decision_missing": gettext_lazy("Write what was decided."),
    "no_decision": gettext_lazy("Every point of the agenda needs a decision before the minutes can be issued."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(READ, EDIT)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Meetings, the newest first; what is still to be done from them, what is late first; calling one (POST)."""
    now = timezone.now()
    form = CallForm(request.POST or None, auto_id="call_%s")
    if request.method == "POST":
        meeting = _uuid(request.POST.get("meeting"))
        if not may(signed, EDIT) or meeting is None:
            raise Http404
        if form.is_valid():
            data = form.cleaned_data
            found = meetings.call(
                meeting, data["title"], data["held_at"], data["place"], signed, now, address_of(request)
            )
            return redirect("coordination:meeting", found.pk)
    today = localday(now)
    owed = AgendaItem.objects.filter(done_at=None, decided_at__isnull=False, body__isnull=False)
    context = {
        "rows": Meeting.objects.select_related("body").order_by("-held_at", "-id")[:SHOWN],
        "owed": [
            (item, _title(item, signed), naming.body(item.body_id), item.due is not None and item.due < today)
            for item in owed.select_related("meeting").order_by("due", "pk")[:SHOWN]
        ],
        "may_edit": may(signed, EDIT),
        "form": form,
        "id": request.POST.get("meeting") or uuid4(),
    }
    return render(request, "coordination/commission/meetings.html", context, status=422 if form.errors else 200)


@require_safe
@right_required(READ, EDIT)
def one(request: HttpRequest, signed: Signed, meeting_id: UUID) -> HttpResponse:
    """One meeting."""
    return _page(request, signed, _meeting(meeting_id))


def _page(
    request: HttpRequest, signed: Signed, meeting: Meeting, *, forms: dict[UUID, DecisionForm] | None = None,
    wrong: str = "",
) -> HttpResponse:  # fmt: skip
    now = timezone.now()
    editable = may(signed, EDIT) and meeting.issued_at is None
    items = []
    for item in meeting.items.select_related("body", "done_by").order_by("order", "pk"):
        case = reading.case_for(signed.scope, item.case_id) if item.case_id is not None else None
        form = (forms or {}).get(item.pk) or DecisionForm(
            initial={"decision": item.decision, "body": item.body_id, "due": item.due}, auto_id=f"{item.pk}_%s"
        )
        items.append(_item(item, case, form, signed, now))
    context = {
        "meeting": meeting,
        "attendants": meeting.attendants.order_by("pk"),
        "items": items,
        "editable": editable,
        "may_edit": may(signed, EDIT),
        "matter": uuid4(),
        "here": request.path if request.method == "GET" else "",
        "problem": str(SAID.get(wrong, wrong)),
    }
    return render(request, "coordination/commission/meeting.html", context, status=422 if wrong or forms else 200)


def _item(item: AgendaItem, case: Case | None, form: DecisionForm, signed: Signed, now: datetime) -> dict[str, Any]:
    offered = reading.offers_for(case, actor_of(signed), now) if case is not None and _waits(case) else ()
    settles = any(each.spec.name == "settle" for each in offered)
    return {
        "item": item,
        "case": case,
        "title": minutes.title(item, case),
        "state": say(STATE_NAMES[case.state]) if case is not None else "",
        "unit": naming.body(case.current.body) if case is not None and case.current is not None else "",
        "duty": naming.body(case.duty) if case is not None and case.duty is not None else "",
        "settles": settles,
        "form": form,
        "seen": meetings.token(item),
        "late": item.due is not None and item.done_at is None and item.due < localday(now),
    }


def _waits(case: Case) -> bool:
    return any(each.kind == "settle" or (each.kind == "approve" and each.main) for each in case.work)


@require_POST
@right_required(EDIT)
def attend(request: HttpRequest, signed: Signed, meeting_id: UUID) -> HttpResponse:
    """Who came."""
    meeting = _meeting(meeting_id)
    came = [int(one) for one in request.POST.getlist("present") if one.isascii() and one.isdigit() and len(one) < 18]
    return _done(request, signed, meeting, lambda: meetings.attend(meeting, came), _("Attendance is noted."))


@require_POST
@right_required(EDIT)
def matter(request: HttpRequest, signed: Signed, meeting_id: UUID) -> HttpResponse:
    """A matter in words on the agenda."""
    meeting, item = _meeting(meeting_id), _uuid(request.POST.get("matter"))
    title = request.POST.get("title", "").strip()
    if item is None:
        raise Http404
    if not title:
        return _page(request, signed, meeting, wrong=_("Write what the matter is."))
    return _done(request, signed, meeting, lambda: meetings.put_matter(meeting, item, title), _("It is on the agenda."))


@require_POST
@right_required(EDIT)
def decide(request: HttpRequest, signed: Signed, meeting_id: UUID, item_id: UUID) -> HttpResponse:
    """What was decided on one point; refused, what was typed stays."""
    meeting = _meeting(meeting_id)
    item = _point(meeting, item_id)
    form = DecisionForm(request.POST, auto_id=f"{item.pk}_%s")
    if not form.is_valid():
        return _page(request, signed, meeting, forms={item.pk: form})
    data = form.cleaned_data
    decision = meetings.Decision(data["decision"], data["body"], data["due"], request.POST.get("seen", ""))
    try:
        meetings.decide(item, decision, timezone.now())
    except meetings.MeetingError as error:
        return _page(request, signed, meeting, forms={item.pk: form}, wrong=error.code)
    messages.success(request, _("The decision is noted."))
    return redirect("coordination:meeting", meeting.pk)


@require_POST
@right_required(EDIT)
def take_off(request: HttpRequest, signed: Signed, meeting_id: UUID, item_id: UUID) -> HttpResponse:
    meeting = _meeting(meeting_id)
    item = _point(meeting, item_id)
    return _done(request, signed, meeting, lambda: meetings.take_off(item), _("It is off the agenda."))


@require_POST
@right_required(EDIT)
def done(request: HttpRequest, signed: Signed, meeting_id: UUID, item_id: UUID) -> HttpResponse:
    """What a decision asked for is done."""
    meeting = _meeting(meeting_id)
    item, note = _point(meeting, item_id), request.POST.get("note", "")
    act = lambda: meetings.done(item, note, signed, timezone.now(), address_of(request))  # noqa: E731 - one line
    return _done(request, signed, meeting, act, _("Noted as done."))


@require_POST
@right_required(EDIT)
def issue(request: HttpRequest, signed: Signed, meeting_id: UUID) -> HttpResponse:
    """The minutes are issued."""
    meeting, now = _meeting(meeting_id), timezone.now()
    try:
        meetings.issue(meeting, minutes.paper(meeting, signed, now), signed, now, address_of(request))
    except meetings.MeetingError as error:
        return _page(request, signed, meeting, wrong=error.code)
    except PaperError as error:
        return _page(request, signed, meeting, wrong=_(error.message) % error.params)
    messages.success(request, _("The minutes are issued."))
    return redirect("coordination:meeting", meeting.pk)


@require_safe
@right_required(READ, EDIT)
def minutes_file(request: HttpRequest, signed: Signed, meeting_id: UUID) -> HttpResponse:
    """The minutes as PDF; who took them stands in the audit (web/downloads)."""
    meeting = _meeting(meeting_id)
    if meeting.minutes is None:
        raise Http404
    name = f"minutes-{localday(meeting.held_at):%Y%m%d}.pdf"
    return paper(meeting.minutes, name)


def _done(request: HttpRequest, signed: Signed, meeting: Meeting, act: Any, words: str) -> HttpResponse:
    try:
        act()
    except meetings.MeetingError as error:
        return _page(request, signed, meeting, wrong=error.code)
    messages.success(request, words)
    return redirect("coordination:meeting", meeting.pk)


def _title(item: AgendaItem, signed: Signed) -> str:
    return minutes.title(item, reading.case_for(signed.scope, item.case_id) if item.case_id is not None else None)


def _meeting(meeting_id: UUID) -> Meeting:
    found = Meeting.objects.select_related("body", "minutes", "issued_by").filter(pk=meeting_id).first()
    if found is None:
        raise Http404
    return found


def _point(meeting: Meeting, item_id: UUID) -> AgendaItem:
    found = AgendaItem.objects.filter(pk=item_id, meeting=meeting).first()
    if found is None:
        raise Http404
    return found


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
