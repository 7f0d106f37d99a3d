"""From an entry of a timeline to what is told: the relay hands on each entry, the rules say who hears of it."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from citygrid.cases import loading
from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.snapshots import load
from citygrid.cases.telling import reporters
from citygrid.messages import sending
from citygrid.messages.people import To
from citygrid.messages.relay import Delivered
from citygrid.messages.sending import Draft
from citygrid.process.coding import ITEM, REQUEST
from citygrid.process.model import SYSTEM_PERSON, Case, Entry, WorkItem
from citygrid.process.moments import maybe_stamp

REMARKS = {"urge": "urged", "instruct": "instructed"}
SPOKEN = frozenset({"urge", "instruct", "supervise", "lapse", "approve", "rework", "settle"})
"""Acts that are told even when they open no work item."""
OPENED = {
    "sign": "order_given",
    "confirm": "confirm_wanted",
    "approve": "approval_wanted",
    "settle": "approval_wanted",
    "review_self": "approval_wanted",
    "review_appeal": "approval_wanted",
    "explain": "explain_wanted",
    "answer": "supervised",
}


def hear(rows: Sequence[Delivered]) -> None:
    """A handler of the relay: what these entries tell, in its transaction."""
    wanted = [row for row in rows if row.payload.get("opened") or row.topic.partition(".")[2] in SPOKEN]
    if not wanted:
        return
    found = _read([(UUID(row.key), int(row.payload["seq"])) for row in wanted])
    drafts = [draft for case, entry in found for draft in drafts_of(case, entry)]
    ended = [(case, entry) for case, entry in found if reporters.concerns(entry)]
    sending.send([*drafts, *reporters.drafts(ended)], timezone.now())


def drafts_of(case: Case, entry: Entry) -> Iterator[Draft]:
    """What staff hear of an entry."""
    data = entry.data
    for row in data.get("open", ()):
        item = ITEM.load(row)
        yield _draft(case, entry, _event_of(case, item), item)
    if entry.type in REMARKS and case.line is not None:
        soon = entry.type == "urge" and entry.actor.person == SYSTEM_PERSON
        yield _draft(case, entry, "due_soon" if soon else REMARKS[entry.type], case.line)
    elif entry.type == "lapse":
        for item in map(ITEM.load, data.get("change", ())):
            if item.lapsed:
                yield _draft(case, entry, "late", item)
    elif entry.type == "rework" and case.line is not None:
        yield _draft(case, entry, "reworked", case.line)
    for request in map(REQUEST.load, data.get("request", ())):
        if request.state in ("granted", "refused") and request.asker != entry.actor.person:
            params = {"request": request.kind, "granted": request.state == "granted"}
            to = {"asker": [To(person=request.asker, body=request.asker_body)]}
            yield Draft("request_decided", _key(entry, f"r{request.no}"), to, case.id, about(case) | params,
                        tuple(sorted(case.bodies)))  # fmt: skip


def _event_of(case: Case, item: WorkItem) -> str:
    if item.kind == "sign" and case.safety:
        return "safety_order"
    if item.kind in OPENED:
        return OPENED[item.kind]
    return "task_given" if item.holder.person is not None else "queue_task"


def _draft(case: Case, entry: Entry, event: str, item: WorkItem) -> Draft:
    holder = item.holder
    to = {"holder": [To(person=holder.person, body=holder.body, role=holder.role)]}
    return Draft(event, _key(entry, str(item.no)), to, case.id, about(case, item), tuple(sorted(case.bodies)), item.no)


def _key(entry: Entry, part: str) -> str:
    return f"{entry.case}:{entry.seq}:{part}"


def about(case: Case, item: WorkItem | None = None) -> dict[str, Any]:
    """Ids and codes that the words are made of (case_events.about)."""
    facts = {
        "number": case.case_no or case.report_no,
        "class_id": case.class_id,
        "address": case.address,
        "community": case.place.community if case.place is not None else None,
        "kind": item.kind if item is not None else None,
        "due": maybe_stamp(item.due if item is not None else case.due),
    }
    return {name: value for name, value in facts.items() if value is not None}


def _read(wanted: Sequence[tuple[UUID, int]]) -> list[tuple[Case, Entry]]:
    """The entries with their cases as they are now; two statements for a whole batch."""
    ids, seqs = [case for case, _ in wanted], [seq for _, seq in wanted]
    with plain() as connection:
        entries = cursor(connection).execute(
            f"select {loading.ENTRY_COLUMNS} from unnest(%s::uuid[], %s::int[]) w(case_id, seq)"  # noqa: S608
            " join cases_head h on h.case_id = w.case_id join cases_entry e on e.case_id = w.case_id"
            " and e.month = h.month and e.seq = w.seq order by e.recorded_at, e.case_id, e.seq".encode(),
            [ids, seqs],
        ).fetchall()  # fmt: skip
        rows = cursor(connection).execute(
            "select h.case_id, c.snapshot from cases_head h join cases_case c on c.id = h.case_id"
            " and c.bucket = h.bucket where h.case_id = any(%s)",
            [list(set(ids))],
        ).fetchall()  # fmt: skip
    cases = {case: load(case, snapshot) for case, snapshot in rows}
    return [(cases[row[0]], loading.entry_of(row)) for row in entries if row[0] in cases]


def still_open(wanted: list[tuple[UUID, int]]) -> set[tuple[UUID, int]]:
    """Which of these work items are open."""
    with plain() as connection:
        rows = cursor(connection).execute(
            "select i.case_id, i.no from unnest(%s::uuid[], %s::int[]) w(case_id, no)"
            " join cases_item i on i.case_id = w.case_id and i.no = w.no and i.bucket = %s",
            [[case for case, _ in wanted], [no for _, no in wanted], OPEN_BUCKET],
        ).fetchall()  # fmt: skip
    return set(rows)
