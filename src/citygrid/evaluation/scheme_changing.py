"""Changing a scheme in the console: proposed by one person, confirmed by another, in force from a day on,
withdrawn while it has not begun (S2-13). It goes the way that the command and the city folder go (`catalogue.keep`)."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from citygrid.evaluation import catalogue, scheme_telling, scheme_versions
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.scheme_models import SchemeChange
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal, Refused
from citygrid.standards.reports import Report
from citygrid.trust import audit

EDIT, CONFIRM = "schemes.edit", "schemes.confirm"
State = SchemeChange.State
MESSAGES = {
    "no_reason": "Say why: who confirms it reads it.",
    "too_long": "At most %(most)s characters.",
    "past_day": "A change is in force from today at the earliest.",
    "nothing_changed": "This is what is in force already.",
    "waits_already": "A change of %(scheme)s waits for confirmation already: it is decided or withdrawn first.",
    "wrong_file": "The file is not right: %(count)s faults. Nothing was kept.",
    "same_id": "This was sent before, with other content.",
    "not_open": "This change has been decided.",
    "same_person": "Whoever proposed it does not confirm it: a second person does.",
    "moved": "Another version has come into force since this was proposed: withdraw it and propose it anew.",
    "no_words": "Say why it is refused.",
    "begun": "It is in force already: propose another version instead.",
    "needed": "Another file rests on it: %(reason)s",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file as it is to be, from a day on, and why."""

    code: str
    text: str
    day: date
    reason: str = ""


def refused(code: str, **params: Any) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def checked(wanted: Wanted) -> Report:
    """What is wrong with the file, line by line; nothing is kept."""
    return catalogue.keep(wanted.code, wanted.text, wanted.day, dry_run=True)


def propose(id: UUID, wanted: Wanted, by: Signed, now: datetime) -> SchemeChange:
    """Keep a change for somebody else to confirm. The same id again gives the same one. Refused: `past_day`,
    `no_reason`, `too_long`, `nothing_changed`, `waits_already`, `wrong_file`, `same_id`."""
    with transaction.atomic():
        _lock()
        there = SchemeChange.objects.filter(pk=id).first()
        if there is not None:
            if (there.code, there.text, there.made_by_id) != (wanted.code, wanted.text, by.person.pk):
                raise refused("same_id")
            return there
        if wanted.day < _today(now):
            raise refused("past_day")
        if not wanted.reason.strip():
            raise refused("no_reason")
        if len(wanted.reason.strip()) > 500:
            raise refused("too_long", most=500)
        before = catalogue.text_at(wanted.code, wanted.day)
        if before == wanted.text:
            raise refused("nothing_changed")
        if SchemeChange.objects.filter(code=wanted.code, state=State.PROPOSED).exists():
            raise refused("waits_already", scheme=wanted.code)
        if faults := len(checked(wanted).problems):
            raise refused("wrong_file", count=faults)
        row = SchemeChange.objects.create(
            id=id, code=wanted.code, text=wanted.text, before=before, day=wanted.day, reason=wanted.reason.strip(),
            made_by=by.person, made_at=now,
        )  # fmt: skip
        _note(now, "propose_scheme", row, by)
        scheme_telling.proposed(row, CONFIRM, now)
    return row


def confirm(id: UUID, words: str, by: Signed, now: datetime) -> SchemeChange:
    """A second person brings it into force, from its day on, or from today where that has passed. Refused: `not_open`,
    `same_person`, `moved`, `wrong_file` (it was right when it was proposed, but other files changed)."""
    with transaction.atomic():
        row = _open(id, State.CONFIRMED, by)
        if row.state == State.CONFIRMED:
            return row
        row.day = max(row.day, _today(now))
        if catalogue.text_at(row.code, row.day) != row.before:
            raise refused("moved")
        report = catalogue.keep(row.code, row.text, row.day)
        if not report.ok:
            raise refused("wrong_file", count=len(report.problems))
        _decided(row, State.CONFIRMED, words, by, now)
        _note(now, "confirm_scheme", row, by)
        scheme_telling.decided(row, now)
    return row


def refuse(id: UUID, words: str, by: Signed, now: datetime) -> SchemeChange:
    """A second person says no, and why. Refused: `not_open`, `same_person`, `no_words`."""
    with transaction.atomic():
        row = _open(id, State.REFUSED, by)
        if row.state == State.REFUSED:
            return row
        if not words.strip():
            raise refused("no_words")
        _decided(row, State.REFUSED, words, by, now)
        _note(now, "refuse_scheme", row, by)
        scheme_telling.decided(row, now)
    return row


def withdraw(id: UUID, by: Signed, now: datetime) -> SchemeChange:
    """Take back what was proposed, or what is confirmed and has not begun: then what was in force goes on. Refused:
    `not_open`, `begun`, `moved`, `needed` (a version of another file that has been confirmed since rests on it)."""
    with transaction.atomic():
        _lock()
        row = SchemeChange.objects.select_for_update(of=("self",)).get(pk=id)
        if row.state == State.WITHDRAWN:
            return row
        if row.state == State.REFUSED:
            raise refused("not_open")
        if row.state == State.CONFIRMED:
            _take_back(row, now)
        row.state, row.withdrawn_by, row.withdrawn_at = State.WITHDRAWN, by.person, now
        row.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
        _note(now, "withdraw_scheme", row, by)
        scheme_telling.decided(row, now)
    return row


def may_withdraw(row: SchemeChange, today: date) -> bool:
    """Whether it has not begun yet."""
    return row.state == State.PROPOSED or (row.state == State.CONFIRMED and row.day > today)


def _take_back(row: SchemeChange, now: datetime) -> None:
    if row.day <= _today(now):
        raise refused("begun")
    if catalogue.text_at(row.code, row.day) != row.text:
        raise refused("moved")
    own = scheme_versions.texts_at(_before(row.day)).get(row.code)
    if wrong := catalogue.faults(row.code, own, row.day):
        raise refused("needed", reason=str(wrong[0]))
    scheme_versions.take_back(row.code, row.day)


def _before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _open(id: UUID, wanted: str, by: Signed) -> SchemeChange:
    """The change that waits; the same decision by the same person again is no fault."""
    _lock()
    row = SchemeChange.objects.select_for_update(of=("self",)).get(pk=id)
    if row.state == wanted and row.decided_by_id == by.person.pk:
        return row
    if row.state != State.PROPOSED:
        raise refused("not_open")
    if row.made_by_id == by.person.pk:
        raise refused("same_person")
    return row


def _decided(row: SchemeChange, state: str, words: str, by: Signed, now: datetime) -> None:
    row.state, row.words = state, words.strip()[:500]
    row.decided_by, row.decided_at = by.person, now
    row.save(update_fields=["state", "words", "decided_by", "decided_at", "day"])


def _lock() -> None:
    """One change of the schemes at a time: each is looked at together with all others."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('evaluation.schemes'))")


def _today(now: datetime) -> date:
    return now.astimezone(zone_at(now)).date()


def _note(now: datetime, act: str, row: SchemeChange, by: Signed) -> None:
    params = {"day": row.day.isoformat(), "hash": sha256(row.text.encode()).hexdigest()}
    audit.record(now, act, subject=("scheme", row.code), params=params, person=by.person.pk, seat=by.seat.pk,
                 post=by.post.pk)  # fmt: skip
