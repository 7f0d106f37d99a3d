"""Asking and deciding: one person writes a request down, another decides it; a decision to forget is carried out at
once (个人信息保护法 45, 47, 50)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from citygrid.organization.models import Person
from citygrid.personal.holdings import Held, held_about
from citygrid.personal.models import Demand, Kind, State
from citygrid.process import Refusal
from citygrid.rulebook.slices import profile_at
from citygrid.trust import audit, forgetting, redactable
from citygrid.trust.algorithms import algorithm_at

_LOCK = 0x64656D61
LONGEST_REASON = 1000
MESSAGES = {
    "no_number": "A number has five digits at least.",
    "name_wrong": "The name has at most 80 signs.",
    "no_kind": "Choose what is asked for.",
    "no_proof": "Choose how the person was identified.",
    "no_document": "Give the number of the paper on which it was asked, 60 signs at most.",
    "decided": "This request was decided already.",
    "same_person": "Whoever wrote the request down does not decide it.",
    "no_decision_reason": "Give the reason of the decision, 1000 signs at most.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as typed. `id`: chosen by the client; the same id again changes nothing."""

    id: UUID
    kind: str
    phone: str
    name: str
    proof: str
    document: str
    with_texts: bool


@dataclass(frozen=True, slots=True)
class About:
    """Whom a request is about; None for what is forgotten."""

    phone: str | None
    name: str | None


def ask(asked: Asked, by: Person, at: datetime, **who: Any) -> Demand | Refusal:
    """Write a request down; the name and number become sealed rows. `who`: for the audit."""
    wrong = _wrong(asked, at)
    if wrong:
        return Refusal(wrong, MESSAGES[wrong])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        known = Demand.objects.filter(pk=asked.id).first()
        if known is not None:
            return known
        algorithm = algorithm_at(at)
        phone = redactable.put(redactable.CALLER_PHONE, asked.phone.strip(), at, algorithm)
        name = redactable.put(redactable.PERSON_NAME, asked.name.strip(), at, algorithm) if asked.name.strip() else None
        serial = (Demand.objects.aggregate(most=Max("serial"))["most"] or 0) + 1
        made = Demand.objects.create(
            id=asked.id, serial=serial, kind=asked.kind, phone=phone.id, name=name.id if name else None,
            proof=asked.proof, document=asked.document.strip(), asked_at=at, asked_by=by,
            with_texts=asked.with_texts and asked.kind == Kind.FORGET,
        )  # fmt: skip
        audit.record(at, "ask_personal", subject=("demand", str(made.pk)), params={"kind": made.kind}, **who)
    return made


def _wrong(asked: Asked, at: datetime) -> str | None:
    rules = (
        ("no_number", sum(sign.isdecimal() for sign in asked.phone) >= 5 and len(asked.phone) <= 40),
        ("name_wrong", len(asked.name) <= 80 and "\0" not in asked.name + asked.phone),
        ("no_kind", asked.kind in Kind.values),
        ("no_proof", asked.proof in {one.code for one in profile_at(at).personal.proofs}),
        ("no_document", 0 < len(asked.document.strip()) <= 60 and "\0" not in asked.document),
    )
    return next((code for code, fine in rules if not fine), None)


def about(demand: Demand) -> About:
    """The name and number of a request, opened. keys.UnreadableError when this server lacks their key."""
    rows = redactable.get_many([one for one in (demand.phone, demand.name) if one is not None])
    phone, name = rows.get(demand.phone), rows.get(demand.name) if demand.name else None
    return About(phone.text if phone else None, name.text if name else None)


def found_for(demand: Demand) -> list[Held]:
    """What is held about the person of a request now; nothing once the request itself is forgotten."""
    person = about(demand)
    return held_about(person.phone, person.name or "") if person.phone else []


def decide(demand_id: UUID, granted: bool, reason: str, by: Person, at: datetime, **who: Any) -> Demand | Refusal:
    """Grant or refuse. To forget is carried out in the same transaction, with its proof; what open cases need stays."""
    with transaction.atomic():
        demand = Demand.objects.select_for_update().get(pk=demand_id)
        wrong = _refused(demand, reason, by)
        if wrong:
            refusal = Refusal(wrong, MESSAGES[wrong])
        else:
            refusal = None
            demand.state = State.GRANTED if granted else State.REFUSED
            demand.decided_at, demand.decided_by = at, by
            demand.reason = redactable.put(redactable.FREE_TEXT, reason.strip(), at, algorithm_at(at)).id
            if granted and demand.kind == Kind.FORGET:
                _forget(demand, at, **who)
            demand.save()
            params = {"kind": demand.kind, "state": demand.state, "forgotten": demand.forgotten, "kept": demand.kept}
            audit.record(at, "decide_personal", subject=("demand", str(demand.pk)), params=params, **who)
    if refusal is not None:
        audit.record(at, "decide_personal", subject=("demand", str(demand_id)), outcome=audit.REFUSED,
                     code=refusal.code, **who)  # fmt: skip
        return refusal
    return demand


def _refused(demand: Demand, reason: str, by: Person) -> str | None:
    if demand.state != State.OPEN:
        return "decided"
    if demand.asked_by_id == by.pk:
        return "same_person"
    return None if 0 < len(reason.strip()) <= LONGEST_REASON and "\0" not in reason else "no_decision_reason"


def finish(at: datetime) -> int:
    """Carry out what granted requests had to leave because a case was still open; how many rows were forgotten."""
    before = after = 0
    for pk in Demand.objects.filter(state=State.GRANTED, kind=Kind.FORGET, kept__gt=0).values_list("pk", flat=True):
        with transaction.atomic():
            demand = Demand.objects.select_for_update().get(pk=pk)
            before += demand.forgotten
            _forget(demand, at)
            after += demand.forgotten
            demand.save(update_fields=["forgotten", "kept"])
    return after - before


def _forget(demand: Demand, at: datetime, **who: Any) -> None:
    """The rows of the person's calls, and the request's own name and number."""
    mine = [one for one in found_for(demand) if not one.other]
    rows: set[UUID] = set()
    demand.kept = 0
    for one in mine:
        own = {*one.rows, *(one.texts if demand.with_texts else ())}
        if one.stays:
            demand.kept += len(own)
        else:
            rows |= own
    if not demand.kept:  # until the last case is over, the request must still be found
        rows |= {one for one in (demand.phone, demand.name) if one is not None}
    ordered = sorted(rows)
    for start in range(0, len(ordered), forgetting.MOST):
        part = ordered[start : start + forgetting.MOST]
        proof = forgetting.forget(part, at, "asked_by_person", cause=("demand", str(demand.pk)), **who)
        demand.forgotten += len(proof.ids) if proof is not None else 0
