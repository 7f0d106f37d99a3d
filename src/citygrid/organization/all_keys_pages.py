"""Access keys of everybody, for the administrator and the security administrator: look, limit, take back."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from citygrid.organization import keys
from citygrid.organization.key_listing import note, shown
from citygrid.organization.models import AccessKey
from citygrid.organization.rights import may, right_required
from citygrid.organization.seats import Signed

PAGE = 50
MOST = {"per_minute": 100_000, "per_day": 10_000_000}
KEEPERS = ("accounts.edit", "posts.assign")


def may_read(signed: Signed | None) -> bool:
    """Whether the post sees the keys of others."""
    return any(may(signed, right) for right in KEEPERS)


@never_cache
@require_safe
@right_required(*KEEPERS)
def listed(request: HttpRequest, signed: Signed) -> HttpResponse:
    """All keys, newest first; searched by login, name, purpose or beginning; all states or the good ones only."""
    return _page(request, signed, request.GET.get("q", ""), request.GET.get("all") == "1", request.GET.get("after", ""))


@require_POST
@right_required(*KEEPERS)
def withdraw(request: HttpRequest, signed: Signed, prefix: str) -> HttpResponse:
    """Take anybody's key back."""
    key = get_object_or_404(AccessKey, prefix=prefix)
    if keys.revoke(key, timezone.now(), signed.person):
        note(request, signed, "revoke_key", prefix, holder=key.seat.person.login)
    messages.success(request, _("The key is taken back."))
    return redirect("organization:all_keys")


@require_POST
@right_required("accounts.edit")
def limit(request: HttpRequest, signed: Signed, prefix: str) -> HttpResponse:
    """How many requests a key has in a minute and in a day; empty: the usual."""
    key = get_object_or_404(AccessKey, prefix=prefix)
    typed = {name: request.POST.get(name, "").strip() for name in MOST}
    bad = [name for name, text in typed.items() if text and not _in_range(text, MOST[name])]
    if bad:
        problem = _("A limit is a whole number from 1 to %(most)s, or empty.") % {"most": MOST[bad[0]]}
        return _page(request, signed, prefix, True, "", {"prefix": prefix, "problem": problem, **typed})
    limits = {name: int(text) if text else None for name, text in typed.items()}
    AccessKey.objects.filter(pk=key.pk).update(**limits)
    told: dict[str, Any] = {name: value or "" for name, value in limits.items()}
    note(request, signed, "limit_key", prefix, **told)
    messages.success(request, _("The limits of the key are kept."))
    return redirect("organization:all_keys")


def _page(
    request: HttpRequest, signed: Signed, q: str, every: bool, after: str, typed: dict[str, str] | None = None
) -> HttpResponse:
    words, now = q.strip()[:60], timezone.now()
    found = _found(words, every, now)
    if after.isascii() and after.isdigit() and len(after) < 19:
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    context = {
        "q": words,
        "every": every,
        "rows": shown(rows[:PAGE], now),
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "may_limit": may(signed, "accounts.edit"),
        "typed": typed or {},
        "per_minute": settings.KEY_PER_MINUTE,
        "per_day": settings.KEY_PER_DAY,
    }
    return render(request, "organization/all_keys.html", context, status=422 if typed else 200)


def _found(words: str, every: bool, now: datetime) -> QuerySet[AccessKey]:
    found = AccessKey.objects.select_related("seat__post__body", "seat__person", "revoked_by").order_by("-pk")
    if not every:
        found = found.filter(keys.good(now))
    if words:
        person = Q(seat__person__login__icontains=words) | Q(seat__person__name__icontains=words)
        begins = Q(prefix__startswith=words.removeprefix(f"{keys.MARK}_"))
        found = found.filter(person | begins | Q(name__icontains=words))
    return found


def _in_range(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 8 and 1 <= int(text) <= most
