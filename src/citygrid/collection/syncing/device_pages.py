"""The phones of a lead's people: seen when, which version of the app; blocked when lost, let in again when found."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.collection.syncing import blocking
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed
from citygrid.organization.signing.reauthentication import recent_sign_in_required

RIGHT = "devices.release"
PAGE = 50


def may_open(signed: Signed | None) -> bool:
    """Whether the bar shows phones."""
    return may(signed, RIGHT)


@never_cache
@require_safe
@right_required(RIGHT)
def devices(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All phones of one's people by login; searched by name or login."""
    words = request.GET.get("q", "").strip()[:60]
    login, _colon, number = request.GET.get("after", "")[:90].rpartition(":")
    after = (login, int(number)) if login and number.isascii() and number.isdigit() and len(number) < 19 else None
    rows = blocking.search(signed, words, after, PAGE + 1)
    shown = rows[:PAGE]
    more = f"{shown[-1].person.login}:{shown[-1].pk}" if len(rows) > PAGE else None
    return render(request, "collection/devices.html", {"rows": shown, "q": words, "after": more})


@require_POST
@right_required(RIGHT)
@recent_sign_in_required
def block(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Stop a phone of one's people; a stranger's does not exist. It needs a reason."""
    return _change(request, signed, pk, block_it=True)


@require_POST
@right_required(RIGHT)
@recent_sign_in_required
def unblock(request: HttpRequest, signed: Signed, pk: int) -> HttpResponse:
    """Let a phone send again."""
    return _change(request, signed, pk, block_it=False)


def _change(request: HttpRequest, signed: Signed, pk: int, *, block_it: bool) -> HttpResponse:
    device = blocking.within(signed).filter(pk=pk).first()
    if device is None:
        return HttpResponse(status=404)
    reason, now = request.POST.get("reason", "").strip(), timezone.now()
    if block_it and not reason:
        messages.error(request, _("Say why: lost, stolen, given back ..."))
    elif block_it and device.blocked_at is None:
        blocking.block(device, reason, signed, now)
        messages.success(request, _("The phone is blocked, and %(person)s is signed out.") % {"person": device.person})
    elif not block_it and device.blocked_at is not None:
        blocking.unblock(device, signed, now)
        messages.success(request, _("The phone may send again."))
    return redirect("collection:devices")
