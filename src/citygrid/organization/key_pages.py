"""My access keys: make one, see when and from where it was used, take it back."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from citygrid.organization import all_keys_pages, key_scopes, keys
from citygrid.organization.key_listing import note, shown
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
    now = timezone.now()
    rows = AccessKey.objects.filter(seat__person=signed.person).select_related("seat__post__body", "seat__person")
    context = {
        "keys": shown(list(rows.order_by("-made_at")), now),
        "made": made,
        "problems": problems,
        "days": DAYS,
        "scopes": list(key_scopes.known().values()),
        "chosen": request.POST.getlist("scope") if problems else [],
        "typed": request.POST if problems else {},
        "per_minute": settings.KEY_PER_MINUTE,
        "per_day": settings.KEY_PER_DAY,
        "may_see_all": all_keys_pages.may_read(signed),
    }
    return render(request, "organization/keys.html", context, status=422 if problems else 200)


@require_POST
@seat_required
def revoke(request: HttpRequest, signed: Signed, prefix: str) -> HttpResponse:
    """Take one of the person's own keys back; a stranger's does not exist."""
    key = AccessKey.objects.filter(prefix=prefix, seat__person=signed.person).first()
    if key is None:
        return HttpResponse(status=404)
    if keys.revoke(key, timezone.now(), signed.person):
        note(request, signed, "revoke_key", prefix)
    return redirect("organization:keys")


def _problems(request: HttpRequest, signed: Signed) -> dict[str, str]:
    problems = {}
    if not request.POST.get("name", "").strip():
        problems["name"] = _("Say what the key is for.")
    if request.POST.get("days", "") not in map(str, DAYS):
        problems["days"] = _("Choose how long the key is good.")
    chosen = request.POST.getlist("scope")
    if not chosen or not key_scopes.known().keys() >= set(chosen):
        problems["scope"] = _("Choose what the key opens.")
    known = Person.objects.values_list("password", flat=True).get(pk=signed.person.pk)
    if not check_password(request.POST.get("password", ""), known):
        problems["password"] = _("The password is wrong.")
        note(request, signed, "make_key", "", audit.REFUSED, "wrong_password")
    return problems


def _make(request: HttpRequest, signed: Signed) -> str:
    name, days, scopes = request.POST["name"].strip(), int(request.POST["days"]), request.POST.getlist("scope")
    key, text = keys.make(signed.seat, name, scopes, days, timezone.now())
    note(request, signed, "make_key", key.prefix, scopes=",".join(key.scopes), days=days)
    return text
