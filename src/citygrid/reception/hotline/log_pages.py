"""The calls of a centre, one call with its recording, what was passed on. No number stands in a list or an address."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from citygrid.cases import callers, naming, reading
from citygrid.organization.addresses import address_of
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required
from citygrid.reception.call_models import Call, Transfer
from citygrid.reception.hotline import recordings, reply_pages
from citygrid.reception.hotline.call_form import uuid_of
from citygrid.rulebook.slices import profile_at
from citygrid.trust import audit, redactable
from citygrid.trust.keys import UnreadableError

PAGE = 50


@require_safe
@seat_required
def log(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The calls of the centre, newest first; by kind and outcome."""
    if not reply_pages.may_open(signed):
        raise Http404
    asked = {name: request.GET.get(name, "") for name in ("kind", "outcome", "state")}
    rows = Call.objects.filter(body=signed.body)
    if asked["kind"] in Call.Kind.values:
        rows = rows.filter(kind=asked["kind"])
    if asked["outcome"] in Call.Outcome.values:
        rows = rows.filter(outcome=asked["outcome"])
    if asked["state"] in Call.State.values:
        rows = rows.filter(state=asked["state"])
    found, after = _page(rows, request.GET.get("after"), "came_at")
    context = {
        "rows": found, "after": after, "asked": asked, "kinds": Call.Kind.choices, "outcomes": Call.Outcome.choices,
        "states": Call.State.choices, "may_connect": may(signed, "calls.connect"),
    }  # fmt: skip
    return render(request, "reception/hotline/log.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@seat_required
def call(request: HttpRequest, signed: Signed, call_id: UUID) -> HttpResponse:
    """One call. POST with a reason of the city's list shows who called, noted in the audit (S3-14)."""
    found = _seen(signed, call_id)
    now = timezone.now()
    case = reading.case_for(signed.scope, found.case_id) if found.case_id is not None else None
    context: dict[str, Any] = {
        "call": found,
        "case": case,
        "title": naming.class_words(case.class_id) if case is not None else "",
        "events": found.events.order_by("at", "id"),
        "transfers": _told(found.transfers.select_related("to_body", "person")),
        "words": _text(found.words),
        "may_hear": found.recording_id is not None and recordings.may_hear(signed, found),
        "may_see": may(signed, callers.RIGHT) and (found.number is not None or found.name is not None),
        "reasons": profile_at(now).personal.reasons,
        "may_reply": case is not None and reply_pages.may_reply(signed, case),
    }
    if request.method == "POST":
        if not context["may_see"]:
            raise Http404
        reason = request.POST.get("reason", "")
        if reason not in {one.code for one in context["reasons"]}:
            context["problem"] = _("Choose a reason.")
            return render(request, "reception/hotline/call.html", context, status=422)
        audit.record(now, "read_caller", subject=("call", str(found.pk)), outcome=audit.SEEN,
                     params={"reason": reason}, person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
                     address=address_of(request))  # fmt: skip
        context |= {"shown": True, "number": _text(found.number), "name": _text(found.name)}
    return render(request, "reception/hotline/call.html", context)


@require_safe
@seat_required
def recording(request: HttpRequest, signed: Signed, call_id: UUID) -> HttpResponse:
    """To the sound of a call; each hearing is in the audit."""
    found = _seen(signed, call_id)
    if found.recording_id is None or not recordings.may_hear(signed, found):
        raise Http404
    audit.record(timezone.now(), "hear_recording", subject=("call", str(found.pk)), outcome=audit.SEEN,
                 person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
                 address=address_of(request))  # fmt: skip
    return redirect(reverse("media:original", args=[found.recording_id]))


@require_safe
@seat_required
def transfers(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What the centre passed on because it is not ours: to whom, when, what was told."""
    if not reply_pages.may_open(signed):
        raise Http404
    rows = Transfer.objects.filter(body=signed.body).select_related("to_body", "person", "call")
    ground = request.GET.get("ground", "")
    if ground in Transfer.Ground.values:
        rows = rows.filter(ground=ground)
    found, after = _page(rows, request.GET.get("after"), "at")
    context = {"rows": _told(found), "after": after, "grounds": Transfer.Ground.choices, "ground": ground}
    return render(request, "reception/hotline/transfers.html", context)


@require_safe
@seat_required
def of_case(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Fragment: the calls that belong to a case."""
    if reading.case_for(signed.scope, case_id) is None:
        raise Http404
    rows = Call.objects.filter(case_id=case_id).select_related("person").order_by("came_at")
    context = {"calls": [(one, _may_open(signed, one)) for one in rows]}
    return render(request, "reception/hotline/of_case.html", context)


def _may_open(signed: Signed, one: Call) -> bool:
    own = one.body_id == signed.body.pk and reply_pages.may_open(signed)
    return own or one.person_id == signed.person.pk


def _seen(signed: Signed, call_id: UUID) -> Call:
    """A call of the own centre, or one that this person had; others do not exist."""
    found = get_object_or_404(Call.objects.select_related("person", "desk", "article", "body"), pk=call_id)
    if not _may_open(signed, found):
        raise Http404
    return found


def _page(rows: Any, key: str | None, moment: str) -> tuple[list[Any], str | None]:
    """A page by keyset, newest first, and the key of the next one."""
    try:
        text, last = (key or "").split("~")
        at, known = datetime.fromisoformat(text), uuid_of(last)
        if known is not None and at.tzinfo is not None:
            rows = rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at}, pk__lt=known))
    except ValueError:
        pass
    found = list(rows.order_by(f"-{moment}", "-pk")[:PAGE])
    full = len(found) == PAGE
    return found, f"{getattr(found[-1], moment).isoformat()}~{found[-1].pk}" if full else None


def _text(row: UUID | None) -> str:
    if row is None:
        return ""
    try:
        found = redactable.get_many([row]).get(row)
    except UnreadableError:
        return _("The key of this data is not on this server; the administrator must bring it back.")
    if found is None:
        return ""
    return found.text if found.text is not None else _("(forgotten)")


def _told(rows: Any) -> list[tuple[Transfer, str]]:
    found = list(rows)
    texts = redactable.get_many([one.told for one in found if one.told is not None])
    return [(one, (texts[one.told].text or _("(forgotten)")) if one.told in texts else "") for one in found]

