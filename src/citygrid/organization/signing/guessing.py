"""Guessing passwords over many logins or from many addresses: two limits beside that of one login from one address.

One address that fails often locks the address for every login (spraying one password over all accounts). One login
that fails often from many addresses is locked for addresses that it has not been signed in from lately: so a crowd of
machines cannot guess on, and cannot keep the owner out at the usual desk either. All three end by themselves
(AXES_COOLOFF_TIME).
"""

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

KNOWN_FOR = timedelta(days=30)
"""How long an address counts as one that its login is used from."""
_NOT_TRIED = "citygrid.not_tried"


class Guesses(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """Axes' own count of one login from one address, and ours (settings.AXES_HANDLER)."""

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this sign-in is not even tried. `request`: with what axes' proxy wrote on it."""
        if super().is_locked(request, credentials):
            return True
        at: datetime = request.axes_attempt_time
        address: str | None = request.axes_ip_address
        if not (sprayed(address, at) or crowded(get_client_username(request, credentials), address, at)):
            return False
        request.axes_locked_out = request.META[_NOT_TRIED] = True
        return True

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **facts: Any
    ) -> None:
        """What our locks did not let try counts for nothing: colleagues behind one address would keep them shut."""
        if request is None or _NOT_TRIED not in request.META:
            super().user_login_failed(sender, credentials, request, **facts)


def sprayed(address: str | None, at: datetime) -> bool:
    """Whether an address failed too often, whatever the logins. Without an address there is none to lock."""
    return address is not None and _failures(_since(at).filter(ip_address=address)) >= settings.GUESSES_OF_ADDRESS


def crowded(login: str | None, address: str | None, at: datetime) -> bool:
    """Whether a login failed too often from all addresses together, and this address is none of its own."""
    if not login or _failures(_since(at).filter(username=login)) < settings.GUESSES_OF_LOGIN:
        return False
    known = AccessLog.objects.filter(username=login, ip_address=address, attempt_time__gt=at - KNOWN_FOR)
    return not known.exists()


def _since(at: datetime) -> QuerySet[Any]:
    found: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__gt=at - settings.AXES_COOLOFF_TIME)
    return found


def _failures(attempts: QuerySet[Any]) -> int:
    return int(attempts.aggregate(all=Sum("failures_since_start"))["all"] or 0)
