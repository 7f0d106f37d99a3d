"""What a decision writes, as rows: both writers (one act, an import by COPY) use these and nothing else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.partitions import month_of
from citygrid.cases.snapshots import dump
from citygrid.process.coding import ITEM
from citygrid.process.model import Assignment, Case, Entry, WorkItem
from citygrid.process.moments import stamp
from citygrid.process.states import OPEN
from citygrid.trust import chain

FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Items without a due come last in a queue."""

ENTRY = (
    "case_id", "seq", "month", "type", "schema", "act_id", "body_hash", "recorded_at", "effective_at", "person", "post",
    "body", "role", "side", "data", "head",
)  # fmt: skip
CASE = (
    "id", "bucket", "month", "version", "state", "kind", "mode", "outcome", "source", "class_id", "condition", "safety",
    "component", "report_no", "case_no", "lon", "lat", "point", "grid", "community", "street", "district", "areas",
    "bodies", "persons", "unit", "holder_kind", "holder_body", "holder_role", "holder_person", "parent", "text_id",
    "address_id", "caller_id", "marks", "received_at", "filed_at", "dispatched_at", "handled_at", "closed_at", "due",
    "safety_confirmed", "ownerless", "duty", "referral_ground", "archived_at", "snapshot",
)  # fmt: skip
ITEMS = (
    "case_id", "no", "bucket", "kind", "subject", "main", "body", "role", "person", "opened_at", "limit_text",
    "calendar", "due", "warn_at", "sort_at", "next_at", "provisional", "paused_at", "done_at", "done_by", "outcome",
    "late", "held", "offline",
)  # fmt: skip
ASSIGNMENT = (
    "case_id", "no", "month", "body", "state", "parent", "assisting", "offered_at", "limit_text", "due", "worker",
    "signed_at", "arrived_at", "made_safe_at", "done_at", "late", "outcome", "reworks", "extensions", "exempt",
    "provisional",
)  # fmt: skip

Row = tuple[Any, ...]
Done = tuple[datetime, int, str, bool | None]
"""How a work item was done: moment, person, outcome, late."""


def entry_bytes(entry: Entry) -> bytes:
    """Canonical bytes of an entry: everything that is stored but the hash itself."""
    who = entry.actor
    return chain.canonical({
        "case": str(entry.case), "seq": entry.seq, "type": entry.type, "schema": entry.schema, "act": str(entry.act),
        "recorded_at": stamp(entry.recorded_at), "effective_at": stamp(entry.effective_at),
        "actor": [who.person, who.post, who.body, who.role, who.side.value], "data": entry.data,
    })  # fmt: skip


def entry_row(entry: Entry, month: date, body_hash: bytes, head: bytes) -> Row:
    who = entry.actor
    return (
        entry.case, entry.seq, month, entry.type, entry.schema, entry.act, body_hash, entry.recorded_at,
        entry.effective_at, who.person, who.post, who.body, who.role, who.side.value, Jsonb(entry.data), head,
    )  # fmt: skip


def bucket_of(case: Case) -> date:
    if case.state in OPEN:
        return OPEN_BUCKET
    return month_of(case.closed_at or case.since)


def case_row(case: Case, point: tuple[float, float] | None) -> Row:
    """`point`: metres (x, y) in the city's projection, None when there is no place."""
    place, line, current = case.place, case.line, case.current
    holder = line.holder if line is not None else None
    return (
        case.id, bucket_of(case), month_of(case.received_at), case.version, case.state.value, case.kind.value,
        case.mode.value, case.outcome.value if case.outcome else None, case.source, case.class_id, case.condition,
        case.safety, case.component, case.report_no, case.case_no,
        place.lon if place else None, place.lat if place else None,
        f"({point[0]:.3f},{point[1]:.3f})" if point else None,
        place.grid if place else None, place.community if place else None, place.street if place else None,
        place.district if place else None, list(place.areas) if place else [], sorted(case.bodies),
        sorted(case.persons), current.body if current else None,
        line.kind if line else None, holder.body if holder else None, holder.role if holder else None,
        holder.person if holder else None, case.parent, _uuid(case.text), _uuid(case.address), _uuid(case.caller),
        sorted(case.marks), case.received_at, case.filed_at, case.dispatched_at, case.handled_at, case.closed_at,
        case.due, case.safety_confirmed, case.ownerless, case.duty, case.referral_ground, case.archived_at,
        Jsonb(dump(case)),
    )  # fmt: skip


