"""Spot checks of standing duties: points by the checklist, findings, photos; a failed one may open a case; a second
person may take one back. Whoever filed evidence of the period, or is of the unit, does not check (S0-04, S0-23)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction

from citygrid.cases import acting
from citygrid.cases.asking import actor_of
from citygrid.cases.submission import Submission
from citygrid.evaluation.standing import city_files, filing, lots, seeing
from citygrid.evaluation.standing.duties import Duty, DutySet
from citygrid.evaluation.standing_models import StandingCheck, StandingDraw
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.reception.intake.ways import may_enter
from citygrid.rulebook.slices import localday
from citygrid.trust import audit

MESSAGES = {
    "may_not_check": "Your post does not check this duty.",
    "own_evidence": "Whoever filed evidence of this duty, or belongs to its unit, does not judge it.",
    "not_drawn": "This duty was not drawn today: say why you look at it.",
    "checked": "This duty has been checked today already.",
    "bad_points": "Give each line its points, from 0 to what it can make, at most two decimals.",
    "no_finding": "Say what is wrong where points are missing.",
    "long_note": "At most %(most)s characters.",
    "not_in_force": "This duty is not in force today.",
    "same_id": "This was sent before, with other content.",
    "no_reason": "Say why.",
    "own_check": "Somebody else takes a check back than who made it.",
    "voided": "This check was taken back.",
    "not_failed": "Only a failed check opens a case.",
    "no_place": "This duty says neither where nor as what a case is opened.",
    "no_way": "Your post may not report a case.",
    "not_yours": "Whoever made the check opens its case.",
}
NOTE = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """What an inspector found. By the key of each line: points as typed, and what is wrong."""

    id: UUID
    points: Mapping[str, str]
    findings: Mapping[str, str]
    note: str
    photos: tuple[UUID, ...]


def failed(of: DutySet, points: Fraction, full: Fraction) -> bool:
    """Whether the points lie below what the set wants."""
    return points * 100 < of.least * full


def check(duty: Duty, seen: Seen, signed: Signed, at: datetime) -> StandingCheck | Refusal:
    """Keeps a check of today. The same id again gives the one that is there."""
    day = localday(at)
    there = _again(duty, seen, signed)
    if there is not None:
        return there
    draw = lots.of_day(day).get(duty.set)
    draw = draw if draw is not None and duty.code in draw.drawn else None
    fault = _may_fault(duty, seen, draw, signed, at) or filing.photo_fault(seen.photos, signed)
    if fault is not None:
        return fault
    lines = _lines(duty, seen)
    if isinstance(lines, Refusal):
        return lines
    return _kept(duty, seen, draw, lines, signed, at)


def _again(duty: Duty, seen: Seen, signed: Signed) -> StandingCheck | Refusal | None:
    """The check that this id has brought already; refused where it said something else."""
    known = StandingCheck.objects.filter(pk=seen.id).first()
    if known is None:
        return None
    lines = {line[0]: (Decimal(line[3]), line[5]) for line in known.lines}
    sent = {key: (filing.number_of(seen.points.get(key, "")), seen.findings.get(key, "").strip()) for key in lines}
    ours = (known.duty, known.by_id, known.note, tuple(known.photos), lines)
    return known if ours == (duty.code, signed.person.pk, seen.note.strip(), seen.photos, sent) else refuse("same_id")


def _kept(duty: Duty, seen: Seen, draw: StandingDraw | None, lines: list[list[str]], signed: Signed, at: datetime
          ) -> StandingCheck | Refusal:  # fmt: skip
    day, points = localday(at), sum((Decimal(line[3]) for line in lines), Decimal())
    of = city_files.book_at(day).sets[duty.set]
    try:
        with transaction.atomic():
            made = StandingCheck.objects.create(
                id=seen.id, duty=duty.code, set=duty.set, unit=Body.objects.get(code=duty.unit), draw=draw, day=day,
                lines=lines, points=points, full=_decimal(duty.full), failed=failed(of, Fraction(points), duty.full),
                note=seen.note.strip(), photos=list(seen.photos), body_id=signed.body.pk, by_id=signed.person.pk, at=at,
            )  # fmt: skip
            _note(made, "check_standing", {"points": str(points), "failed": made.failed}, signed, at)
    except IntegrityError:  # somebody else was quicker with this lot, or the same form came twice at once
        return _again(duty, seen, signed) or refuse("checked")
    return made


def _may_fault(duty: Duty, seen: Seen, draw: StandingDraw | None, signed: Signed, at: datetime
               ) -> Refusal | None:  # fmt: skip
    faults = (
        ("may_not_check", not seeing.may_check(signed, duty)),
        ("own_evidence", seeing.is_party(signed.person.pk, duty.unit, duty.code, at)),
        ("not_in_force", not duty.on(localday(at))),
        ("long_note", len(seen.note.strip()) > 2 * NOTE),
        ("not_drawn", draw is None and not seen.note.strip()),
        ("checked", draw is not None and draw.checks.filter(duty=duty.code, voided_at=None).exists()),
    )
    code = next((code for code, wrong in faults if wrong), None)
    return None if code is None else refuse(code, **({"most": 2 * NOTE} if code == "long_note" else {}))


def _lines(duty: Duty, seen: Seen) -> list[list[str]] | Refusal:
    found = []
    for line in duty.lines:
        points = filing.number_of(seen.points.get(line.key, ""))
        words = seen.findings.get(line.key, "").strip()
        if points is None or points > line.points:
            return refuse("bad_points")
        if points < line.points and not words:
            return refuse("no_finding")
        if len(words) > NOTE:
            return refuse("long_note", most=NOTE)
        found.append([line.key, *line.names, str(points), str(_decimal(line.points)), words])
    return found


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def take_back(check_id: UUID, why: str, signed: Signed, at: datetime) -> StandingCheck | Refusal:
    """A second person takes a check back: it stays to be seen and counts no more."""
    with transaction.atomic():
        one = StandingCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
        if one.voided_at is not None:
            return one if one.voided_by_id == signed.person.pk else refuse("voided")
        if one.by_id == signed.person.pk:
            return refuse("own_check")
        if seeing.is_party(signed.person.pk, one.unit.code, one.duty, at):
            return refuse("own_evidence")
        if not why.strip():
            return refuse("no_reason")
        if len(why.strip()) > NOTE:
            return refuse("long_note", most=NOTE)
        one.voided_by_id, one.voided_at, one.voided_why = signed.person.pk, at, why.strip()
        one.save(update_fields=["voided_by", "voided_at", "voided_why"])
        _note(one, "take_back_standing_check", {}, signed, at)
    return one


def open_case(check_id: UUID, signed: Signed, at: datetime) -> UUID | Refusal:
    """Reports what a failed check found as a case, by the inspector's own way of reporting. Twice is once: the ids of
    case and act follow from the check's. What the process says against it is given back."""
    with transaction.atomic():  # nobody takes it back meanwhile
        one = StandingCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
        return _opened(one, signed, at)


