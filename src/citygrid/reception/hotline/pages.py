"""The hotline desk: one screen for a call from the ring to the outcome, by keyboard alone (S1-46, S0-20, S0-21)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.cases import directory, naming, options
from citygrid.organization.addresses import address_of
from citygrid.organization.seats import Signed, seat_required
from citygrid.organization.unit_models import Extension
from citygrid.process import Refusal
from citygrid.process.states import STATE_NAMES, State
from citygrid.reception.call_models import Call, Transfer
from citygrid.reception.hotline import beside, call_form, desk, outcomes, registering, telling
from citygrid.reception.hotline.call_form import Typed
from citygrid.reception.hotline.outcomes import NotNotedError
from citygrid.reception.knowledge import articles
from citygrid.rulebook.slices import NoRules, localday, profile_at
from citygrid.web.refusals import tell
from citygrid.web.words import say

TOLD = {
    "not_your_call": "This call is at another seat.",
    "too_long": "A text is too long: at most 4000 signs, a name 100.",
    "to_nobody": "Say to whom it was passed on.",
    "no_ground": "Say why it is not ours.",
    "no_kind": "Choose the kind of call.",
    "no_outcome": "Choose what becomes of the call.",
    "no_answer": "Take an article of the knowledge base, or write down what was answered.",
}


def may_open(signed: Any) -> bool:
    """Whoever may log a call by the variant in force."""
    return signed is not None and beside.may_do(signed, "log_call", timezone.now())


def _guard(signed: Signed) -> None:
    if not may_open(signed):
        raise Http404


@never_cache
@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The desk: calls at this seat, the form, what is known beside it."""
    _guard(signed)
    now = timezone.now()
    initial = {key: request.GET[key] for key in ("lon", "lat", "class_id", "reopen_of") if key in request.GET}
    context = _context(request, signed, call_form.empty(signed, now, initial))
    return render(request, "reception/hotline/desk.html", context)


