"""Events of findings: the collector hears of a confirmed one and of the decision, who decides of an appeal."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from citygrid.collection.models import Finding
from citygrid.messages import events, sending
from citygrid.messages.events import Event, Told
from citygrid.messages.people import To
from citygrid.messages.sending import Draft
from citygrid.web.words import office_day, say

CONFIRMED, APPEALED, DECIDED = "finding_confirmed", "finding_appealed", "finding_decided"
NAMES = frozenset({"kind", "number", "until", "decision"})
KINDS = {
    "missed": ("漏报", "missed"), "false": ("虚报", "false report"), "hidden": ("瞒报", "hidden"),
    "made_up": ("假报", "made up"),
}  # fmt: skip
LABELS: dict[str, Any] = {
    CONFIRMED: _("A finding on my work was confirmed"),
    APPEALED: _("A collector appeals against a finding"),
    DECIDED: _("My appeal against a finding is decided"),
}


def register() -> None:
    """Called when the house starts."""
    for code, label in LABELS.items():
        events.declare(Event(code, label, NAMES, frozenset({"collector"}), _words, _sample, _page))


def confirmed(row: Finding, at: datetime) -> None:
    _send(CONFIRMED, row, at)


def appealed(row: Finding, at: datetime) -> None:
    _send(APPEALED, row, at)


def decided(row: Finding, at: datetime) -> None:
    _send(DECIDED, row, at)


def _send(code: str, row: Finding, at: datetime) -> None:
    params = {
        "finding": str(row.pk), "kind": row.kind, "number": row.number, "undone": row.state == Finding.State.UNDONE,
        "until": row.appeal_until.isoformat() if row.appeal_until else "",
    }  # fmt: skip
    to = {"collector": [To(person=row.person_id)]}
    sending.send([Draft(code, f"{row.pk}:{code}", to, None, params)], at)


def _words(told: Sequence[Told]) -> list[dict[str, str]]:
    return [
        {
            "kind": say(KINDS[one.params["kind"]]),
            "number": one.params["number"],
            "until": _until(one.params["until"]),
            "decision": say(("撤销", "undone") if one.params["undone"] else ("维持", "upheld")),
        }
        for one in told
    ]


def _until(text: str) -> str:
    """The last day on which an appeal is taken; the moment stored is the midnight after it."""
    return office_day(datetime.fromisoformat(text) - timedelta(seconds=1)) if text else "–"


def _sample() -> dict[str, str]:
    return {
        "kind": say(KINDS["missed"]), "number": "〔2026〕1", "until": office_day(date(2026, 1, 8)),
        "decision": say(("维持", "upheld")),
    }  # fmt: skip


def _page(told: Told) -> str:
    return reverse("collection:finding", args=[told.params["finding"]])
