"""What whoever reported is told: once for a family of cases and one number, by SMS (S0-22; asks 7, 23).

A merged case ends with its main case and its reporter is told; who reported both hears of both in one message. A part
of a split case tells nobody (`process/effects/checking.inform`)."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from citygrid.cases import callers
from citygrid.cases.database import cursor, plain
from citygrid.messages.people import To
from citygrid.messages.sending import Draft
from citygrid.process.coding import ITEM
from citygrid.process.model import Case, Entry
from citygrid.process.states import State
from citygrid.trust import redactable

TOLD = frozenset({"reply", "call_back"})
"""Work items that the process opens when the source wants its reporters told how a case ended."""


def concerns(entry: Entry) -> bool:
    """Whether this entry ended a case whose reporter is to be told."""
    return any(ITEM.load(row).kind in TOLD for row in entry.data.get("open", ()))


def drafts(ended: Sequence[tuple[Case, Entry]]) -> Iterator[Draft]:
    """One draft for each number and family among cases that ended."""
    told: set[tuple[UUID, UUID]] = set()
    for case, _entry in ended:
        phone = _phone(case.id)
        if phone is None or case.state not in (State.CLOSED, State.REJECTED, State.VOIDED):
            continue
        root = case.parent or case.id
        same, numbers = _family(root, phone)
        if (root, same) in told:
            continue
        told.add((root, same))
        event = "closed_for_reporter" if case.state is State.CLOSED else "refused_for_reporter"
        params = {"numbers": numbers or [case.report_no]}
        yield Draft(event, f"{root}:{case.state.value}", {"reporter": [To(phone=same)]}, case.id, params)


def _phone(case: UUID) -> UUID | None:
    """The sealed number of whoever reported it; None where none was told."""
    with plain() as connection:
        row = cursor(connection).execute(
            "select e.data -> 'said' -> 'phone' ->> 'id' from cases_head h join cases_entry e on e.case_id = h.case_id"
            " and e.month = h.month and e.seq = 1 where h.case_id = %s",
            [case],
        ).fetchone()  # fmt: skip
    return UUID(row[0]) if row and row[0] else None


def _family(root: UUID, phone: UUID) -> tuple[UUID, list[str]]:
    """One row that stands for the number in the whole family, and the report numbers under which it reported."""
    text = redactable.get_many([phone])[phone].text
    if text is None:
        return phone, []
    members = _members(root)
    mine = [one for one in callers.by_rows(redactable.find_phone(text)) if one.case in members]
    rows = sorted(one.phone for one in mine if one.phone is not None)
    return (rows[0] if rows else phone), sorted({members[one.case] for one in mine})


def _members(root: UUID) -> dict[UUID, str]:
    """The main case and those merged into it, with their report numbers."""
    with plain() as connection:
        rows: Iterable[tuple[UUID, str]] = cursor(connection).execute(
            "with family as (select %s::uuid as id union select (jsonb_array_elements_text("
            "coalesce(c.snapshot -> 'children', '[]'::jsonb)))::uuid from cases_head h join cases_case c"
            " on c.id = h.case_id and c.bucket = h.bucket where h.case_id = %s)"
            " select c.id, c.report_no from family f join cases_head h on h.case_id = f.id"
            " join cases_case c on c.id = h.case_id and c.bucket = h.bucket",
            [root, root],
        ).fetchall()  # fmt: skip
    return dict(rows)