@never_cache
@require_safe
@seat_required
def calls(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Fragment: the calls at this seat with what is known of the number of the first."""
    _guard(signed)
    return render(request, "reception/hotline/calls.html", _calls(request, signed))


@never_cache
@require_safe
@seat_required
def look(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Fragment: likely duplicates, public safety, permits, the likely unit, for what is typed now."""
    _guard(signed)
    now = timezone.now()
    asked = {name: request.GET.get(name, "")[:80] for name in ("class_id", "lon", "lat", "source", "condition")}
    found = beside.look(asked["class_id"], asked["lon"], asked["lat"], signed, now)
    may_file = beside.may_do(signed, "file_case", now) and beside.may_do(signed, "accept", now)
    context = {
        "beside": found, "chosen": asked["condition"], "may_file": may_file,
        "rule": beside.rule_of(asked["source"], now), "may_join": beside.may_do(signed, "merge", now),
    }  # fmt: skip
    return render(request, "reception/hotline/beside.html", context)


@require_safe
@seat_required
def ask(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Fragment: articles of the knowledge base for what is typed."""
    _guard(signed)
    words, class_id = request.GET.get("ask", ""), request.GET.get("class_id", "")[:80]
    found = articles.find(words, localday(timezone.now()), class_id)
    return render(request, "reception/hotline/answers.html", {"articles": found, "typed": words.strip()})


@require_POST
@seat_required
def save(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Keep the call and what becomes of it. A second sending of the same form changes nothing."""
    _guard(signed)
    now = timezone.now()
    typed = call_form.read(request.POST, signed, now)
    if typed is None:
        raise Http404
    call = _call(request, signed)
    if typed.errors:
        return _again(request, signed, typed)
    if typed.outcome == Call.Outcome.CASE:
        done = registering.register(call_form.wanted(typed), signed, now)
        if isinstance(done, Refusal):
            return _refused(request, signed, typed, done)
        case = done.case.id
        _say_registered(request, done)
    else:
        case = None
    try:
        # The form that came twice after its answer was lost has no call of the telephone system to find the first by.
        if call is None and case is not None:
            call = Call.objects.filter(case_id=case, person=signed.person).first()
        noted = outcomes.note(call, call_form.outcome(typed, case), signed, now, id=typed.act)
        if typed.outcome == Call.Outcome.TRANSFERRED:
            outcomes.pass_on(noted, call_form.passed(typed), signed, now)
    except NotNotedError as error:
        if case is not None:
            messages.warning(request, _(TOLD[error.code]))
            return _gone(request)
        typed.errors[error.field or "text"] = _(TOLD[error.code])
        return _again(request, signed, typed)
    if case is None:
        messages.success(request, _("The call is kept: %(outcome)s.") % {"outcome": noted.get_outcome_display()})
    return _gone(request)


def _call(request: HttpRequest, signed: Signed) -> Call | None:
    """The call of the telephone system that the form is about, when it is at this seat."""
    known = call_form.uuid_of(request.POST.get("call"))
    found = Call.objects.filter(pk=known).first() if known is not None else None
    return found if found is not None and telling.for_seat(found, signed) else None


def _gone(request: HttpRequest) -> HttpResponse:
    """To the empty desk, in the whole page."""
    address = reverse("reception:hotline")
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=200)
        answer["HX-Redirect"] = address
        return answer
    return redirect(address)


def _say_registered(request: HttpRequest, done: registering.Registered) -> None:
    number = done.case.case_no or done.case.report_no
    link = format_html('<a href="{}">{}</a>', reverse("cases:case", args=[done.case.id]), number)
    state = say(STATE_NAMES[done.case.state])
    words = _("On the record: %(number)s, now %(state)s.") if not done.repeated else _(
        "%(number)s was on the record already, now %(state)s."
    )
    messages.success(request, format_html(words.replace("%(number)s", "{0}").replace("%(state)s", "{1}"), link, state))
    if done.stopped is not None:
        act, refusal = done.stopped
        messages.warning(request, tell(refusal, act).sentence)


def _refused(request: HttpRequest, signed: Signed, typed: Typed, refusal: Refusal) -> HttpResponse:
    told = tell(refusal, "log_call")
    typed.errors[told.field or ""] = told.sentence
    return _again(request, signed, typed)


def _again(request: HttpRequest, signed: Signed, typed: Typed) -> HttpResponse:
    """The form with what was typed and what is wrong; alone for htmx."""
    context = _context(request, signed, typed)
    fragment = request.headers.get("HX-Request") == "true"
    template = "reception/hotline/form.html" if fragment else "reception/hotline/desk.html"
    return render(request, template, context, status=422)


def _context(request: HttpRequest, signed: Signed, typed: Typed) -> dict[str, Any]:
    now = timezone.now()
    form = typed.act_form
    assert form is not None
    class_id = str(form["class_id"].value() or "")
    return {
        "typed": typed,
        "values": typed.values,
        "errors": typed.errors,
        "form": form,
        "class_words": naming.class_words(class_id) if class_id else "",
        "kinds": Call.Kind.choices,
        "outcomes": [(one.value, one.label) for one in
                     (Call.Outcome.CASE, Call.Outcome.ANSWERED, Call.Outcome.TRANSFERRED, Call.Outcome.NOTHING)],
        "grounds": Transfer.Ground.choices,
        "bodies": _bodies(signed),
        "sources": options.sources("log_call", signed.role.code, now),
        "may_accept": beside.may_do(signed, "accept", now),
        "centre": _centre(now),
        "point": (form["lon"].value() or "", form["lat"].value() or ""),
        "desks": desk.desks_of(signed),
        "sitting": desk.sitting_of(signed),
        "recent": _recent(signed),
        "call_id": request.POST.get("call", ""),
        **_calls(request, signed),
    }  # fmt: skip


def _calls(request: HttpRequest, signed: Signed) -> dict[str, Any]:
    now = timezone.now()
    waiting = desk.in_hand(signed, now)
    first = waiting[0] if waiting else None
    number, known = desk.show(first, signed, now, address_of(request)) if first is not None else ("", None)
    names = naming.classes(one.class_id for one in known.cases) if known is not None else {}
    return {
        "waiting": waiting,
        "first": first,
        "number": number,
        "known_calls": known.calls if known is not None else [],
        "known_cases": [
            {"row": one, "title": names.get(one.class_id or "") or _("Class not chosen yet"),
             "state": say(STATE_NAMES[State(one.state)]), "open": one.closed_at is None}
            for one in (known.cases if known is not None else [])
        ],
        "extensions": _others(signed) if first is not None and first.state == Call.State.ANSWERED else [],
    }  # fmt: skip


def _others(signed: Signed) -> list[Extension]:
    """Extensions of the centre to which a call can be given."""
    sitting = desk.sitting_of(signed)
    own = sitting.desk_id if sitting is not None else None
    rows = Extension.objects.filter(body=signed.body, active=True).select_related("desk").order_by("number")
    return [one for one in rows if one.desk_id != own or own is None]


def _bodies(signed: Signed) -> list[tuple[int, str]]:
    """The other bodies that are active, by name."""
    active = [pk for pk, one in directory.current().bodies.items() if one.active and pk != signed.body.pk]
    return sorted(((pk, naming.body(pk)) for pk in active), key=lambda one: one[1])


def _recent(signed: Signed) -> list[dict[str, Any]]:
    """The last calls of this person, with what became of them."""
    rows = Call.objects.filter(person=signed.person).exclude(outcome="").order_by("-noted_at")[:4]
    return [{"call": one, "outcome": one.get_outcome_display()} for one in rows]


def _centre(now: Any) -> tuple[str, str] | None:
    try:
        known = profile_at(now).data.get("map", {})
    except NoRules:
        return None
    return (str(known["lon"]), str(known["lat"])) if "lon" in known and "lat" in known else None

