"""Going to a provider of single sign-on, and coming back."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.organization.models import Person
from citygrid.organization.signing import entering, reauthentication, sign_ins, single_sign_on
from citygrid.organization.signing.single_sign_on import Provider, ProviderError
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

GONE = "single_sign_on"
OTHERWISE = "bad_answer"
MESSAGES = {
    "no_answer": "%(provider)s does not answer. Try again, or sign in with your password.",
    "denied": "%(provider)s did not let you in.",
    "bad_answer": "What %(provider)s answered cannot be believed. Begin anew, or tell your administrator.",
}


@never_cache
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponseBase:
    """To the provider. With `anew=1` somebody who is signed in proves there who they are."""
    to = _provider(code)
    anew = request.GET.get("anew") == "1" and isinstance(request.user, Person)
    if not anew and request.user.is_authenticated:
        return redirect(entering.next_of(request))
    back = request.build_absolute_uri(reverse("organization:oidc_back", args=[code]))
    try:
        answer = single_sign_on.go(request, to, back, anew=anew)
    except ProviderError as error:
        return _refused(request, to, error.code, 502)
    request.session[GONE] = {"provider": code, "back": entering.next_of(request), "anew": anew}
    return answer


@never_cache
@require_safe
def back(request: HttpRequest, code: str) -> HttpResponseBase:
    """From the provider: in, on to the second factor, or why not."""
    of, now = _provider(code), timezone.now()
    gone = request.session.pop(GONE, None)
    if not isinstance(gone, dict) or gone.get("provider") != code:
        return _refused(request, of, "not_begun", 400)
    try:
        told = single_sign_on.claims(request, of)
    except ProviderError as error:
        return _refused(request, of, error.code, 502 if error.code == "no_answer" else 403)
    person = single_sign_on.person_of(told, of, now)
    if isinstance(person, Refusal):
        sign_ins.note(request, "sign_in", None, audit.REFUSED, person.code, params={"way": f"oidc:{code}"})
        return entering.door(request, person, status=403)
    if gone["anew"]:
        return _confirmed(request, person, told, gone["back"], of, now)
    return entering.go_on(request, person, gone["back"], f"oidc:{code}", factor=of.second_factor)


def _confirmed(
    request: HttpRequest, person: Person, told: dict[str, object], wanted: str, of: Provider, now: datetime
) -> HttpResponse:
    """Whoever is signed in proved at the provider who they are: the same person, just now."""
    if person != request.user or not single_sign_on.is_fresh(told, now):
        return _refused(request, of, "not_fresh", 403)
    reauthentication.proved(request, now)
    sign_ins.note(request, "confirm", person, params={"way": f"oidc:{of.code}"})
    return redirect(wanted)


def _provider(code: str) -> Provider:
    found = single_sign_on.provider(code)
    if found is None:
        raise Http404
    return found


def _refused(request: HttpRequest, of: Provider, code: str, status: int) -> HttpResponse:
    sign_ins.note(request, "sign_in", None, audit.REFUSED, code, params={"way": f"oidc:{of.code}"})
    refusal = Refusal(code, MESSAGES.get(code, MESSAGES[OTHERWISE]), {"provider": str(of)})
    return entering.door(request, refusal, status=status)
