"""Who reported a case: shown to whoever has the right, for a reason of the city's list, with a line in the audit; cases
by a caller's number, with a line too (个人信息保护法 6, 51; S3-14).

Names and numbers stand only in `log_call` entries, as references to sealed rows of `trust/redactable.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from citygrid.cases import reading, searching
from citygrid.cases.database import cursor, plain
from citygrid.organization.visibility import Scope
from citygrid.process import Case
from citygrid.rulebook.slices import profile_at
from citygrid.trust import audit, redactable
from citygrid.trust.algorithms import algorithm_at
from citygrid.trust.keys import lookup

RIGHT = "callers.read"
FIELDS = ("caller", "phone")
LONGEST_NOTE = 500


class NotShownError(Exception):
    """Nothing was shown; `code` says why (no_reason, note_wrong)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


_MENTIONS = """select case_id, seq, data -> 'said' -> 'caller' ->> 'id', data -> 'said' -> 'phone' ->> 'id'
    from cases_entry where data -> 'said' -> '{field}' ->> 'id' = any(%s)"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, at what moment; None for what was not told or is forgotten."""

    at: datetime
    name: str | None
    phone: str | None
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """An entry that refers to a caller's name or number: the case, the entry's number, the two rows."""

    case: UUID
    seq: int
    name: UUID | None
    phone: UUID | None


def show(case: Case, reason: str, note: str, at: datetime, **who: Any) -> list[Caller]:
    """The callers of a case, oldest first, noted in the audit before they are shown. `who`: for the audit.

    `reason`: a code of the city's list; `note`: free words, kept as a text that can be forgotten, never in the audit.
    The caller of this function has asked for the right and for the case. Raises NotShownError."""
    if reason not in {one.code for one in profile_at(at).personal.reasons}:
        raise NotShownError("no_reason")
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise NotShownError("note_wrong")
    with transaction.atomic():
        params = {"reason": reason}
        if note.strip():
            ref = redactable.put(redactable.FREE_TEXT, note.strip(), at, algorithm_at(at))
            params["note"] = str(ref.id)
        audit.record(at, "read_caller", subject=("case", str(case.id)), outcome=audit.SEEN, params=params, **who)
    return of_case(case)


def of_case(case: Case) -> list[Caller]:
    """The callers of a case, opened. Only for `show` and for what a decision allows."""
    entries = [e for e in reading.timeline(case) if any(name in e.data["said"] for name in FIELDS)]
    said = {(e.seq, name): e.data["said"].get(name) for e in entries for name in FIELDS}
    ids = {key: UUID(ref["id"]) for key, ref in said.items() if ref is not None}
    rows = redactable.get_many(ids.values())
    found = []
    for entry in entries:
        told = [rows.get(ids[entry.seq, name]) if (entry.seq, name) in ids else None for name in FIELDS]
        name, phone = (row.text if row is not None else None for row in told)
        gone = any(row is not None and row.redacted_at is not None for row in told)
        found.append(Caller(entry.effective_at, name, phone, gone))
    return found


def find(scope: Scope, phone: str, at: datetime, **who: Any) -> list[searching.Listed]:
    """Cases within the scope whose caller gave this number, newest first, at most `searching.PAGE`.

    The audit keeps who asked, how many there were and a keyed hash, not the number."""
    mentions = by_rows(redactable.find_phone(phone))
    ids = sorted({one.case for one in mentions})
    found = searching.search(scope, searching.Query(ids=tuple(ids))) if ids else []
    asked = lookup(redactable.CALLER_PHONE, redactable.normal(redactable.CALLER_PHONE, phone)).hex()[:16]
    params = {"asked": asked, "found": len(found)}
    audit.record(at, "search_caller", outcome=audit.SEEN, params=params, **who)
    return found


def by_rows(rows: Iterable[UUID]) -> list[Mention]:
    """The entries that refer to these rows of callers' names and numbers, by case."""
    wanted = [str(one) for one in rows]
    if not wanted:
        return []
    sql = " union ".join(_MENTIONS.format(field=field) for field in FIELDS)
    with plain() as connection:
        found = cursor(connection).execute(f"{sql} order by 1, 2".encode(), [wanted] * len(FIELDS)).fetchall()
    return [Mention(case, seq, _uuid(name), _uuid(phone)) for case, seq, name, phone in found]


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
