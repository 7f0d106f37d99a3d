"""Reads for pages: a case that somebody may see, its timeline with texts, what may be done."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.cases import loading
from citygrid.cases.acting import visible
from citygrid.cases.database import cursor, plain
from citygrid.organization.visibility import Scope
from citygrid.process import Actor, Case, Entry, Offer, offers
from citygrid.rulebook.slices import rules_at
from citygrid.trust import redactable


def case_for(scope: Scope, case: UUID) -> Case | None:
    """The case when it exists and the scope holds it, else None: a stranger cannot tell the two apart."""
    with plain() as connection:
        found = loading.peek(connection, case)
    return found if found is not None and visible(found, scope) else None


def timeline(case: Case) -> list[Entry]:
    """All entries of a case, oldest first. The caller has asked `case_for`."""
    with plain() as connection:
        rows = cursor(connection).execute(
            f"select {loading.ENTRY_COLUMNS} from cases_head h join cases_entry e on e.case_id = h.case_id"  # noqa: S608
            " and e.month = h.month where h.case_id = %s order by e.seq".encode(),
            [case.id],
        )
        return [loading.entry_of(row) for row in rows.fetchall()]


def texts_of(entries: Iterable[Entry]) -> dict[str, str]:
    """Redactable texts that entries refer to, by id; names and numbers are masked, redacted ones left out."""
    ids: dict[str, UUID] = {}
    for entry in entries:
        for ref, _digest in refs(entry.data["said"]):
            ids[ref] = UUID(ref)
    found = redactable.get_many(ids.values())
    return {
        str(i): row.text if row.kind not in redactable.SEALED else mask(row.text)
        for i, row in found.items() if row.text is not None
    }  # fmt: skip


def mask(text: str) -> str:
    """A name keeps its first character, a number its last two."""
    return "*" * max(0, len(text) - 2) + text[-2:] if text[:1].isdigit() else text[:1] + "*" * max(1, len(text) - 1)


def refs(value: Any) -> Iterable[tuple[str, str]]:
    """Id and digest (hex) of every redactable row that an entry's data refers to."""
    if isinstance(value, dict):
        if set(value) == {"id", "digest"}:
            yield value["id"], value["digest"]
        else:
            for inner in value.values():
                yield from refs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs(inner)


def offers_for(case: Case, actor: Actor, at: datetime) -> list[Offer]:
    """The acts that this person may take on the case now."""
    return offers(case, actor, rules_at(at), at)
