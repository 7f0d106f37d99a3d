"""Access keys as the lists show them, and their lines in the audit."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from citygrid.organization import key_scopes, tallies
from citygrid.organization.addresses import address_of
from citygrid.organization.models import AccessKey
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import covers
from citygrid.trust import audit


def shown(rows: list[AccessKey], now: datetime) -> list[dict[str, Any]]:
    """Keys as both lists show them: what each opens, its state, its limits, how often it was used today."""
    known = key_scopes.known()
    today = tallies.today([f"key:{key.pk}" for key in rows], now)
    return [
        {
            "key": key,
            "opens": [known[code].label if code in known else code for code in key.scopes],
            "writes": any(code in known and known[code].writes for code in key.scopes),
            "state": _state(key, now),
            "per_minute": key.per_minute or settings.KEY_PER_MINUTE,
            "per_day": key.per_day or settings.KEY_PER_DAY,
            "today": today.get(f"key:{key.pk}", 0),
        }
        for key in rows
    ]


def note(
    request: HttpRequest,
    signed: Signed,
    act: str,
    prefix: str,
    outcome: str = audit.DONE,
    code: str = "",
    **params: Any,
) -> None:
    """A line in the audit about a key."""
    audit.record(
        timezone.now(),
        act,
        subject=("key", prefix),
        outcome=outcome,
        code=code,
        params=params,
        person=signed.person.pk,
        seat=signed.seat.pk,
        post=signed.post.pk,
        address=address_of(request),
    )


def _state(key: AccessKey, now: datetime) -> str:
    """`good`, or why it opens nothing: revoked, run_out, seat (the post ended), account (closed)."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at <= now:
        return "run_out"
    if not covers(key.seat, now) or not key.seat.post.active:
        return "seat"
    return "good" if key.seat.person.is_active else "account"
