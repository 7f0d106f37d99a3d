"""Why may somebody see a case: about oneself for everybody who sees it, about others for whoever has the right."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from citygrid.cases import explaining, reading
from citygrid.organization.addresses import address_of
from citygrid.organization.models import Person
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed, seat_required
from citygrid.process import Case
from citygrid.trust import audit

RIGHT = "scopes.explain"


def may_ask(signed: Signed | None) -> bool:
    """Whether the post asks about others."""
    return may(signed, RIGHT)


def in_bar(signed: Signed | None) -> bool:
    """Whether the bar shows the question; whoever reads the audit finds it there."""
    return may_ask(signed) and not may(signed, "audit.read")


@never_cache
@require_safe
@right_required(RIGHT)
def ask(request: HttpRequest, signed: Signed) -> HttpResponse:
    """Which case (`number`), and who (`login`): leads to the answer, or says what is not known."""
    number, login = (request.GET.get(name, "").strip()[:60] for name in ("number", "login"))
    problems: dict[str, str] = {}
    if number or login:
        case = explaining.case_named(number)
        if case is None:
            problems["number"] = _("There is no case with this number.")
        if not Person.objects.filter(login=login).exists():
            problems["login"] = _("There is no such login.")
        if case is not None and not problems:
            return redirect(f"{reverse('cases:why', args=[case])}?{urlencode({'login': login})}")
    context = {"number": number, "login": login, "problems": problems}
    return render(request, "cases/why_asked.html", context, status=422 if problems else 200)


@never_cache
@require_safe
@seat_required
def why(request: HttpRequest, signed: Signed, case_id: UUID) -> HttpResponse:
    """Each post of a person with the conditions of its scope; the person is oneself unless `login` names another.

    Without the right a case out of sight does not exist, and nobody asks about others. With it the page tells
    of the case its number alone, and with which bodies and areas of the person's own it has to do."""
    login = request.GET.get("login", "").strip() or signed.person.login
    other = login != signed.person.login
    if other and not may(signed, RIGHT):
        raise PermissionDenied
    seen = reading.case_for(signed.scope, case_id)
    case = seen if seen is not None or not may(signed, RIGHT) else explaining.case_of(case_id)
    person = Person.objects.filter(login=login).first()
    if case is None or person is None:
        raise Http404
    now = timezone.now()
    told = explaining.told(case, person, now)
    if other:
        _note(request, signed, case, person)
    return render(request, "cases/why.html", _context(case, person, signed, told) | {"linked": seen is not None})


def _context(case: Case, person: Person, signed: Signed, told: list[explaining.Told]) -> dict[str, Any]:
    """The seat in use first."""
    return {
        "case": case,
        "number": case.case_no or case.report_no,
        "person": person,
        "own": person.pk == signed.person.pk,
        "told": sorted(told, key=lambda one: one.seat.pk != signed.seat.pk),
        "in_use": signed.seat.pk,
        "visible": any(one.visible for one in told),
        "may_ask": may_ask(signed),
    }


def _note(request: HttpRequest, signed: Signed, case: Case, person: Person) -> None:
    """Who looked into whose sight is on the record."""
    audit.record(
        timezone.now(),
        "explain_scope",
        subject=("case", str(case.id)),
        outcome=audit.SEEN,
        params={"about": person.pk},
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
        address=address_of(request),
    )
