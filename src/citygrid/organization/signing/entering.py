"""From a right password (or provider) to being in: second factor, one device, session; and who waits in between.

Nobody is signed in before all of it is done: until then the session only remembers who has shown what, for ten minutes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from citygrid.organization import landing, seats
from citygrid.organization.models import Person
from citygrid.organization.signing import devices, second_factor, sign_ins, single_sign_on
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

WAITING = "waiting"
LONGEST = 600  # seconds
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose password was right and whose second factor is still to come. `signed_in`: has a session already,
    from before a role began to ask for one."""

    person: Person
    back: str
    way: str
    signed_in: bool = False


def door(
    request: HttpRequest, refusal: Refusal | None = None, status: int = 200, form: AuthenticationForm | None = None
) -> HttpResponse:
    """The sign-in page."""
    context = {
        "form": form or AuthenticationForm(request),
        "next": next_of(request),
        "refused": _(refusal.message) % refusal.params if refusal else "",
        "providers": single_sign_on.providers(),
    }
    return render(request, "organization/sign_in.html", context, status=status)


def next_of(request: HttpRequest) -> str:
    """Where to go on: the address that was asked for when it is one of ours, else the start page."""
    return own(request, request.POST.get("next") or request.GET.get("next") or "/")


def own(request: HttpRequest, wanted: str) -> str:
    """The address when it is one of ours, else the start page."""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else "/"  # a bare word would be taken for the name of a route


def go_on(
    request: HttpRequest, person: Person, back: str, way: str = sign_ins.PASSWORD, factor: bool = False
) -> HttpResponse:
    """The password was right: to the second factor, or in. `factor`: the provider asked for one."""
    now = timezone.now()
    has = second_factor.in_use(person)
    if factor or not (has or sign_ins.terms_of(person, now).second_factor):
        return enter(request, person, back, way, factor=factor)
    if request.user.is_authenticated:
        request.session.flush()
    request.session.cycle_key()
    request.session[WAITING] = {
        "person": person.pk,
        "mark": person.get_session_auth_hash(),
        "back": back,
        "way": way,
        "at": int(now.timestamp()),
    }
    return redirect("organization:second_step" if has else "organization:set_up_factor")


def waiting(request: HttpRequest) -> Waiting | None:
    """Who waits in this session for the second factor; None when nobody does, or did for too long."""
    if isinstance(request.user, Person):
        if seats.owed(request) == "organization:second_step":
            return Waiting(request.user, next_of(request), "", signed_in=True)
        return None
    kept: Any = request.session.get(WAITING)
    if not isinstance(kept, dict) or not 0 <= timezone.now().timestamp() - kept["at"] <= LONGEST:
        return None
    person = Person.objects.filter(pk=kept["person"], is_active=True).first()
    if person is None or not constant_time_compare(kept["mark"], person.get_session_auth_hash()):
        return None
    return Waiting(person, kept["back"], kept["way"])


def complete(request: HttpRequest, who: Waiting) -> HttpResponse:
    """The second factor was right."""
    if not who.signed_in:
        return enter(request, who.person, who.back, who.way, factor=True)
    request.session.cycle_key()
    request.session[seats.FACTOR_KEY] = True
    request.session[sign_ins.CONFIRMED] = int(timezone.now().timestamp())
    seats.forget(request)
    return redirect(seats.owed(request) or who.back)


def enter(request: HttpRequest, person: Person, back: str, way: str, *, factor: bool) -> HttpResponse:
    """Signs the person in and sends them on; refused from another device than the one that the account is bound to."""
    device = _device(request, person, timezone.now())
    if isinstance(device, Refusal):
        sign_ins.note(request, "sign_in", person, audit.REFUSED, device.code)
        request.session.pop(WAITING, None)
        return door(request, device, status=403)
    request.META[sign_ins.WAY] = way
    login(request, person, backend=BACKEND)
    request.session.pop(WAITING, None)
    if factor:
        request.session[seats.FACTOR_KEY] = True
    sign_ins.note(request, "sign_in", person, params={"way": way, "second_factor": factor})
    seats.forget(request)
    answer = redirect(_after(request, back))
    if device:
        devices.mark(answer, device)
    return answer


def _after(request: HttpRequest, back: str) -> str:
    route = seats.owed(request)
    if route:
        return reverse(route)
    if seats.current(request) is None:
        return reverse("organization:posts")
    return landing.after(request, back)


def _device(request: HttpRequest, person: Person, now: datetime) -> str | Refusal:
    return devices.admit(request, person, now) if sign_ins.terms_of(person, now).one_device else ""
