"""Sending one case out from the desk: the suggestion that answered is cited, a case that somebody took is told so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from citygrid.cases import acting, naming, reading
from citygrid.cases.acting import Done
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.cases.suggesting import rule_of
from citygrid.coordination.dispatching import bordering, suggesting
from citygrid.coordination.dispatching.suggesting import Reason
from citygrid.organization.seats import Signed
from citygrid.process import Case, Entry, Refusal
from citygrid.process.states import State
from citygrid.rulebook.responsible import Suggestion
from citygrid.web.words import office_moment

TAKING = ("dispatch", "rapid", "refer", "unfile", "order_first")
"""Acts that take a case out of the queue of the dispatcher."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the desk asks for: the unit, others that assist, a note; the client's id of the act."""

    act: UUID
    body: int
    assisting: tuple[int, ...] = ()
    note: str = ""
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """A whole case as `suggesting` wants it."""

    class_id: str | None
    areas: Sequence[int]
    component: str | None


def placing(case: Case) -> Placing:
    return Placing(case.class_id, case.place.areas if case.place is not None else (), case.component)


def reasons_of(case: Case, at: datetime) -> list[Reason]:
    """The units to try for one case, best first; what was answered at a border before comes first."""
    found = suggesting.suggest([placing(case)], at, [0] if case.ownerless else [])
    if case.place is None:
        return found[0]
    spot = bordering.Spot(case.id, case.class_id, case.place.lon, case.place.lat)
    return bordering.with_precedents([spot], found, at)[0]


def cited(reasons: Sequence[Reason], body: int) -> str | None:
    """What the entry keeps of why this body, as `cases.suggesting.rule_of`; None when a person chose another."""
    found = next((one for one in reasons if one.body == body), None)
    return rule_of(Suggestion(found.body, found.reason, found.rule)) if found is not None else None


def send(case: Case, asked: Asked, signed: Signed, at: datetime) -> Done | Refusal:
    """The act `dispatch`. Idempotent by the client's id of the act."""
    data: dict[str, Any] = {"body": asked.body}
    if asked.assisting:
        data["assisting"] = list(asked.assisting)
    if asked.note:
        data["note"] = asked.note
    rule = cited(reasons_of(case, at), asked.body)
    if rule is not None:
        data["rule"] = rule
    submission = Submission(case.id, asked.act, "dispatch", data, item=asked.item)
    return acting.submit(submission, actor_of(signed), signed.scope, at)


def taken_by(case: Case) -> str:
    """Who took a case out of the queue, what was done with it, when; empty while it waits."""
    if case.state is State.FILED:
        return ""
    entries = [one for one in reading.timeline(case) if one.type in TAKING]
    return _told(entries[-1]) if entries else ""


def _told(entry: Entry) -> str:
    said: Mapping[str, Any] = entry.data["said"]
    who = naming.people([entry.actor.person]).get(entry.actor.person) or _("System")
    facts = {"who": who, "when": office_moment(entry.effective_at), "unit": naming.body(said.get("body"))}
    if facts["unit"]:
        return _("%(who)s dispatched it to %(unit)s at %(when)s.") % facts
    return _("%(who)s took it out of the queue at %(when)s.") % facts
