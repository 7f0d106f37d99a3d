"""The hand-over sheet (交接班): the system writes what is open, the leader adds marks and notes and signs, then the
next leader signs. With the first signature the sheet is frozen: what it says is what was there then."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.organization.seats import Signed
from citygrid.process.refusal import Refusal
from citygrid.reception.models import HandOver
from citygrid.reception.shifts import seats, watches
from citygrid.reception.shifts.watches import Watch
from citygrid.trust import audit, redactable
from citygrid.trust.algorithms import algorithm_at

PARTS: dict[str, tuple[str, ...]] = {
    "confirms": ("confirm",),
    "decisions": ("approve", "settle", "review_self", "review_appeal"),
    "call_backs": ("call_back", "reply"),
}
"""Parts of the sheet and the kinds of work item that stand in them; `red` has what is late of all kinds."""
MOST = 200
MOST_NOTES = 20
LONGEST_NOTE = 1000
SHOWN_DAYS = timedelta(days=2)
MESSAGES: dict[str, str] = {
    "sheet_frozen": "This sheet is signed: what it says stays as it is.",
    "sheet_not_left": "Whoever hands over signs first.",
    "sheet_same_person": "You handed this shift over yourself: the next leader signs for it.",
    "sheet_taken": "This sheet was signed for already.",
    "sheet_too_early": "This shift has not begun yet.",
    "note_long": "A note has at most %(most)s characters.",
    "note_most": "A sheet has at most %(most)s notes.",
    "no_such_case": "There is no such case.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One open work item of a sheet."""

    case: UUID
    kind: str
    role: str
    due: datetime | None


def sheet(body: int, watch: Watch, at: datetime) -> HandOver:
    """The sheet of a shift; it is made when somebody asks first, and drawn up anew until it is signed."""
    row, _made = HandOver.objects.get_or_create(
        body_id=body, shift=watch.shift, day=watch.day,
        defaults={"starts": watch.starts, "ends": watch.ends, "made_at": at, "content": drawn_up(body, at)},
    )  # fmt: skip
    return row


def drawn_up(body: int, at: datetime) -> dict[str, Any]:
    """What is open in the body now: ids, kinds and counts, nothing of what people said."""
    found: dict[str, Any] = {"at": at.isoformat(), "counts": {}}
    kinds = [kind for group in PARTS.values() for kind in group]
    with plain() as connection:
        rows = cursor(connection).execute(
            b"""select case_id, kind, role, due, (due < %s and paused_at is null) is true from cases_item
                where bucket = %s and body = %s and (kind = any(%s) or (due < %s and paused_at is null))
                order by sort_at, case_id, no""",
            [at, OPEN_BUCKET, body, kinds, at],
        )
        lines = [(Line(*row[:4]), row[4]) for row in rows.fetchall()]
    parts = {name: [line for line, _red in lines if line.kind in group] for name, group in PARTS.items()}
    parts["red"] = [line for line, red in lines if red]
    for name, part in parts.items():
        found["counts"][name] = len(part)
        found[name] = [
            {"case": str(one.case), "kind": one.kind, "role": one.role, "due": one.due.isoformat() if one.due else None}
            for one in part[:MOST]
        ]
    return found


def lines_of(content: Mapping[str, Any], part: str) -> list[Line]:
    """The lines of a part as they were drawn up."""
    return [
        Line(UUID(one["case"]), one["kind"], one["role"], datetime.fromisoformat(one["due"]) if one["due"] else None)
        for one in content.get(part, ())
    ]


def content_of(row: HandOver, at: datetime) -> Mapping[str, Any]:
    """What the sheet says: frozen once it is signed, else as things are."""
    content: Mapping[str, Any] = row.content if row.left_at is not None else drawn_up(row.body_id, at)
    return content


def notes_of(rows: Iterable[HandOver]) -> dict[UUID, str]:
    """Texts of the notes by id; forgotten ones are left out."""
    ids = [note for row in rows for note in row.notes]
    return {id: row.text for id, row in redactable.get_many(ids).items() if row.text is not None} if ids else {}


