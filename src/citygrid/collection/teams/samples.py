"""主管抽样: finished work drawn by stratum, looked at piece by piece; the share that agrees, with its bounds."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from citygrid.cases.database import cursor, plain
from citygrid.collection.models import Sample, Sampled
from citygrid.collection.teams import crew, drawing, spans, work
from citygrid.organization.models import Body
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.trust import audit

MOST, FRAME = 500, 200_000
"""So many are drawn at most, from at most so many."""
WORK = ("reports", "filed", "verifications", "checks")
STRATA = ("class", "street", "person", "none")
CONFIDENCE = 0.95
MESSAGES: dict[str, str] = {
    "bad_size": "Draw from 1 to %(most)s.",
    "bad_days": "The last day lies before the first.",
    "unknown_work": "This kind of work cannot be sampled.",
    "empty": "There is nothing of this kind in these days.",
    "too_much": "There is more than can be drawn from at once (%(most)s): choose fewer days.",
    "not_of_yours": "These are not your people.",
    "same_id": "This was sent before, with other content.",
    "judged": "Somebody else has judged this already.",
    "own_work": "Nobody judges their own work.",
    "no_words": "Say what does not agree.",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to draw from: work of a body and those below it (or of one person), of these days."""

    id: UUID
    body: int
    measure: str
    first: date
    last: date
    size: int
    by_stratum: str
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Of what was judged: how many agree; the share in percent and between which bounds that of all the work is."""

    size: int
    judged: int
    agrees: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        return 100 * self.agrees / self.judged if self.judged else None


def draw(wanted: Wanted, signed: Signed, at: datetime, seed: str | None = None) -> Sample | Refusal:
    """Draws and keeps it, with seed and the hash of what it was drawn from. The same id again: the same sample."""
    fault = _fault(wanted)
    if fault is not None:
        return fault
    known = Sample.objects.filter(pk=wanted.id).first()
    if known is not None:
        return known if known.by_id == signed.person.pk else _refuse("same_id")
    deeds = frame(wanted, signed, at)
    if isinstance(deeds, Refusal):
        return deeds
    seed = seed or secrets.token_hex(16)
    by_key = {f"{one.case}/{one.no}": one for one in deeds}
    strata = _strata(wanted.by_stratum, by_key)
    drawn = drawing.drawn(seed, strata, wanted.size)
    with transaction.atomic():
        made, new = Sample.objects.get_or_create(
            id=wanted.id,
            defaults={
                "body": Body.objects.get(pk=wanted.body), "person_id": wanted.person, "measure": wanted.measure,
                "first": wanted.first, "last": wanted.last, "by_stratum": wanted.by_stratum, "size": wanted.size,
                "seed": seed, "strata": {name: [len(keys), len(drawn[name])] for name, keys in strata.items()},
                "frame": drawing.digest(list(by_key)), "by_id": signed.person.pk, "at": at,
            },
        )  # fmt: skip
        if not new:
            return made
        chosen = [(name, by_key[key]) for name in sorted(drawn) for key in drawn[name]]
        Sampled.objects.bulk_create(_item(made, order, name, one) for order, (name, one) in enumerate(chosen, start=1))
        _note(made, "draw_sample", {"of": len(by_key), "drawn": len(chosen)}, signed, at)
    return made


def _item(made: Sample, order: int, stratum: str, one: work.Deed) -> Sampled:
    assert one.case is not None, "the frame holds cases"
    return Sampled(
        sample=made, order=order, case_id=one.case, no=one.no, person_id=one.person, stratum=stratum, done_at=one.at
    )


def _fault(wanted: Wanted) -> Refusal | None:
    if not 1 <= wanted.size <= MOST:
        return _refuse("bad_size", most=MOST)
    if wanted.last < wanted.first:
        return _refuse("bad_days")
    if wanted.measure not in WORK or wanted.by_stratum not in STRATA:
        return _refuse("unknown_work")
    return None


def frame(wanted: Wanted, signed: Signed, at: datetime) -> list[work.Deed] | Refusal:
    """All the work that is drawn from: of one's own people alone, and cases that one may see."""
    span = spans.of_days(wanted.first, wanted.last, at)
    below = crew.bodies_below(wanted.body)
    mine = [one for one in crew.members(signed.scope, span.start, span.end, at) if one.body in below]
    persons = {one.person for one in mine if wanted.person in (None, one.person)} - {signed.person.pk}
    if not persons:
        return _refuse("not_of_yours")
    asked = work.Asked(persons, span, at, {one.body for one in mine})
    found = [one for one in work.deeds(asked, [wanted.measure], signed.scope, FRAME + 1) if one.visible and one.case]
    if len(found) > FRAME:
        return _refuse("too_much", most=FRAME)
    return found or _refuse("empty")


