"""Correcting what was frozen: somebody proposes the figures as they are now, with a reason and the difference; somebody
else approves exactly these; they become the next version. The versions before stay as they were (S2-13)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from citygrid.evaluation import closing, closing_rows, closing_text
from citygrid.evaluation.closing_difference import Change, difference
from citygrid.evaluation.closing_models import Correction, FrozenVersion, PeriodClose
from citygrid.evaluation.closing_text import Frozen
from citygrid.evaluation.entering import LONGEST
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal, Refused
from citygrid.trust import audit

State = Correction.State
MESSAGES = {
    "not_frozen": "Only frozen figures are corrected.",
    "no_reason": "Say why the frozen figures are wrong.",
    "waits_already": "A correction waits for approval already.",
    "nothing_differs": "The live figures are the frozen ones: there is nothing to correct.",
    "decided_already": "This correction has been decided.",
    "own_correction": "Somebody else than who proposed it approves it.",
    "no_words": "Say why it is refused.",
    "too_long": "At most %(most)s characters.",
}


def refused(code: str, **params: object) -> Refused:
    return Refused(Refusal(code, MESSAGES[code], params))


def propose(id: UUID, close_id: UUID, reason: str, by: Person, now: datetime) -> Correction:
    """Propose the live figures as the next version. The same id again gives the same proposal."""
    with transaction.atomic():
        close = PeriodClose.objects.select_for_update().get(pk=close_id)
        there = Correction.objects.filter(pk=id).first()
        if there is not None:
            return there
        base = closing.newest(close)
        if base is None or not close.is_frozen:
            raise refused("not_frozen")
        if not reason.strip():
            raise refused("no_reason")
        _short(reason)
        if close.corrections.filter(state=State.PROPOSED).exists():
            raise refused("waits_already")
        live = closing.figures(close, now, keep=True)
        if not difference(closing.scores_of(base), live.scores, closing.rows_of(base), live.rows):
            raise refused("nothing_differs")
        rows = closing_rows.digest(live.rows)
        frozen = Frozen(close.pk, base.number + 1, base.hash, rows, live.scores, live.kept)
        row = Correction.objects.create(
            id=id, close=close, base=base.number, text=closing_text.text_of(frozen), rows=live.rows,
            reason=reason.strip(), made_by=by, made_at=now,
        )  # fmt: skip
        _note(now, "propose_correction", row, by)
    return row


def decide(id: UUID, granted: bool, words: str, by: Person, now: datetime) -> Correction:
    """Approve what was proposed, to the letter, or refuse it."""
    with transaction.atomic():
        row = Correction.objects.select_for_update().get(pk=id)
        if row.state != State.PROPOSED:
            raise refused("decided_already")
        if row.made_by_id == by.pk:
            raise refused("own_correction")
        if not granted and not words.strip():
            raise refused("no_words")
        _short(words)
        row.state = State.APPROVED if granted else State.REFUSED
        row.decided_by, row.decided_at, row.decision = by, now, words.strip()
        row.save(update_fields=["state", "decided_by", "decided_at", "decision"])
        if granted:
            frozen = closing_text.read(row.text)
            closing.store(row.close, frozen, rows_of(row), made_by=row.made_by, at=now, second=by, reason=row.reason)
        _note(now, "approve_correction" if granted else "refuse_correction", row, by)
    return row


def _short(text: str) -> None:
    if len(text.strip()) > LONGEST:
        raise refused("too_long", most=LONGEST)


def proposed_changes(row: Correction) -> list[Change]:
    """What a proposal changes against the version that it follows."""
    base = row.close.versions.get(number=row.base)
    after = closing_text.read(row.text).scores
    return difference(closing.scores_of(base), after, closing.rows_of(base), rows_of(row))


def version_changes(version: FrozenVersion) -> list[Change]:
    """What a version changed against the one before; nothing for the first."""
    former = version.close.versions.filter(number=version.number - 1).first()
    if former is None:
        return []
    scores = closing.scores_of(former), closing.scores_of(version)
    return difference(*scores, closing.rows_of(former), closing.rows_of(version))


def live_changes(close: PeriodClose, version: FrozenVersion, now: datetime) -> list[Change]:
    """By what the live figures differ from the frozen ones. Refused: `no_scheme`, `figures_moved`."""
    live = closing.figures(close, now)
    return difference(closing.scores_of(version), live.scores, closing.rows_of(version), live.rows)


def rows_of(row: Correction) -> closing_rows.Rows:
    return {
        subject: {key: [(case, number) for case, number in rows] for key, rows in by_key.items()}
        for subject, by_key in row.rows.items()
    }


def _note(now: datetime, act: str, row: Correction, by: Person) -> None:
    params = {"close": str(row.close_id), "hash": closing_text.hash_of(row.text), "base": row.base}
    audit.record(now, act, subject=("correction", str(row.pk)), params=params, person=by.pk)
