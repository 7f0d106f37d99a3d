"""先例: decisions on a disputed duty, kept as they are made, found again when the next one is like them (asks 10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case as When
from django.db.models import IntegerField, Q, Value
from django.db.models import When as If

from citygrid.areas.locating import AreaRef, Outside, located
from citygrid.cases import loading, reading
from citygrid.cases.database import cursor, plain
from citygrid.coordination.dispute_models import Precedent
from citygrid.messages.relay import Delivered
from citygrid.organization.models import Person
from citygrid.organization.seats import Signed
from citygrid.process import Case, Entry
from citygrid.trust import audit

TOPIC = "case.settle"
MOST = 5
# How near a precedent is: the same unit grid is 0, only the class is the same 4.
PATH = ("grid", "community", "street", "district")


@dataclass(frozen=True, slots=True)
class Like:
    """A precedent that is like a place and class. `nearness`: 0 the same unit grid, 1 community, 2 street, 3 district,
    4 elsewhere in the city."""

    code: str
    body: int
    bodies: Sequence[int]
    ground: UUID | None
    decided_at: datetime
    number: str
    case: UUID
    nearness: int


def like(class_id: str, lon: str | float, lat: str | float, at: datetime, most: int = MOST) -> list[Like]:
    """Precedents in force at `at` on the same class, the nearest first, of these the newest; at most `most`.

    `lon`, `lat`: degrees (CGCS2000). Of a point outside the areas only the class counts."""
    place = located(float(lon), float(lat), at)
    ids = {} if isinstance(place, Outside) else {name: _id(getattr(place, name)) for name in PATH}
    near = [If(**{name: ids[name]}, then=Value(rank)) for rank, name in enumerate(PATH) if ids.get(name)]
    rows = in_force(at).filter(class_id=class_id)
    rows = rows.annotate(nearness=When(*near, default=Value(len(PATH)), output_field=IntegerField()))
    return [
        Like(row.code, row.body, row.bodies, row.ground, row.decided_at, row.number, row.case_id, row.nearness)
        for row in rows.order_by("nearness", "-decided_at", "-id")[:most]
    ]


def _id(area: AreaRef | None) -> int | None:
    return area.id if area is not None else None


def in_force(at: datetime) -> Any:
    """Precedents that were decided and not withdrawn at that moment."""
    return Precedent.objects.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at), decided_at__lte=at)


def keep(rows: Sequence[Delivered]) -> None:
    """Outbox rows of `settle` become precedents, each entry once (handler of the relay)."""
    for row in rows:
        _keep(UUID(row.key), int(row.payload["seq"]))


def catch_up() -> int:
    """Decisions that came without messages (imports, the demo's story) become precedents too. How many."""
    with plain() as connection:
        rows = cursor(connection).execute(
            b"""select e.case_id, e.seq from cases_entry e where e.type = 'settle' and not exists
              (select 1 from coordination_precedent p where p.case_id = e.case_id and p.seq = e.seq)"""
        )
        missing = rows.fetchall()
    number = 0
    for case_id, seq in missing:
        number += _keep(case_id, seq) is not None
    return number


def _keep(case_id: UUID, seq: int) -> Precedent | None:
    """The precedent of one entry; None when it is no decision, or the case has no class."""
    with plain() as connection:
        case = loading.peek(connection, case_id)
    if case is None or case.class_id is None:
        return None
    entries = reading.timeline(case)
    entry = next((one for one in entries if one.seq == seq), None)
    return write(case, entry, entries) if entry is not None and entry.type == "settle" else None


def write(case: Case, entry: Entry, entries: Sequence[Entry]) -> Precedent:
    """The precedent of one decision; the one that is there already when it was kept before."""
    said, place = entry.data["said"], case.place
    charge = str(entry.data.get("set", {}).get("charged") or said.get("charge") or "")
    found, _new = Precedent.objects.get_or_create(
        case_id=case.id,
        seq=entry.seq,
        defaults={
            "number": case.case_no or case.report_no,
            "class_id": case.class_id or "",
            "lon": place.lon if place is not None else "",
            "lat": place.lat if place is not None else "",
            **{name: getattr(place, name, None) for name in PATH},
            "body": said["body"],
            "bodies": _had_it(case, entry),
            "ground": UUID(said["ground"]["id"]) if "ground" in said else None,
            "charge": charge,
            "follows": str(said.get("precedent", ""))[:64],
            "disputed_since": disputed_since(entries, entry),
            "decided_at": entry.effective_at,
            "decided_by": entry.actor.person or None,
            "decided_body": entry.actor.body,
        },
    )
    return found


def _had_it(case: Case, entry: Entry) -> list[int]:
    """Units that were asked before this decision, in order, each once."""
    before = [one.body for one in case.assignments if one.offered_at < entry.effective_at and one.parent is None]
    return list(dict.fromkeys(before))


def disputed_since(entries: Sequence[Entry], settled: Entry) -> datetime | None:
    """When the dispute began that this decision ended: the first return or referral since the last dispatch."""
    since = None
    for one in entries:
        if one.seq >= settled.seq:
            break
        returned = one.type == "request" and one.data["said"].get("request") == "return"
        if one.type in ("settle", "feed_back"):
            since = None
        elif since is None and (returned or one.type in ("refer", "order_first")):
            since = one.effective_at
    return since


def withdraw(row: Precedent, reason: str, signed: Signed, at: datetime, address: str | None) -> Precedent:
    """It is shown no more from now on; it stays on record with the reason (not empty: ValueError). Withdrawn before:
    nothing changes."""
    if not reason.strip():
        raise ValueError("a precedent is withdrawn with a reason")
    with transaction.atomic():
        found = Precedent.objects.select_for_update().get(pk=row.pk)
        if found.withdrawn_at is None:
            found.withdrawn_at, found.withdrawn_reason = at, reason.strip()[:1000]
            found.withdrawn_by = Person.objects.get(pk=signed.person.pk)
            found.save(update_fields=["withdrawn_at", "withdrawn_reason", "withdrawn_by"])
            audit.record(
                at, "withdraw_precedent", subject=("precedent", found.code), person=signed.person.pk,
                seat=signed.seat.pk, post=signed.post.pk, address=address,
            )  # fmt: skip
    return found


def by_code(code: str) -> Precedent | None:
    """`P2026-17`: the precedent number 17, when it was decided in that year."""
    head, _dash, number = code.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        return None
    found = Precedent.objects.filter(pk=int(number)).first()
    return found if found is not None and found.code == f"{head}-{number}" else None
