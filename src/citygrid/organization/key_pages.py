"""My access keys: make one, see when it was used, take it back."""

from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization import keys
from citygrid.organization.addresses import address_of
from citygrid.organization.models import AccessKey, Person
from citygrid.organization.seats import Signed, seat_required
from citygrid.trust import audit

DAYS = (30, 90, 180, 366)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@seat_required
def own(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The keys of the person's seats. A new one needs the password again and is shown this once."""
    problems: dict[str, str] = {}
    made = ""
    if request.method == "POST":
        problems = _problems(request, signed)
        if not problems:
            made = _make(request, signed)
    rows = AccessKey.objects.filter(seat__person=signed.person).select_related("seat__post").order_by("-made_at")
    context = {
        "keys": rows,
        "made": made,
        "problems": problems,
        "days": DAYS,
        "scopes": [(code, scope.label) for code, scope in keys.SCOPES.items()],
        "typed": request.POST if problems else {},
        "now": timezone.now(),
    }
    return render(request, "organization/keys.html", context, status=422 if problems else 200)


@require_POST
@seat_required
def revoke(request: HttpRequest, signed: Signed, prefix: str) -> HttpResponse:
    """Take one of the person's own keys back; a stranger's does not exist."""
    key = AccessKey.objects.filter(prefix=prefix, seat__person=signed.person).first()
    if key is None:
        return HttpResponse(status=404)
    keys.revoke(key, timezone.now())
    _note(request, signed, "revoke_key", prefix)
    return redirect("organization:keys")


def _problems(request: HttpRequest, signed: Signed) -> dict[str, str]:
    problems = {}
    if not request.POST.get("name", "").strip():
        problems["name"] = _("Say what the key is for.")
    if request.POST.get("days", "") not in map(str, DAYS):
        problems["days"] = _("Choose how long the key is good.")
    if request.POST.get("scope") not in keys.SCOPES:
        problems["scope"] = _("Choose what the key opens.")
    known = Person.objects.values_list("password", flat=True).get(pk=signed.person.pk)
    if not check_password(request.POST.get("password", ""), known):
        problems["password"] = _("The password is wrong.")
        _note(request, signed, "make_key", "", audit.REFUSED, "wrong_password")
    return problems


def _make(request: HttpRequest, signed: Signed) -> str:
    name, days = request.POST["name"].strip(), int(request.POST["days"])
    key, text = keys.make(signed.seat, name, request.POST["scope"], days, timezone.now())
    _note(request, signed, "make_key", key.prefix)
    return text


def _note(
    request: HttpRequest, signed: Signed, act: str, prefix: str, outcome: str = audit.DONE, code: str = ""
) -> None:
    audit.record(
        timezone.now(),
        act,
        subject=("key", prefix),
        outcome=outcome,
        code=code,
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
        address=address_of(request),
    )
