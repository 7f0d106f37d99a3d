"""What has been kept long enough, and forgetting it with a proof (个人信息保护法 19, 47). The times are the city's
(`rulebook/personal.py`): callers' names and numbers, with the notes of those who looked at them, and free texts."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.personal import beyond, holds
from citygrid.personal.models import Demand, Kind, State
from citygrid.rulebook.slices import profile_at
from citygrid.trust import forgetting, redactable
from citygrid.trust.models import Forgetting

COPY_FOR = timedelta(days=30)
"""How long a granted copy can be taken."""

# Ended cases, the moment of their end, the rows that their entries refer to and that still have content.
_ENDED = """from cases_case c join cases_entry e on e.case_id = c.id and e.month = c.month {join}
    where c.bucket > %(open)s and coalesce(c.closed_at, c.bucket + interval '1 month') < %(before)s
      and r.redacted_at is null {where}"""
_CALLERS = " union ".join(
    f'select c.id as "case", r.id as row {_ENDED}'.format(
        join=f"join trust_redactable r on r.id::text = e.data -> 'said' -> '{name}' ->> 'id'",
        where=f"and e.data -> 'said' -> '{name}' ->> 'id' is not null and r.lookup is not null",
    )
    for name in ("caller", "phone")
)
_TEXTS = f'select c.id as "case", r.id as row {_ENDED}'.format(
    join="cross join lateral jsonb_path_query(e.data -> 'said', 'strict $.** ? (exists(@.digest))') as x(ref)"
    " join trust_redactable r on r.id = (x.ref ->> 'id')::uuid",
    # The reason of a reopening, the part of a split case, are the words of the other case too.
    where="""and r.kind = 'free_text' and not exists (select from cases_case o where o.text_id = r.id and o.id <> c.id
      and (o.bucket = %(open)s or coalesce(o.closed_at, o.bucket + interval '1 month') >= %(before)s))""",
)
_NOTES = """select null::uuid, r.id
    from trust_auditrecord a join trust_redactable r on r.id = (a.params ->> 'note')::uuid
    where a.act = 'read_caller' and a.at < %(before)s and r.redacted_at is null"""


@dataclass(slots=True)
class Found:
    """What is due of one kind: rows by case (None: notes of looks, and demands); `held`: due, but kept for now."""

    kind: str
    before: datetime
    rows: dict[UUID | None, list[UUID]] = field(default_factory=dict)
    held: dict[UUID | None, list[UUID]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))

    @property
    def held_count(self) -> int:
        return sum(map(len, self.held.values()))

    @property
    def cases(self) -> int:
        return len(self.rows.keys() - {None})


def due(at: datetime) -> list[Found]:
    """What the city's times say may go at a moment, kind by kind; nothing is changed."""
    waiting = _demanded(at)
    found = []
    for kind, days in profile_at(at).personal.keep.items():
        one = Found(kind, at - timedelta(days=days))
        by_case = _rows(kind, one.before)
        if kind == "caller" and (demands := _decided(min(one.before, at - COPY_FOR))):
            by_case[None] = sorted({*by_case.get(None, []), *demands})
        kept = holds.held(case for case in by_case if case is not None)
        for case, rows in by_case.items():
            stays = case in kept or (case is not None and not waiting.isdisjoint(rows))
            (one.held if stays else one.rows)[case] = rows
        found.append(one)
    return found


def anonymise(at: datetime) -> list[Forgetting]:
    """Forget what is due, each batch with its proof in its own transaction; killed in between, it can be run again."""
    proofs = []
    for found in due(at):
        rows = sorted(row for rows in found.rows.values() for row in rows)
        for start in range(0, len(rows), forgetting.MOST):
            proof = forgetting.forget(rows[start : start + forgetting.MOST], at, f"kept_long_enough_{found.kind}")
            if proof is not None:
                proofs.append(proof)
    return proofs


def _rows(kind: str, before: datetime) -> dict[UUID | None, list[UUID]]:
    params = {"open": OPEN_BUCKET, "before": before}
    asked = [_CALLERS, _NOTES] if kind == "caller" else [_TEXTS]
    by_case: dict[UUID | None, set[UUID]] = defaultdict(set)
    with plain() as connection:
        for sql in asked:
            for case, row in cursor(connection).execute(sql.encode(), params).fetchall():
                by_case[case].add(row)
    for case, more in beyond.due(kind, before):
        by_case[case].update(more)
    return {case: sorted(rows) for case, rows in by_case.items()}


def _decided(before: datetime) -> set[UUID]:
    """Names and numbers of people whose requests were decided that long ago: nothing more is to be given to them."""
    ended = Demand.objects.exclude(state=State.OPEN).filter(decided_at__lt=before)
    wanted = {id for pair in ended.values_list("phone", "name") for id in pair if id is not None}
    return {id for id, row in redactable.get_many(wanted).items() if row.redacted_at is None}


def _demanded(at: datetime) -> set[UUID]:
    """Rows of the numbers of people who asked and wait for the answer, or may still take the copy that they were
    granted."""
    copies = Q(state=State.GRANTED, kind=Kind.EXPORT, decided_at__gt=at - COPY_FOR)
    waiting = Demand.objects.filter(Q(state=State.OPEN) | copies)
    phones = redactable.get_many(waiting.values_list("phone", flat=True))
    return {id for row in phones.values() if row.text for id in redactable.find_phone(row.text)}