def note(row_id: UUID, signed: Signed, text: str, at: datetime) -> Refusal | None:
    """The leader adds a note; it is kept as a text that can be forgotten."""
    words = text.strip()
    if not words:
        return None
    if len(words) > LONGEST_NOTE:
        return _refused("note_long", most=LONGEST_NOTE)
    with transaction.atomic():
        row = _open(row_id)
        if isinstance(row, Refusal):
            return row
        if len(row.notes) >= MOST_NOTES:
            return _refused("note_most", most=MOST_NOTES)
        row.notes = [*row.notes, redactable.put(redactable.FREE_TEXT, words, at, algorithm_at(at)).id]
        row.save(update_fields=["notes"])
        _noted("note_hand_over", row, signed, at)
    return None


def mark(row_id: UUID, signed: Signed, case: UUID, on: bool, at: datetime) -> Refusal | None:
    """The leader puts a case on the sheet that the next one is to see, or takes it off."""
    with transaction.atomic():
        row = _open(row_id)
        if isinstance(row, Refusal):
            return row
        rest = [one for one in row.marks if one != case]
        row.marks = [*rest, case] if on else rest
        row.save(update_fields=["marks"])
    return None


def hand_over(row_id: UUID, signed: Signed, at: datetime) -> Refusal | None:
    """Whoever leaves signs: the sheet is drawn up a last time and frozen. Signing twice is once."""
    with transaction.atomic():
        row = HandOver.objects.select_for_update().get(pk=row_id)
        if row.left_by_id == signed.person.pk:
            return None
        if row.left_by_id is not None:
            return _told("sheet_frozen", row, signed, at)
        if at < row.starts:
            return _told("sheet_too_early", row, signed, at)
        row.content, row.left_by, row.left_at = drawn_up(row.body_id, at), signed.person, at
        row.save(update_fields=["content", "left_by", "left_at"])
        _noted("hand_over", row, signed, at)
    seats.tell(row.body_id)
    return None


def take_over(row_id: UUID, signed: Signed, at: datetime) -> Refusal | None:
    """The next leader signs: another person, after the first signature, once."""
    with transaction.atomic():
        row = HandOver.objects.select_for_update().get(pk=row_id)
        if row.taken_by_id == signed.person.pk:
            return None
        code = _why_not(row, signed)
        if code:
            return _told(code, row, signed, at)
        row.taken_by, row.taken_at = signed.person, at
        row.save(update_fields=["taken_by", "taken_at"])
        _noted("take_over", row, signed, at)
    seats.tell(row.body_id)
    return None


def _why_not(row: HandOver, signed: Signed) -> str:
    if row.taken_by_id is not None:
        return "sheet_taken"
    if row.left_by_id is None:
        return "sheet_not_left"
    return "sheet_same_person" if row.left_by_id == signed.person.pk else ""


def unsigned(body: int, at: datetime) -> list[HandOver]:
    """Sheets that want a signature: of shifts that are over and nobody left, and those left that nobody took."""
    rows = HandOver.objects.filter(body_id=body, taken_at=None, starts__lte=at)
    wanted = rows.filter(Q(left_at__isnull=False) | Q(ends__lte=at, ends__gt=at - 7 * SHOWN_DAYS))
    return list(wanted.select_related("left_by").order_by("starts"))


def write_those_over(at: datetime) -> int:
    """The sheet of every centre's last shift is there when it is over, asked for or not. Returns how many were made."""
    made = 0
    for body in watches.centres():
        last = watches.before(body, at)
        if HandOver.objects.filter(body_id=body, shift=last.shift, day=last.day).exists():
            continue
        sheet(body, last, at)
        made += 1
    return made


def _open(row_id: UUID) -> HandOver | Refusal:
    row = HandOver.objects.select_for_update().get(pk=row_id)
    return row if row.left_at is None else _refused("sheet_frozen")


def _refused(code: str, **params: object) -> Refusal:
    return Refusal(code, MESSAGES[code], params)


def _told(code: str, row: HandOver, signed: Signed, at: datetime) -> Refusal:
    audit.record(
        at, "sign_hand_over", subject=("hand_over", str(row.pk)), outcome=audit.REFUSED, code=code,
        person=signed.person.pk, post=signed.post.pk,
    )  # fmt: skip
    return _refused(code)


def _noted(act: str, row: HandOver, signed: Signed, at: datetime) -> None:
    audit.record(at, act, subject=("hand_over", str(row.pk)), person=signed.person.pk, post=signed.post.pk)
