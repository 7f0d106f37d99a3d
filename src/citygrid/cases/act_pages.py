"""Acts by form: show the form of an act on offer, take it, tell the refusal near the form and keep what was typed."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from citygrid.cases import acting, approving, panels, reading
from citygrid.cases.asking import actor_of
from citygrid.cases.forms import ActForm, Asked
from citygrid.cases.submission import Submission
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case, Refusal, creations
from citygrid.process.acts import ACTS, ActSpec
from citygrid.process.refusal import refuse
from citygrid.process.states import State
from citygrid.rulebook.slices import NoRules, profile_at, rules_at
from citygrid.web.refusals import Told, tell
from citygrid.web.sent import uuid_of
from citygrid.web.words import say

METHODS = ["GET", "POST"]
# Acts that are taken on a page of their own, never by a form: that one makes the paper and its hash.
OWN_PAGE = {"archive": "cases:about_dossier"}
# Types of fields that the address of a form may fill in.
PROPOSABLE = frozenset(("text", "code", "choice", "class", "condition", "body", "person"))


@require_http_methods(METHODS)
@seat_required
def act(request: HttpRequest, signed: Signed, case_id: UUID, name: str) -> HttpResponse:
    """The form of one act on a case, and taking it. A second POST with the same act id changes nothing."""
    found = reading.case_for(signed.scope, case_id)
    spec = ACTS.get(name)
    if found is None or spec is None or spec.creates or spec.internal:
        raise Http404
    if name in OWN_PAGE:
        if request.method == "POST":
            raise Http404
        return _go(request, reverse(OWN_PAGE[name], args=[found.id]))
    now = timezone.now()
    offer = next((o for o in reading.offers_for(found, actor_of(signed), now) if o.spec.name == name), None)
    asked = Asked(spec, signed, now, found, offer.choices if offer is not None else ())
    if request.method == "GET":
        item = offer.item.no if offer is not None and offer.item is not None else None
        form = ActForm(asked, initial=_initial(found) | _given(request, spec))
        told = None if offer is not None else _not_now(found, name)
        return _show(request, form, uuid4(), found.id, item, told)
    return _take(request, signed, asked, found.id)


@require_http_methods(METHODS)
@seat_required
def new(request: HttpRequest, signed: Signed, name: str = "") -> HttpResponse:
    """Report or log a call: the form by which a case begins."""
    now = timezone.now()
    try:
        able = creations(actor_of(signed), rules_at(now).variant(None))
    except NoRules:
        able = []
    spec = next((s for s in able if s.name == name), None) if name else next(iter(able), None)
    if spec is None:
        raise Http404
    asked = Asked(spec, signed, now)
    others = [s for s in able if s.name != spec.name]
    if request.method == "GET":
        known = ("source", "lon", "lat", "class_id", "reopen_of")
        initial = {key: request.GET[key] for key in known if key in request.GET}
        return _show(request, ActForm(asked, initial=initial), uuid4(), uuid4(), None, None, others)
    case_id = uuid_of(request.POST.get("case"))
    if case_id is None:
        raise Http404
    return _take(request, signed, asked, case_id, others)


def _take(
    request: HttpRequest, signed: Signed, asked: Asked, case_id: UUID, others: list[Any] | None = None
) -> HttpResponse:
    act_id = uuid_of(request.POST.get("act_id"))
    if act_id is None:
        raise Http404
    text = request.POST.get("item", "")
    item = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    form = ActForm(asked, request.POST)
    if not form.is_valid():
        return _show(request, form, act_id, case_id, item, None, others)
    submission = Submission(case_id, act_id, asked.spec.name, form.content(act_id), item=item)
    scope = None if asked.spec.creates else signed.scope
    answer = acting.submit(submission, actor_of(signed), scope, asked.at)
    if isinstance(answer, Refusal):
        told = tell(answer, asked.spec.name)
        at_field = form.refuse(told.field, told.sentence) if told.field else False
        return _show(request, form, act_id, case_id, item, None if at_field else told, others)
    _say_done(request, asked, answer)
    return _go(request, _back(request) or reverse("cases:case", args=[answer.case.id]))


def _say_done(request: HttpRequest, asked: Asked, done: acting.Done) -> None:
    name = say((asked.spec.zh, asked.spec.en))
    if done.repeated:
        messages.info(request, _("%(act)s: was on the record already, nothing changed.") % {"act": name})
    elif asked.spec.creates:
        words = _("%(act)s: done. Report number %(number)s.")
        messages.success(request, words % {"act": name, "number": done.case.report_no})
    else:
        messages.success(request, _("%(act)s: done.") % {"act": name})


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect that the dialog's request carries out in the whole page."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def _back(request: HttpRequest) -> str:
    """The page of ours from which the form was opened, when it wants to be gone back to."""
    asked = request.POST.get("next") or request.GET.get("next", "")
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def _show(
    request: HttpRequest, form: ActForm, act_id: UUID, case_id: UUID, item: int | None, told: Told | None,
    others: list[Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The form: alone for a dialog, in a page otherwise. 422 when it was refused."""
    spec = form.asked.spec
    context = {
        "form": form,
        "spec": spec,
        "title": say((spec.zh, spec.en)),
        "act_id": act_id,
        "case_id": case_id,
        "case": form.asked.case,
        "item": item,
        "refusal": told,
        "others": others or [],
        "centre": _centre(form.asked),
        "standing": _standing(form.asked, item) if spec.name == "approve" else None,
        "next": _back(request),
        "hints": panels.beside(spec.name, form.asked.signed, form.asked.case) if form.asked.case is not None else [],
        "point": (form["lon"].value() or "", form["lat"].value() or "") if "lon" in form.fields else None,
    }
    if spec.creates:
        template = "cases/new.html"
    else:
        template = "cases/act_form.html" if request.headers.get("HX-Request") else "cases/act.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _standing(asked: Asked, item: int | None) -> approving.Standing | None:
    """On what an approval would rest, told before it is sent."""
    assert asked.case is not None
    return approving.standing(asked.case, item, actor_of(asked.signed), asked.at)


def _centre(asked: Asked) -> tuple[str, str] | None:
    """Where the map begins when there is no point yet."""
    if asked.case is not None and asked.case.place is not None:
        return asked.case.place.lon, asked.case.place.lat
    try:
        known = profile_at(asked.at).data.get("map", {})
    except NoRules:
        return None
    return (str(known["lon"]), str(known["lat"])) if "lon" in known and "lat" in known else None


def _initial(case: Case) -> dict[str, Any]:
    """What is known already stands in the form."""
    found: dict[str, Any] = {"class_id": case.class_id, "condition": case.condition}
    if case.place is not None:
        found |= {"lon": case.place.lon, "lat": case.place.lat}
    if case.state is State.CHECKED and case.check_result == "fixed":
        found["outcome"] = "qualified"
    return found


def _given(request: HttpRequest, spec: ActSpec) -> dict[str, str]:
    """What the page from which the form was opened proposes: fields of the act by name in the address."""
    known = (field.name for field in spec.fields if field.type in PROPOSABLE and field.name in request.GET)
    return {name: request.GET[name][:500] for name in known}


def _not_now(case: Case, name: str) -> Told:
    """Why an act that is not on offer cannot be taken, as far as it can be said before it is tried."""
    return tell(refuse("wrong_state", act=name, state=case.state.value).refusal, name)
