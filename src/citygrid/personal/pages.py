"""Pages of personal data: requests of people, who looked at whose data, what was forgotten with which proof."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from citygrid.cases import reading
from citygrid.cases.caller_pages import who
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.personal import copies, deciding, due
from citygrid.personal.models import Demand, Kind, State
from citygrid.process import Refusal
from citygrid.rulebook.personal import Named
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.trust import audit, redactable
from citygrid.trust.keys import UnreadableError
from citygrid.web.words import chinese

RIGHT = "personal.decide"
PAGE = 50
NO_KEY = "The key of this data is not on this server; the administrator must bring it back."


def may_look(signed: Signed | None) -> bool:
    """Whether the bar shows personal data."""
    return may(signed, RIGHT) or may(signed, "audit.read")


def words_of(named: tuple[Named, ...]) -> list[tuple[str, str]]:
    """A city's list in the reader's language."""
    return [(one.code, one.name if chinese() else one.name_en) for one in named]


@never_cache
@require_safe
@right_required(RIGHT, "audit.read")
def demands(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Requests, newest first; open ones are told apart. No name and no number stands here."""
    after = request.GET.get("after", "")
    rows = Demand.objects.select_related("asked_by", "decided_by").order_by("-serial")
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(serial__lt=int(after))
    found = list(rows[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "after": str(found[PAGE - 1].serial) if len(found) > PAGE else None,
        "may_decide": may(signed, RIGHT),
        "here": "demands",
    }
    return render(request, "personal/demands.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@right_required(RIGHT)
def new(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Write a request down. What was typed stays when something is missing."""
    now = timezone.now()
    typed = {name: request.POST.get(name, "").strip() for name in ("kind", "phone", "name", "proof", "document")}
    context: dict[str, Any] = {
        "id": request.POST.get("id") or uuid4(),
        "typed": typed,
        "with_texts": request.POST.get("with_texts") == "1",
        "kinds": Kind.choices,
        "proofs": _proofs(),
        "here": "demands",
    }
    if request.method == "GET":
        return render(request, "personal/new.html", context)
    asked = deciding.Asked(_id(context["id"]), **typed, with_texts=context["with_texts"])
    answer = deciding.ask(asked, signed.person, now, **who(request, signed))
    if isinstance(answer, Refusal):
        context |= {"refusal": _(answer.message), "code": answer.code}
        return render(request, "personal/new.html", context, status=422)
    return redirect("personal:demand", answer.pk)


@never_cache
@require_safe
@right_required(RIGHT)
@recent_sign_in_required
def demand(request: HttpRequest, signed: Signed, demand_id: UUID) -> HttpResponse:
    """One request: who asks, what is held, the decision. Seeing it is in the audit: it shows a name and a number."""
    return _shown(request, signed, get_object_or_404(Demand, pk=demand_id))


@never_cache
@require_POST
@right_required(RIGHT)
@recent_sign_in_required
def decide(request: HttpRequest, signed: Signed, demand_id: UUID) -> HttpResponse:
    """Grant or refuse; whoever wrote it down is refused."""
    one = get_object_or_404(Demand, pk=demand_id)
    if request.POST.get("answer") not in ("grant", "refuse"):
        raise Http404
    granted = request.POST["answer"] == "grant"
    try:
        answer = deciding.decide(
            one.pk, granted, request.POST.get("reason", ""), signed.person, timezone.now(), **who(request, signed)
        )
    except UnreadableError:
        return _shown(request, signed, one, _(NO_KEY), 500)
    if isinstance(answer, Refusal):
        one.refresh_from_db()
        return _shown(request, signed, one, _(answer.message), 422)
    messages.success(request, _("The decision is on the record."))
    return redirect("personal:demand", one.pk)


def _shown(request: HttpRequest, signed: Signed, one: Demand, refusal: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    try:
        about, found = deciding.about(one), deciding.found_for(one)
    except UnreadableError:
        about, found, refusal = deciding.About(None, None), [], _(NO_KEY)
    audit.record(now, "read_demand", subject=("demand", str(one.pk)), outcome=audit.SEEN, **who(request, signed))
    reason = redactable.get_many([one.reason]).get(one.reason) if one.reason else None
    seen = {held.case for held in found if reading.case_for(signed.scope, held.case) is not None}
    context = {
        "demand": one,
        "about": about,
        "found": [(held, held.case in seen, reading.mask(held.name) if held.name else "") for held in found],
        "goes": sum(not (held.stays or held.other) for held in found),
        "stays": sum(held.stays and not held.other for held in found),
        "proof": dict(_proofs()).get(one.proof, one.proof),
        "reason": reason.text if reason is not None else "",
        "typed": request.POST.get("reason", ""),
        "own": one.asked_by_id == signed.person.pk,
        "open": one.state == State.OPEN,
        "copy_until": _copy_until(one),
        "refusal": refusal,
        "here": "demands",
    }
    return render(request, "personal/demand.html", context, status=status)


@never_cache
@require_safe
@right_required(RIGHT)
@recent_sign_in_required
def copy(request: HttpRequest, signed: Signed, demand_id: UUID) -> HttpResponse:
    """The ZIP of a granted request, within thirty days; the audit notes who took it."""
    one = get_object_or_404(Demand, pk=demand_id)
    now, until = timezone.now(), _copy_until(one)
    if until is None or now >= until:
        raise Http404
    try:
        content = copies.archive(one, now)
    except UnreadableError:
        return HttpResponse(_(NO_KEY), status=500, content_type="text/plain; charset=utf-8")
    audit.record(now, "export_personal", subject=("demand", str(one.pk)), params={"bytes": len(content)},
                 **who(request, signed))  # fmt: skip
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, f"personal-data-{one}.zip")
    return answer


def _copy_until(one: Demand) -> Any:
    """Until when the copy can be taken; None when none was granted."""
    granted = one.kind == Kind.EXPORT and one.state == State.GRANTED and one.decided_at is not None
    return one.decided_at + due.COPY_FOR if granted and one.decided_at is not None else None


def _proofs() -> list[tuple[str, str]]:
    try:
        return words_of(profile_at(timezone.now()).personal.proofs)
    except NoRules:
        return []


def _id(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise Http404 from None
