"""Evidence of a period, filed by the unit that has the duty: the same id again is the same evidence; nothing is changed
in place, what is added stands beside it (S0-23)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction

from citygrid.evaluation.standing import seeing, standings
from citygrid.evaluation.standing.duties import MOST_PHOTOS, Duty, Wanted
from citygrid.evaluation.standing_models import StandingReport
from citygrid.media.models import File
from citygrid.media.permission import may_see
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.rulebook.slices import localday
from citygrid.trust import audit

LARGEST, LONGEST_NOTE = Decimal("9999999999"), 1000
MESSAGES = {
    "not_yours": "Evidence of this duty comes from its unit.",
    "no_period": "Evidence cannot be filed for these days.",
    "few_photos": "This duty wants at least %(least)s photos.",
    "many_photos": "At most %(most)s photos.",
    "unknown_photo": "A photo is not there, or is not yours.",
    "no_count": "That is not a number of at most two decimals.",
    "small_count": "This duty wants at least %(least)s; say in the note what kept you, and file it when it is done.",
    "long_note": "At most %(most)s characters.",
    "same_id": "This was sent before, with other content.",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a unit sends. `first`: the first day of the period; `count` as it was typed."""

    id: UUID
    first: date
    count: str
    note: str
    photos: tuple[UUID, ...]


def file(duty: Duty, sent: Evidence, signed: Signed, at: datetime) -> StandingReport | Refusal:
    """Keeps the evidence, or says why not; then nothing is kept."""
    with transaction.atomic():
        known = StandingReport.objects.filter(pk=sent.id).first()
        if known is not None:
            same = (known.duty, known.first, known.by_id) == (duty.code, sent.first, signed.person.pk)
            return known if same and tuple(known.photos) == sent.photos else refuse("same_id")
        found = _checked(duty, sent, signed, at)
        if isinstance(found, Refusal):
            return found
        owed, count = found
        made = StandingReport.objects.create(
            id=sent.id, duty=duty.code, first=owed.span.first, last=owed.span.last, due=owed.span.due, day=localday(at),
            count=count, note=sent.note.strip(), photos=list(sent.photos), body_id=signed.body.pk,
            by_id=signed.person.pk, at=at,
        )  # fmt: skip
        audit.record(
            at, "file_standing", subject=("duty", duty.code), params={"first": owed.span.first.isoformat()},
            person=signed.person.pk, seat=signed.seat.pk, post=signed.post.pk,
        )  # fmt: skip
    return made


def _checked(duty: Duty, sent: Evidence, signed: Signed, at: datetime
             ) -> tuple[standings.Owed, Decimal | None] | Refusal:  # fmt: skip
    if not seeing.may_file(signed, duty):
        return refuse("not_yours")
    owed = next((one for one in standings.waiting(duty, localday(at)) if one.span.first == sent.first), None)
    if owed is None:
        return refuse("no_period")
    fault = photo_fault(sent.photos, signed)
    if len(set(sent.photos)) < owed.duty.wanted.photos:
        fault = refuse("few_photos", least=owed.duty.wanted.photos)
    if len(sent.note.strip()) > LONGEST_NOTE:
        fault = refuse("long_note", most=LONGEST_NOTE)
    count = _counted(owed.duty.wanted, sent.count)
    if fault is None and isinstance(count, Refusal):
        fault = count
    return (owed, None if isinstance(count, Refusal) else count) if fault is None else fault


def _counted(wanted: Wanted, text: str) -> Decimal | Refusal | None:
    """What was counted, where the duty counts anything."""
    if wanted.least is None:
        return None
    count = number_of(text)
    if count is None:
        return refuse("no_count")
    return refuse("small_count", least=f"{float(wanted.least):g}") if count < wanted.least else count


def photo_fault(photos: tuple[UUID, ...], signed: Signed) -> Refusal | None:
    """Whether all photos are pictures that this person may name."""
    if len(photos) > MOST_PHOTOS:
        return refuse("many_photos", most=MOST_PHOTOS)
    files = File.objects.filter(pk__in=photos, kind="image")
    if len(files) != len(set(photos)) or not all(may_see(signed.person, one) for one in files):
        return refuse("unknown_photo")
    return None


def number_of(text: str) -> Decimal | None:
    """A number from 0 with at most two decimals."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= LARGEST and value == round(value, 2) else None


def refuse(code: str, **params: object) -> Refusal:
    return Refusal(code, MESSAGES[code], params)
