"""The second step of signing in; setting up an authenticator app; recovery codes."""

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization import seats
from citygrid.organization.models import Person
from citygrid.organization.seats import person_required
from citygrid.organization.signing import entering, locks, reauthentication, second_factor, sign_ins
from citygrid.organization.signing.entering import Waiting
from citygrid.organization.signing.reauthentication import recent_sign_in_required
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

ISSUER = "CityGrid"
"""How the entry is called in the app; the product's name, for the app knows no language."""


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest) -> HttpResponse:
    """After the password: a code of the app, or a recovery code."""
    who = entering.waiting(request)
    if who is None:
        return redirect("organization:sign_in")
    if not second_factor.in_use(who.person):
        return redirect("organization:set_up_factor")
    refusal: Refusal | None = None
    if request.method == "POST":
        refusal = _check(request, who)
        if refusal is None:
            return entering.complete(request, who)
    context = {"refused": _told(refusal), "next": who.back, "person": who.person}
    return render(request, "organization/second_step.html", context, status=_status(refusal))


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """The QR code for an app, and its first code: by oneself, or led here because the role asks for it."""
    who = entering.waiting(request)
    return _own_set_up(request) if who is None else _set_up(request, who.person, who)


@require_POST
@person_required
@recent_sign_in_required
def off(request: HttpRequest, person: Person) -> HttpResponse:
    """Takes one's own second factor away; a role that asks for one asks at once for the next."""
    if second_factor.drop(person):
        request.session.pop(seats.FACTOR_KEY, None)
        sign_ins.end_all(person, "factor", timezone.now(), but=request.session.session_key)
        sign_ins.note(request, "second_factor_off", person)
    return redirect("organization:my_account")


@never_cache
@require_POST
@person_required
@recent_sign_in_required
def codes(request: HttpRequest, person: Person) -> HttpResponse:
    """New recovery codes, shown this once; the old ones end."""
    made = second_factor.new_codes(person)
    if not made:
        return redirect("organization:my_account")
    sign_ins.note(request, "new_recovery_codes", person)
    return render(request, "organization/recovery_codes.html", {"codes": made, "next": "/account/"})


@person_required
@recent_sign_in_required
def _own_set_up(request: HttpRequest, person: Person) -> HttpResponse:
    return _set_up(request, person, None)


def _set_up(request: HttpRequest, person: Person, who: Waiting | None) -> HttpResponse:
    now = timezone.now()
    if second_factor.in_use(person):
        return redirect("organization:my_account" if who is None else "organization:second_step")
    refusal: Refusal | None = None
    if request.method == "POST":
        answer = second_factor.confirm(person, request.POST.get("code", ""), now)
        if not isinstance(answer, Refusal):
            return _done(request, person, who, answer)
        refusal = answer
    secret = second_factor.start(person, now)
    address = second_factor.address(person, secret, ISSUER)
    context = {
        "refused": _told(refusal),
        "must": who is not None,
        "next": who.back if who is not None else "",
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "address": address,
        "picture": segno.make(address, error="m").svg_data_uri(scale=4, border=3, light="#fff"),
    }
    return render(request, "organization/set_up_factor.html", context, status=_status(refusal))


def _done(request: HttpRequest, person: Person, who: Waiting | None, made: list[str]) -> HttpResponse:
    """It is in use: the person goes on with it, other sessions of theirs end, the recovery codes are shown once."""
    sign_ins.end_all(person, "factor", timezone.now(), but=request.session.session_key)
    sign_ins.note(request, "second_factor_on", person)
    answer: HttpResponse | None = None
    if who is not None:
        answer = entering.complete(request, who)
        if not answer.has_header("Location"):
            return answer
    else:
        request.session[seats.FACTOR_KEY] = True
        reauthentication.proved(request, timezone.now())
    back = answer["Location"] if answer is not None else "/account/"
    page = render(request, "organization/recovery_codes.html", {"codes": made, "next": back})
    if answer is not None:
        page.cookies.update(answer.cookies)
    return page


def _check(request: HttpRequest, who: Waiting) -> Refusal | None:
    if locks.locked(request, who.person.login):
        refusal: Refusal | None = locks.refusal()
    else:
        refusal = second_factor.check(who.person, request.POST.get("code", ""), timezone.now())
        if refusal is not None:
            locks.count(request, who.person.login)
    if refusal is not None:
        sign_ins.note(request, "second_factor", who.person, audit.REFUSED, refusal.code)
    return refusal


def _status(refusal: Refusal | None) -> int:
    if refusal is None:
        return 200
    return 429 if refusal.code in ("locked", "codes_stopped") else 422


def _told(refusal: Refusal | None) -> str:
    return _(refusal.message) % refusal.params if refusal else ""
