"""Notices of changes of schemes: whoever may confirm hears that one waits for a second person; who proposed it hears
what became of it (S2-13)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.evaluation.scheme_words import change_name
from citygrid.messages import events, people, sending
from citygrid.messages.events import Event, Told
from citygrid.messages.people import To
from citygrid.web.words import office_day, say

PROPOSED, DECIDED = "scheme_proposed", "scheme_decided"
NAMES = frozenset({"scheme", "day", "decision"})
LABELS: dict[str, Any] = {
    PROPOSED: (_("A change of a scheme waits for a second person"), "confirmers"),
    DECIDED: (_("My change of a scheme was decided"), "proposer"),
}
DECISIONS = {
    "proposed": ("待确认", "waits for confirmation"), "confirmed": ("已确认", "confirmed"),
    "refused": ("未通过", "refused"), "withdrawn": ("已撤回", "withdrawn"),
}  # fmt: skip


def declare() -> None:
    """Called when the app starts."""
    for code, (label, audience) in LABELS.items():
        events.declare(Event(code, label, NAMES, frozenset({audience}), _words, _sample, _page))


def proposed(row: SchemeChange, right: str, now: datetime) -> None:
    """Everybody with the right to confirm, but for the one who proposed it."""
    there = {person for some in people.present([To(right=right)], now) for person in some} - {row.made_by_id}
    _send(PROPOSED, row, {"confirmers": [To(person=person) for person in sorted(there)]}, now)


def decided(row: SchemeChange, now: datetime) -> None:
    """Who proposed it: after a confirmation or a refusal, and when somebody else withdrew it."""
    if row.state != SchemeChange.State.WITHDRAWN or row.withdrawn_by_id != row.made_by_id:
        _send(DECIDED, row, {"proposer": [To(person=row.made_by_id)]}, now)


def _send(code: str, row: SchemeChange, to: dict[str, list[To]], now: datetime) -> None:
    params = {"change": str(row.pk), "code": row.code, "day": row.day.isoformat(), "state": row.state}
    if any(to.values()):
        sending.send([sending.Draft(code, f"{row.pk}:{row.state}:{code}", to, None, params)], now)


def _words(told: Sequence[Told]) -> list[dict[str, str]]:
    rows = SchemeChange.objects.in_bulk([UUID(one.params["change"]) for one in told])
    return [
        {
            "scheme": change_name(rows[key]) if key in rows else one.params["code"],
            "day": office_day(date.fromisoformat(one.params["day"])), "decision": say(DECISIONS[one.params["state"]]),
        }
        for one in told for key in [UUID(one.params["change"])]
    ]  # fmt: skip


def _sample() -> dict[str, str]:
    return {
        "scheme": say(("部门评价", "Departments")), "day": office_day(timezone.now()),
        "decision": say(DECISIONS["confirmed"]),
    }  # fmt: skip


def _page(told: Told) -> str:
    return f"/evaluation/scheme-changes/{told.params['change']}/"