def _uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def item_row(case_id: UUID, item: WorkItem, done: Done | None) -> Row:
    """`done`: None while open."""
    at = done[0] if done is not None else None
    offline = None
    if item.pauses or item.shadows:
        plain = ITEM.dump(item)
        offline = Jsonb({name: plain.get(name, []) for name in ("pauses", "shadows")})
    return (
        case_id, item.no, OPEN_BUCKET if at is None else month_of(at), item.kind, item.subject, item.main,
        item.holder.body, item.holder.role, item.holder.person, item.opened_at, item.limit, item.calendar, item.due,
        item.warn_at, item.due or FAR, next_moment(item) if at is None else None, item.provisional, item.paused_at,
        at, done[1] if done else None, done[2] if done else None, done[3] if done else None,
        held(item, at) if at is not None and item.main else None,
        offline,
    )  # fmt: skip


def next_moment(item: WorkItem) -> datetime | None:
    """When this item can next change by itself: it lapses, a rung of the ladder is due, or a suspended case resumes."""
    if item.due is None or item.paused_at is not None:
        return None
    if item.lapsed:
        return item.rung_at
    return item.due if item.rung_at is None else min(item.due, item.rung_at)


def held(item: WorkItem, until: datetime) -> int:
    """Microseconds for which the item's holder had the case: open, less the union of pauses and shadows."""
    spans = [*item.pauses, *item.shadows]
    spans.extend((start, until) for start in (item.paused_at, item.shadow_at) if start is not None)
    total = int((until - item.opened_at).total_seconds() * 1_000_000)
    reached = item.opened_at
    for start, end in sorted(spans):
        begin, stop = max(start, reached), min(end, until)
        if stop > begin:
            total -= int((stop - begin).total_seconds() * 1_000_000)
            reached = stop
    return total


def assignment_row(case_id: UUID, month: date, one: Assignment) -> Row:
    return (
        case_id, one.no, month, one.body, one.state, one.parent, one.assisting, one.offered_at, one.limit, one.due,
        one.worker, one.signed_at, one.arrived_at, one.made_safe_at, one.done_at, one.late, one.outcome, one.reworks,
        one.extensions, one.exempt, one.provisional,
    )  # fmt: skip


def changed_items(before: Case | None, after: Case, entry: Entry) -> dict[int, Row]:
    """Rows of the work items that an entry opened, changed or closed, by number."""
    return {no: item_row(after.id, item, done) for no, (item, done) in touched_items(before, after, entry).items()}


def touched_items(before: Case | None, after: Case, entry: Entry) -> dict[int, tuple[WorkItem, Done | None]]:
    """The work items that an entry opened, changed or closed, by number; how it was done when it was closed."""
    found: dict[int, tuple[WorkItem, Done | None]] = {}
    data = entry.data
    for closed in data.get("close", ()):
        item = before.item(closed["no"]) if before is not None else None
        assert item is not None, "only what was open is closed"
        found[item.no] = (item, (entry.effective_at, entry.actor.person, closed["outcome"], closed["late"]))
    touched = {row["no"] for key in ("open", "change") for row in data.get(key, ())}
    if touched:
        for item in after.work:
            if item.no in touched:
                found[item.no] = (item, None)
    return found


def changed_assignments(after: Case, entry: Entry) -> list[Row]:
    numbers: Sequence[int] = [row["no"] for row in entry.data.get("assign", ())]
    month = month_of(after.received_at)
    return [assignment_row(after.id, month, after.assignments[no - 1]) for no in numbers]