def _opened(one: StandingCheck, signed: Signed, at: datetime) -> UUID | Refusal:
    duty = city_files.newest(one.duty)
    fault = _case_fault(one, duty, signed)
    if one.case_id is not None and one.by_id == signed.person.pk:
        return one.case_id
    if fault is not None or duty is None or duty.point is None:
        return fault or refuse("no_place")
    way = next((source for act, source in may_enter(signed, at) if act == "report"), None)
    if way is None:
        return refuse("no_way")
    words = [f"{line[1]}: {line[5]}" for line in one.lines if line[5]] + ([one.note] if one.note else [])
    data = {
        "source": way, "class_id": duty.case_class, "lon": f"{duty.point[0]:.7f}", "lat": f"{duty.point[1]:.7f}",
        "address": duty.place or duty.names[0], "text": "\n".join([duty.names[0], *words]),
        "media": [str(photo) for photo in one.photos], "distinct": True,
    }  # fmt: skip
    case = uuid5(one.pk, "case")
    answer = acting.submit(Submission(case, uuid5(one.pk, "report"), "report", data), actor_of(signed), None, at)
    if isinstance(answer, Refusal):
        return answer
    StandingCheck.objects.filter(pk=one.pk).update(case_id=case)
    _note(one, "open_standing_case", {"case": str(case)}, signed, at)
    return case


def _case_fault(one: StandingCheck, duty: Duty | None, signed: Signed) -> Refusal | None:
    if one.by_id != signed.person.pk:
        return refuse("not_yours")
    if one.voided_at is not None:
        return refuse("voided")
    if not one.failed:
        return refuse("not_failed")
    return refuse("no_place") if duty is None or not duty.opens else None


def refuse(code: str, **params: object) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(one: StandingCheck, act: str, params: dict[str, object], signed: Signed, at: datetime) -> None:
    audit.record(
        at, act, subject=("standing_check", str(one.pk)), params={"duty": one.duty, **params}, person=signed.person.pk,
        seat=signed.seat.pk, post=signed.post.pk,
    )  # fmt: skip
