"""Entering what a scheme cannot count: proposed by one person, approved or refused by another, corrected by another
entry. Each step is in the audit; nothing is changed in place and nothing deleted (S2-13)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as default  # Wrong has a field of that name
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from citygrid.areas.models import Area
from citygrid.evaluation.catalogue import Catalogue
from citygrid.evaluation.closing_models import ScoreAppeal
from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.evaluation.scheme import Input
from citygrid.evaluation.subjects import BODIES, PEOPLE
from citygrid.media.models import File
from citygrid.organization.models import Body, Person, Seat
from citygrid.process.refusal import Refusal, Refused
from citygrid.rulebook.models import ManagedClass
from citygrid.trust import audit

FIELDS = ("input", "item", "by", "subject", "day", "value", "sample", "reason", "source")
LARGEST = Decimal("9999999999.9999")
LONGEST = 500
"""Characters of a reason or a decision."""
MESSAGES = {
    "unknown_input": "No scheme has an input %(input)s for these objects.",
    "unknown_item": "%(item)s is not on the list of %(input)s.",
    "no_subject": "Say whom it is about.",
    "unknown_subject": "There is no object %(subject)s.",
    "no_day": "That is not a day; write it like 2026-03-21.",
    "day_to_come": "The day lies in the future.",
    "no_value": "That is not a number of at most four decimals.",
    "out_of_bounds": "The value lies between %(least)s and %(most)s.",
    "no_sample": "How many were asked is a whole number above zero.",
    "no_reason": "Say why: an inspection, a survey, a decision.",
    "too_long": "At most %(most)s characters.",
    "no_evidence": "This input needs its evidence: a file.",
    "own_entry": "Somebody else than who entered it approves it.",
    "decided_already": "This entry has been decided.",
    "not_approved": "Only an approved entry is corrected.",
    "corrected_already": "A correction of this entry is there already.",
    "no_words": "Say why it is refused.",
    "of_an_appeal": "It sets an appeal right: the second review decides both.",
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a field; the sentence is `message % params`."""

    field: str
    code: str
    params: Mapping[str, object] = default(default_factory=dict)

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


@dataclass(frozen=True, slots=True)
class Sent:
    """What was typed, by field, and the file that shows it."""

    words: Mapping[str, str]
    evidence: File | None = None

    def word(self, name: str) -> str:
        return self.words.get(name, "").strip()


def is_subject(by: str, code: str, day: date) -> bool:
    """Whether there is such an object: a body, a person (by login), an area, a post of somebody (`role:login`), a
    class."""
    if by in PEOPLE:
        return Person.objects.filter(login=code).exists()
    if by in BODIES:
        return Body.objects.filter(code=code).exists()
    if by == "area":
        return Area.objects.filter(code=code, valid_from__lte=day).exists()
    if by == "post":
        role, _, login = code.partition(":")
        return Seat.objects.filter(person__login=login, post__role__code=role).exists()
    return by == "class" and ManagedClass.objects.filter(class_id=code).exists()


def drafted(
    sent: Sent, book: Catalogue, today: date, *, withdraws: bool = False,
    there: Callable[[str, str, date], bool] = is_subject,
) -> tuple[Entry | None, list[Wrong]]:  # fmt: skip
    """An entry that is not kept yet, or all that is wrong. `withdraws`: it has no value; `there`: whether there is
    such an object."""
    wrong: list[Wrong] = []
    by = sent.word("by")
    inputs = book.inputs(by)
    one = inputs.get(sent.word("input"))
    if one is None:
        wrong.append(Wrong("input", "unknown_input", {"input": sent.word("input")}))
    elif one.items and sent.word("item") not in {item.key for item in one.items}:
        wrong.append(Wrong("item", "unknown_item", {"item": sent.word("item") or "–", "input": one.key}))
    if not sent.word("subject"):
        wrong.append(Wrong("subject", "no_subject"))
    elif not there(by, sent.word("subject"), today):
        wrong.append(Wrong("subject", "unknown_subject", {"subject": sent.word("subject")}))
    day = _day(sent.word("day"), today, wrong)
    value = None if withdraws else _value(sent.word("value"), one, wrong)
    sample = _sample(sent.word("sample"), wrong)
    if not sent.word("reason"):
        wrong.append(Wrong("reason", "no_reason"))
    for name, most in (("reason", LONGEST), ("source", 200), ("item", 60)):
        if len(sent.word(name)) > most:
            wrong.append(Wrong(name, "too_long", {"most": most}))
    if one is not None and one.evidence and sent.evidence is None:
        wrong.append(Wrong("evidence", "no_evidence"))
    if wrong or day is None:
        return None, wrong
    entry = Entry(
        input=sent.word("input"), item=sent.word("item") if one and one.items else "", by=by,
        subject=sent.word("subject"), day=day, value=value, sample=sample, reason=sent.word("reason"),
        source=sent.word("source"), evidence=sent.evidence,
    )  # fmt: skip
    return entry, []


