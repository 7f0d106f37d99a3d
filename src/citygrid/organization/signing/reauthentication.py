"""Proving anew who one is, before a sensitive act (等级保护三级; ASVS 2.2.4, 3.7.1).

`@recent_sign_in_required` lets a page pass when the person signed in, or confirmed it, within the last minutes
(settings.REAUTHENTICATION_MINUTES; `@recently(5)` asks for another number). Otherwise

- a GET goes to the confirm page and comes back;
- a POST is answered with the confirm page, which carries what was typed and sends it again: nothing is lost, but for
  files, which the page says to choose again;
- a part of a page (htmx) sends the whole page to the confirm page.

It stands innermost, below `@seat_required` or `@right_required`:

    @right_required("accounts.edit")
    @recent_sign_in_required
    def page(request, signed): ...
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import update_wrapper
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from citygrid.organization.models import Person
from citygrid.organization.signing import entering, locks, second_factor, sign_ins, single_sign_on
from citygrid.organization.signing.sign_ins import CONFIRMED
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
SECRET = "confirm_secret"  # noqa: S105 - the name of a field
CARRIED = frozenset((SECRET, "csrfmiddlewaretoken"))


def recently(minutes: int | None = None) -> Callable[[View[P]], View[P]]:
    """A page that asks who is there when that was last proved more than so many minutes ago."""

    def wrap(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            answer = ask(request, timezone.now(), minutes)
            return view(request, *args, **kwargs) if answer is None else answer

        update_wrapper(guarded, view)
        return guarded

    return wrap


def recent_sign_in_required(view: View[P]) -> View[P]:
    """The same, with the settings' minutes."""
    return recently()(view)


def is_recent(request: HttpRequest, now: datetime, minutes: int | None = None) -> bool:
    """Whether the person of this session proved within the last minutes who they are."""
    longest = timedelta(minutes=settings.REAUTHENTICATION_MINUTES if minutes is None else minutes)
    try:
        seconds = int(request.session.get(CONFIRMED, 0))
    except (TypeError, ValueError):
        return False
    return 0 <= now.timestamp() - seconds <= longest.total_seconds()


def ask(request: HttpRequest, now: datetime, minutes: int | None = None) -> HttpResponse | None:
    """None when the request may pass; else the answer to give instead. An access key never passes (403)."""
    person = request.user
    if "Authorization" in request.headers or not isinstance(person, Person):
        raise PermissionDenied
    if is_recent(request, now, minutes):
        return None
    if request.headers.get("HX-Request"):
        back = urlsplit(request.headers.get("HX-Current-URL", "/"))
        answer = HttpResponse(status=403)
        answer["HX-Redirect"] = page_for(back._replace(scheme="", netloc="").geturl() or "/")
        return answer
    if request.method != "POST":
        return redirect(page_for(request.get_full_path()))
    refusal: Refusal | None = None
    if SECRET in request.POST:
        refusal = confirm(request, person, request.POST[SECRET], now)
        if refusal is None:
            return None
    return shown(request, person, refusal, request.get_full_path(), carried(request))


def page_for(back: str) -> str:
    """The address of the confirm page, which comes back to that address."""
    return f"{reverse('organization:confirm')}?{urlencode({'next': back})}"


def confirm(request: HttpRequest, person: Person, typed: str, now: datetime) -> Refusal | None:
    """Takes the password, or a code of the second factor; wrong ones count towards the lock, and are on record."""
    refusal = _refusal(request, person, typed, now)
    if refusal is None:
        proved(request, now)
        sign_ins.note(request, "confirm", person)
    else:
        sign_ins.note(request, "confirm", person, audit.REFUSED, refusal.code)
    return refusal


def proved(request: HttpRequest, now: datetime) -> None:
    """Notes in the session that the person proved who they are."""
    request.session[CONFIRMED] = int(now.timestamp())


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form that was sent, to be sent again."""
    return [(name, value) for name in request.POST if name not in CARRIED for value in request.POST.getlist(name)]


def shown(
    request: HttpRequest,
    person: Person,
    refusal: Refusal | None,
    action: str,
    fields: list[tuple[str, str]],
    back: str = "",
) -> HttpResponse:
    """The confirm page. `fields` are carried along; with `back` it is the page of its own that goes on there."""
    context = {
        "action": action,
        "fields": fields,
        "next": back,
        "refusal": _(refusal.message) % refusal.params if refusal else "",
        "files": bool(request.FILES),
        "has_password": person.has_usable_password(),
        "has_factor": second_factor.in_use(person),
        "providers": single_sign_on.linked(person),
        "back_to": back or entering.own(request, request.headers.get("Referer", "/")),
    }
    answer = render(request, "organization/confirm.html", context, status=422 if refusal else 200 if back else 403)
    answer["Cache-Control"] = "no-store"
    return answer


def _refusal(request: HttpRequest, person: Person, typed: str, now: datetime) -> Refusal | None:
    if locks.locked(request, person.login):
        return locks.refusal()
    if second_factor.looks_like_code(typed) and second_factor.in_use(person):
        refusal = second_factor.check(person, typed, now)
        if refusal is not None:
            locks.count(request, person.login)
        return refusal
    proved = authenticate(locks.bare(request), username=person.login, password=typed)
    if not person.has_usable_password() or proved != person:
        return Refusal("wrong_password", "The password is wrong.", {})
    return None
