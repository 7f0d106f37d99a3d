"""What is held about a person who once called: found by the number, told apart by the name (个人信息保护法 45)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases import callers, naming
from citygrid.cases.database import cursor, plain
from citygrid.personal import beyond, holds
from citygrid.process.states import STATE_NAMES, State
from citygrid.trust import redactable
from citygrid.trust.models import AuditRecord
from citygrid.web.words import say


@dataclass(frozen=True, slots=True)
class Held:
    """One call: the case that it opened, the rows that hold the caller's data, and their content as it is now.

    `other`: the call gave another name than the one asked for; `stays`: the case must keep its data for now."""

    case: UUID
    number: str
    state: str
    received_at: datetime
    closed_at: datetime | None
    title: str
    rows: tuple[UUID, ...]
    texts: tuple[UUID, ...]
    name: str | None
    phone: str | None
    words: str | None
    address: str | None
    stays: bool
    other: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody saw the caller's data: when, for which reason (a code of the city's list), in which case."""

    at: datetime
    reason: str
    case: str


def held_about(phone: str, name: str) -> list[Held]:
    """Every call that gave this number, oldest first; `name` empty: whoever it was that called.

    All cases of the city, whatever the scope of whoever decides: a person's right does not end at a district."""
    mentions = callers.by_rows(redactable.find_phone(phone))
    facts = {row[0]: row[1:] for row in _facts([one.case for one in mentions])}
    kept = holds.held(facts)
    words = naming.classes(row[3] for row in facts.values())
    found = []
    for one in mentions:
        if one.case not in facts:
            continue
        number, state, received, class_id, closed, text, address = facts[one.case]
        rows = tuple(row for row in (one.name, one.phone) if row is not None)
        texts = tuple(row for row in (text, address) if row is not None)
        content = {id: row.text for id, row in redactable.get_many([*rows, *texts]).items()}
        called = content.get(one.name) if one.name is not None else None
        found.append(Held(
            one.case, number, say(STATE_NAMES[State(state)]), received, closed, words.get(class_id or "", ""), rows,
            texts, called, content.get(one.phone) if one.phone else None,
            content.get(text) if text else None, content.get(address) if address else None,
            one.case in kept, bool(name and called and not _same(name, called)),
        ))  # fmt: skip
    found += beyond.held(phone, name)
    return sorted(found, key=lambda one: (one.received_at, one.number))


def looks_at(held: Sequence[Held]) -> Iterator[Look]:
    """Who looked at the data of these calls is not told, but when and why."""
    numbers = {str(one.case): one.number for one in held}
    lines = AuditRecord.objects.filter(subject_kind="case", subject_id__in=numbers, act="read_caller").order_by("at")
    for line in lines:
        yield Look(line.at, str(line.params.get("reason", "")), numbers[line.subject_id])


def _facts(cases: list[UUID]) -> list[tuple[UUID, str, str, datetime, str | None, datetime | None, UUID, UUID]]:
    with plain() as connection:
        return cursor(connection).execute(
            "select id, coalesce(case_no, report_no), state, received_at, class_id, closed_at, text_id, address_id"
            " from cases_case where id = any(%s)",
            [cases],
        ).fetchall()  # fmt: skip


def _same(one: str, other: str) -> bool:
    kind = redactable.CALLER_NAME
    return redactable.normal(kind, one) == redactable.normal(kind, other)
