"""Evidence of a period, filed by the unit that has the duty: the same id again is the same evidence; nothing is changed
in place, what is added stands beside it (S0-23)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import IntegrityError, transaction

from citygrid.evaluation.standing import city_files, reuse, seeing, standings
from citygrid.evaluation.standing.duties import MOST_PHOTOS, REFUSE, Duty, Wanted, plain
from citygrid.evaluation.standing_models import StandingReport
from citygrid.media.models import File
from citygrid.media.permission import may_see
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.rulebook.slices import localday
from citygrid.trust import audit
from citygrid.web.words import office_day

LARGEST, LONGEST_NOTE = Decimal("9999999999"), 1000
MESSAGES = {
    "not_yours": "Evidence of this duty comes from its unit.",
    "no_period": "Evidence cannot be filed for these days.",
    "few_photos": "This duty wants at least %(least)s photos.",
    "many_photos": "At most %(most)s photos.",
    "photo_used": "Photo %(number)s is evidence of %(name)s of %(first)s – %(last)s already: take a new one.",
    "photo_used_elsewhere": "Photo %(number)s is evidence of other days already, %(first)s – %(last)s: take a new one.",
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
    there = _again(duty, sent, signed)
    if there is not None:
        return there
    found = _checked(duty, sent, signed, at)
    if isinstance(found, Refusal):
        return found
    try:
        with transaction.atomic():
            return _reused(sent, found[0], signed, localday(at)) or _kept(duty, sent, *found, signed, at)
    except IntegrityError:  # the same form came twice at once
        return _again(duty, sent, signed) or refuse("same_id")


def _again(duty: Duty, sent: Evidence, signed: Signed) -> StandingReport | Refusal | None:
    """The evidence that this id has brought already; refused where it said something else."""
    known = StandingReport.objects.filter(pk=sent.id).first()
    if known is None:
        return None
    count = None if known.count is None else number_of(sent.count)
    ours = (known.duty, known.first, known.by_id, tuple(known.photos), known.note, known.count)
    theirs = (duty.code, sent.first, signed.person.pk, sent.photos, sent.note.strip(), count)
    return known if ours == theirs else refuse("same_id")


def _reused(sent: Evidence, owed: standings.Owed, signed: Signed, today: date) -> Refusal | None:
    """Whether a photo was evidence of other days already, where the city refuses that; it says of which."""
    reuse.lock(sent.photos)
    rules = city_files.book_at(today).sets.get(owed.duty.set)
    if rules is not None and rules.reuse != REFUSE:
        return None
    used = reuse.of_other_days(sent.photos, owed.duty.code, owed.span.first, owed.span.last)
    if used is None:
        return None
    name = reuse.names_of([used.duty], signed)[used.duty]
    days = {"number": sent.photos.index(used.photo) + 1, "first": office_day(used.first), "last": office_day(used.last)}
    return refuse("photo_used", name=name, **days) if name else refuse("photo_used_elsewhere", **days)


def _kept(
    duty: Duty, sent: Evidence, owed: standings.Owed, count: Decimal | None, signed: Signed, at: datetime
) -> StandingReport:
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
    owed = next((one for one in standings.waiting(duty, localday(at)) if one.span.first == sent.first), None)
    # A period is filed for by the unit that had the duty when it began, also after the duty has gone to another.
    if not seeing.may_file(signed, owed.duty if owed is not None else duty):
        return refuse("not_yours")
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
    return refuse("small_count", least=plain(wanted.least)) if count < wanted.least else count


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