def propose(id: UUID, entry: Entry, by: Person, now: datetime, sent: EntryFile | None = None) -> Entry:
    """Keep a drafted entry; the same id again gives the one that is there."""
    with transaction.atomic():
        there = Entry.objects.filter(pk=id).first()
        if there is not None:
            return there
        entry.id, entry.made_by, entry.made_at, entry.sent = id, by, now, sent
        entry.save(force_insert=True)
        audit.record(now, "enter_score", subject=("entry", str(id)), params={"input": entry.input}, person=by.pk)
    return entry


def waits_for_appeal(entry: Entry, but: UUID | None = None) -> bool:
    """Whether an entry sets an appeal right that is not decided: its second review decides both."""
    waiting = ScoreAppeal.objects.filter(entry=entry, state=ScoreAppeal.State.PROPOSED)
    return any(one != but for one in waiting.values_list("pk", flat=True))


def decide(
    entry_id: UUID, granted: bool, words: str, by: Person, now: datetime, *, appeal: UUID | None = None
) -> Entry:
    """Approve or refuse. Refused: `own_entry`, `decided_already`, `of_an_appeal` (unless `appeal` is that one),
    `no_words`, `too_long`. What it corrects is replaced then."""
    with transaction.atomic():
        entry = Entry.objects.select_for_update().get(pk=entry_id)
        if entry.state != Entry.State.PROPOSED:
            raise refused("decided_already")
        if entry.made_by_id == by.pk:
            raise refused("own_entry")
        if waits_for_appeal(entry, appeal):
            raise refused("of_an_appeal")
        if len(words.strip()) > LONGEST:
            raise refused("too_long", most=LONGEST)
        if not granted and not words.strip():
            raise refused("no_words")
        entry.state = Entry.State.APPROVED if granted else Entry.State.REFUSED
        entry.decided_by, entry.decided_at, entry.decision = by, now, words.strip()
        entry.save(update_fields=["state", "decided_by", "decided_at", "decision"])
        if granted and entry.replaces_id is not None:
            Entry.objects.filter(pk=entry.replaces_id).update(state=Entry.State.REPLACED)
        act = "approve_score" if granted else "refuse_score"
        audit.record(now, act, subject=("entry", str(entry_id)), params={"input": entry.input}, person=by.pk)
    return entry


def correct(id: UUID, entry: Entry, old_id: UUID, by: Person, now: datetime) -> Entry:
    """Keep a drafted entry as the correction of an approved one. Refused: `not_approved`, `corrected_already`."""
    with transaction.atomic():
        old = Entry.objects.select_for_update().get(pk=old_id)
        if Entry.objects.filter(pk=id).exists():
            return Entry.objects.get(pk=id)
        if old.state != Entry.State.APPROVED or old.value is None:
            raise refused("not_approved")
        if old.replaced_by.filter(state=Entry.State.PROPOSED).exists():
            raise refused("corrected_already")
        entry.replaces, entry.input, entry.by, entry.subject = old, old.input, old.by, old.subject
        return propose(id, entry, by, now)


def refused(code: str, **params: object) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def _day(text: str, today: date, wrong: list[Wrong]) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        wrong.append(Wrong("day", "no_day"))
        return None
    if day > today:
        wrong.append(Wrong("day", "day_to_come"))
        return None
    return day


def _value(text: str, one: Input | None, wrong: list[Wrong]) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite() or abs(value) > LARGEST or value != round(value, 4):
        wrong.append(Wrong("value", "no_value"))
        return None
    least, most = (one.least, one.most) if one else (None, None)
    if (least is not None and Fraction(value) < least) or (most is not None and Fraction(value) > most):
        wrong.append(Wrong("value", "out_of_bounds", {"least": _bound(least), "most": _bound(most)}))
    return value


def _bound(value: Fraction | None) -> str:
    return "–" if value is None else f"{float(value):g}"


def _sample(text: str, wrong: list[Wrong]) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:10]) > 0 and len(text) <= 9):
        wrong.append(Wrong("sample", "no_sample"))
        return None
    return int(text)
