"""Devices as the server knows them: seen with each sending, blocked by a lead when one is lost."""

from datetime import datetime, timedelta
from uuid import UUID

from citygrid.collection.models import Device
from citygrid.organization.seats import Signed
from citygrid.organization.signing.devices import named
from citygrid.process.refusal import Refusal

EVERY = timedelta(minutes=1)
"""When a device was last seen is written at most so often."""
BLOCKED = Refusal("device_blocked", "This device was blocked. Ask your team lead; what it holds stays on it.")
OTHER_POST = Refusal("other_post", "This was made on another post. Take that post, then it is sent.")


def admit(signed: Signed, device: UUID, now: datetime, *, app: str = "", agent: str = "") -> Refusal | None:
    """Note that the person sends from this device; a refusal (`device_blocked`) when a lead has blocked it, for
    whomever. `app`: the version of the app; `agent`: the browser's own words for itself."""
    rows = list(Device.objects.filter(device=device))
    if any(row.blocked_at is not None for row in rows):
        return BLOCKED
    own = next((row for row in rows if row.person_id == signed.person.pk), None)
    if own is None:
        Device.objects.get_or_create(
            device=device,
            person=signed.person,
            defaults={
                "post": signed.post, "name": named(agent)[:80], "agent": agent[:300], "app": app[:40],
                "first_at": now, "last_at": now,
            },
        )  # fmt: skip
    elif now - own.last_at >= EVERY or (app and own.app != app[:40]) or own.post_id != signed.post.pk:
        changed = {"last_at": now, "post": signed.post}
        changed |= {"app": app[:40]} if app else {}
        changed |= {"agent": agent[:300], "name": named(agent)[:80]} if agent else {}
        Device.objects.filter(pk=own.pk).update(**changed)
    return None
