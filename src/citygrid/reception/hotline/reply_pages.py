"""Promised replies and calls back, first what is late first; the reply itself with its words ready (S0-22)."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import naming, queues, reading
from citygrid.cases.asking import actor_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Refusal
from citygrid.process.acts import ITEM_KINDS
from citygrid.reception.call_models import Call
from citygrid.reception.hotline import beside, pages, replies
from citygrid.reception.hotline.call_form import uuid_of
from citygrid.trust import audit
from citygrid.web.lights import light
from citygrid.web.refusals import tell
from citygrid.web.words import chinese, say

LONGEST = 500


def may_open(signed: Any) -> bool:
    """Whoever may reply, or logs calls, by the variant in force."""
    return pages.may_open(signed) or (signed is not None and beside.may_do(signed, "reply", timezone.now()))


def may_reply(signed: Signed, case: Case) -> bool:
    """Whether a reply to the caller of this case is owed, and the post may give it."""
    owed = any(one.kind == "reply" for one in case.work)
    return owed and beside.may_do(signed, "reply", timezone.now())


@require_safe
@seat_required
def promised(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What this post owes to callers: replies, calls back, and enquiries whose callers wait for a call."""
    if not may_open(signed):
        raise Http404
    now = timezone.now()
    who = (signed.person.pk, signed.body.pk, signed.role.code)
    found = [row for kind in ("reply", "call_back") for row in queues.my_items(*who, kind=kind)]
    names = naming.classes(row.class_id for row in found)
    rows = [
        {
            "row": row,
            "kind": say(ITEM_KINDS[row.kind]),
            "title": names.get(row.class_id or "") or _("Class not chosen yet"),
            "light": light(row.due, row.warn_at, now, paused=row.paused_at is not None, provisional=row.provisional),
        }
        for row in sorted(found, key=lambda one: one.sort_at)
    ]
    waiting = Call.objects.filter(body=signed.body, reply_wanted=True, case_id=None).exclude(outcome="")
    return render(
        request, "reception/hotline/replies.html", {"rows": rows, "waiting": waiting.order_by("came_at")[:100]}
    )


@require_POST
@seat_required
def called_back(request: HttpRequest, signed: Signed, call_id: UUID) -> HttpResponse:
    """An enquirer was called back; once."""
    now = timezone.now()
    call = get_object_or_404(Call, pk=call_id, body=signed.body)
    if not may_open(signed):
        raise Http404
    if Call.objects.filter(pk=call.pk, reply_wanted=True).update(reply_wanted=False):
        audit.record(now, "called_back", subject=("call", str(call.pk)), person=signed.person.pk, seat=signed.seat.pk,
                     post=signed.post.pk)  # fmt: skip
        messages.success(request, _("Noted: the caller was called back."))
    return redirect("reception:hotline_replies")


@never_cache
@require_http_methods(["GET", "POST"])
@seat_required
def reply(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """The reply to the caller of a case: words ready, sent by SMS or noted as told by phone."""
    case = reading.case_for(signed.scope, case_id)
    now = timezone.now()
    if case is None:
        raise Http404
    offer = next((one for one in reading.offers_for(case, actor_of(signed), now) if one.spec.name == "reply"), None)
    if offer is None:
        raise Http404
    english = request.POST.get("language", request.GET.get("language", "")) == "en"
    typed: dict[str, Any] = {
        "act_id": uuid4(), "text": replies.text_for(case, english, now), "way": replies.SMS,
        "language": "en" if english else "zh",
    }  # fmt: skip
    problem, status = "", 200
    if request.method == "POST":
        typed |= {"text": request.POST.get("text", ""), "way": request.POST.get("way", "")}
        typed["act_id"] = uuid_of(request.POST.get("act_id")) or typed["act_id"]
        item = offer.item.no if offer.item is not None else None
        problem = _take(request, signed, case, typed, item)
        if not problem:
            return redirect("reception:hotline_replies")
        status = 422
    context = {"case": case, "typed": typed, "problem": problem, "title": naming.class_words(case.class_id),
               "has_phone": replies.phone_of(case) is not None, "chinese": chinese()}  # fmt: skip
    return render(request, "reception/hotline/reply.html", context, status=status)


def _take(request: HttpRequest, signed: Signed, case: Case, typed: dict[str, Any], item: int | None) -> str:
    """Carry the reply out; why not, or nothing when it is done."""
    text, way = typed["text"].strip(), typed["way"]
    if not text or len(text) > LONGEST:
        return _("Write what the caller is told, %(most)s signs at most.") % {"most": LONGEST}
    if way not in (replies.SMS, replies.PHONE):
        return _("Say how the caller is told.")
    if way == replies.SMS and replies.phone_of(case) is None:
        return _("No number is known for this case: nothing can be sent.")
    done = replies.reply(case, typed["act_id"], text, way, signed, timezone.now(), item)
    if isinstance(done, Refusal):
        return tell(done, "reply").sentence
    messages.success(request, _("The reply is on its way.") if way == replies.SMS else _("The reply is noted."))
    return ""
