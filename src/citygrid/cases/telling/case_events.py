"""The events of cases that may be told, and their words (docs/notifications.md)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from citygrid.cases import naming, wording
from citygrid.cases.database import cursor, plain
from citygrid.cases.lists import watching
from citygrid.messages import events, relay, ringing
from citygrid.messages.events import Event, Told
from citygrid.process.acts import ITEM_KINDS
from citygrid.process.states import STATE_NAMES, State
from citygrid.trust import redactable
from citygrid.web.words import office_moment, say

ABOUT = frozenset({"number", "class", "place", "due", "task"})
FOLLOWED = frozenset({"number", "class", "place", "state"})
LABELS: dict[str, Any] = {
    "order_given": _("An order to sign for"),
    "safety_order": _("An order about public safety (rings)"),
    "confirm_wanted": _("Public safety to be confirmed (rings)"),
    "task_given": _("A task given to me by name"),
    "queue_task": _("A task in the queue of my post"),
    "approval_wanted": _("Something to decide"),
    "explain_wanted": _("To explain why it is late"),
    "due_soon": _("What I hold is due soon (yellow)"),
    "late": _("What I hold is overdue (red)"),
    "urged": _("Somebody urges"),
    "supervised": _("A supervision order"),
    "instructed": _("A leader's instruction"),
    "reworked": _("To be handled again"),
}
REPORTER: dict[str, Any] = {
    "closed_for_reporter": _("To the reporter: it is done"),
    "refused_for_reporter": _("To the reporter: it is not taken up"),
}


def register() -> None:
    """Called when the house starts."""
    from citygrid.cases.telling import delegating, hearing  # noqa: PLC0415 - they need the events

    for code, label in LABELS.items():
        _declare(code, label, ABOUT, "holder", about)
    _declare("request_decided", _("My request is decided"), ABOUT | {"request", "decision"}, "asker", about)
    for code, label in REPORTER.items():
        _declare(code, label, frozenset({"numbers"}), "reporter", _numbers)
    _declare(watching.NOTICE, _("A case that I follow changed"), FOLLOWED, "follower", _followed)
    delegating.register()
    relay.register("case", hearing.hear)
    ringing.asks(hearing.still_open)


def _declare(code: str, label: Any, names: frozenset[str], audience: str, words: Callable[..., Any]) -> None:
    events.declare(Event(code, label, names, frozenset({audience}), words, sample, page))


def page(told: Told) -> str:
    """The case's page."""
    return reverse("cases:case", args=[told.case_id]) if told.case_id is not None else ""


def about(told: Sequence[Told]) -> list[dict[str, str]]:
    """Words of many at once: names of classes and areas, and the addresses that may be forgotten meanwhile."""
    classes = naming.classes(one.params.get("class_id") for one in told)
    areas = naming.areas(one.params.get("community") for one in told)
    texts = _texts(one.params.get("address") for one in told)
    return [_about(one.params, classes, areas, texts) for one in told]


def _about(params: Any, classes: dict[str, str], areas: dict[int, str], texts: dict[str, str]) -> dict[str, str]:
    kind, class_id = params.get("kind", ""), params.get("class_id") or ""
    found = {
        "number": params.get("number", ""),
        "class": classes.get(class_id, class_id) or pgettext("class", "not classified yet"),
        "place": texts.get(params.get("address") or "") or areas.get(params.get("community") or 0, "–"),
        "due": office_moment(datetime.fromisoformat(params["due"])) if params.get("due") else "–",
        "task": say(ITEM_KINDS.get(kind, (kind, kind))),
    }
    if "request" in params:
        found["request"] = wording.choice(params["request"])
        found["decision"] = wording.answer("granted", bool(params.get("granted")))
    return found


def _numbers(told: Sequence[Told]) -> list[dict[str, str]]:
    joint = say(("、", ", "))
    return [{"numbers": joint.join(one.params.get("numbers", ()))} for one in told]


def _followed(told: Sequence[Told]) -> list[dict[str, str]]:
    """Of a followed case only its id is told: how it is now is asked when the notice is read."""
    with plain() as connection:
        rows = cursor(connection).execute(
            "select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.community, c.address_id::text, c.state"
            " from cases_head h join cases_case c on c.id = h.case_id and c.bucket = h.bucket"
            " where h.case_id = any(%s)",
            [[one.case_id for one in told]],
        ).fetchall()  # fmt: skip
    names = ("number", "class_id", "community", "address")
    facts = {row[0]: dict(zip(names, row[1:5], strict=True)) for row in rows}
    states = {row[0]: say(STATE_NAMES[State(row[5])]) for row in rows}
    filled = about([Told(facts.get(one.case_id, {}), one.case_id) for one in told])
    return [{**words, "state": states.get(one.case_id, "")} for one, words in zip(told, filled, strict=True)]


def _texts(ids: Any) -> dict[str, str]:
    rows = redactable.get_many({UUID(one) for one in ids if one})
    return {str(key): row.text for key, row in rows.items() if row.text}


def sample() -> dict[str, str]:
    """Words for the preview."""
    return {
        "number": "20260506000123",
        "numbers": "20260506000123",
        "class": say(("井盖", "Manhole cover")),
        "place": say(("某某路 12 号", "12 Some Road")),
        "due": office_moment(datetime.fromisoformat("2026-05-06T08:30:00+00:00")),
        "task": say(ITEM_KINDS["handle"]),
        "request": wording.choice("extend"),
        "decision": wording.answer("granted", True),
        "state": say(STATE_NAMES[State.HANDLING]),
    }