def _strata(by: str, deeds: Mapping[str, work.Deed]) -> dict[str, list[str]]:
    streets = _streets({one.case for one in deeds.values() if one.case}) if by == "street" else {}
    found: dict[str, list[str]] = {}
    for key, one in deeds.items():
        name = {"class": one.class_id, "person": str(one.person), "street": streets.get(one.case), "none": ""}[by]
        found.setdefault(name or "", []).append(key)
    return found


def _streets(cases: set[UUID]) -> dict[UUID | None, str]:
    sql = """select c.id, c.street from cases_case c join cases_head h on h.case_id = c.id and h.bucket = c.bucket
        where c.id = any(%s)"""
    with plain() as connection:
        rows = cursor(connection).execute(sql, [list(cases)]).fetchall()
    return {case: str(street) if street else "" for case, street in rows}


def proved(sample: Sample, signed: Signed, at: datetime) -> bool | None:
    """Whether drawing again with the seed gives the same work; None: what it was drawn from has changed since (a case
    was refused, a person left, the asker sees other cases), so that it cannot be told."""
    wanted = Wanted(
        sample.pk, sample.body_id, sample.measure, sample.first, sample.last, sample.size, sample.by_stratum,
        sample.person_id,
    )  # fmt: skip
    deeds = frame(wanted, signed, at)
    if isinstance(deeds, Refusal):
        return None
    by_key = {f"{one.case}/{one.no}": one for one in deeds}
    if drawing.digest(list(by_key)) != sample.frame:
        return None
    again = drawing.drawn(sample.seed, _strata(sample.by_stratum, by_key), sample.size)
    kept = {f"{case}/{no}" for case, no in sample.items.values_list("case_id", "no")}
    return kept == {key for keys in again.values() for key in keys}


def judge(item_id: int, agrees: bool, note: str, signed: Signed, at: datetime) -> Sampled | Refusal:
    """What the inspector found of one; whoever judged it may correct themselves, nobody else may."""
    with transaction.atomic():
        one = Sampled.objects.select_for_update(of=("self",)).select_related("sample").get(pk=item_id)
        if one.person_id == signed.person.pk:
            return _refuse("own_work")
        if one.judged_by_id not in (None, signed.person.pk):
            return _refuse("judged")
        if not agrees and not note.strip():
            return _refuse("no_words")
        one.agrees, one.note, one.judged_by, one.judged_at = agrees, note.strip()[:1000], signed.person, at
        one.save()
        _note(one.sample, "judge_sampled", {"item": one.pk, "agrees": agrees}, signed, at)
    return one


def result(sample: Sample) -> Result:
    """What the sample says; the bounds are Wilson's at `CONFIDENCE`, over what was judged."""
    said = [one for one in sample.items.values_list("agrees", flat=True) if one is not None]
    good = sum(said)
    low, high = drawing.wilson(good, len(said), CONFIDENCE)
    return Result(sample.items.count(), len(said), good, 100 * low, 100 * high)


def _refuse(code: str, **params: Any) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _note(sample: Sample, act: str, params: Mapping[str, Any], signed: Signed, at: datetime) -> None:
    audit.record(
        at, act, subject=("sample", str(sample.pk)), params=params, person=signed.person.pk, seat=signed.seat.pk,
        post=signed.post.pk,
    )  # fmt: skip
