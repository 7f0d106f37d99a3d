"""Rings: what was told is told again, every few minutes, until the work item is done (S4-25)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from citygrid.messages import rules, sending
from citygrid.messages.delivery_models import Ring

Open = Callable[[list[tuple[UUID, int]]], set[tuple[UUID, int]]]
"""Which of these work items (case, number) are still open."""
_open: list[Open] = []


def asks(still_open: Open) -> None:
    """The package that keeps work items says which are open."""
    _open[:] = [still_open]


def ring(now: datetime, most: int = 200) -> int:
    """Rings what is due and still open; what is done, or rang often enough, is taken out. How many rang."""
    rung = 0
    with transaction.atomic():
        due = list(Ring.objects.filter(next_at__lte=now).select_for_update(skip_locked=True).order_by("next_at")[:most])
        still = _open[0]([(one.case_id, one.item) for one in due]) if due and _open else set()
        known = rules.current(now)
        for one in due:
            draft = sending.unpacked(one.draft)
            rule = known.events.get(draft.event)
            if (one.case_id, one.item) not in still or rule is None or not rule.again or one.left <= 0:
                one.delete()
                continue
            one.count, one.left, one.next_at = one.count + 1, one.left - 1, now + timedelta(minutes=rule.again)
            one.save(update_fields=["count", "left", "next_at"])
            sending.send([replace(draft, key=f"{draft.key}:ring{one.count}")], now, known)
            rung += 1
    return rung
