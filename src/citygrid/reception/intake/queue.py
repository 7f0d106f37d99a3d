"""The one queue of reception: everything that waits for acceptance, verification, confirmation or filing, from every
source, within a scope; first what is late first. Plain SQL, keyset paging (domain/workflow section 4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.nearby import HOURS, METRES
from citygrid.organization.visibility import Scope
from citygrid.rulebook.slices import profile_at

STEPS = ("accept", "send_verify", "verify", "confirm", "file")
_STEPS = "i.kind in ('accept', 'send_verify', 'verify', 'confirm', 'file')"
"""Word for word as in the index `cases_item_intake`."""
PAGE = 40
MOST_COUNTED = 5000

Key = tuple[datetime, UUID, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, with what the list shows of its case. `near`: open cases of the class close by."""

    case: UUID
    no: int
    step: str
    body: int | None
    role: str
    person: int | None
    opened_at: datetime
    due: datetime | None
    warn_at: datetime | None
    sort_at: datetime
    provisional: bool
    report_no: str
    state: str
    class_id: str | None
    source: str
    safety: bool
    grid: int | None
    community: int | None
    district: int | None
    received_at: datetime
    component: str | None
    media: list[str]
    void_proposed: bool
    text: str | None
    address: str | None
    near: int


def waiting(
    scope: Scope, at: datetime, *, steps: Collection[str] = (), sources: Collection[str] | None = None,
    after: Key | None = None, most: int = PAGE,
) -> list[Waiting]:  # fmt: skip
    """A page of the queue. `steps` empty: all; `sources` None: all."""
    seen, params = scope.sql("c")
    terms, values = [_STEPS, seen], [*params]
    if steps:
        terms.append("i.kind = any(%s)")
        values.append(list(steps))
    if sources is not None:
        terms.append("c.source = any(%s)")
        values.append(list(sources))
    if after is not None:
        terms.append("(i.sort_at, i.case_id, i.no) > (%s, %s, %s)")
        values += list(after)
    near, near_values = _near(scope, at)
    sql = f"""select q.case_id, q.no, q.kind, q.body, q.role, q.person, q.opened_at, q.due, q.warn_at, q.sort_at,
          q.provisional, c.report_no, c.state, c.class_id, c.source, c.safety, c.grid, c.community, c.district,
          c.received_at, c.component, coalesce(c.snapshot -> 'media', '[]'::jsonb),
          coalesce((c.snapshot ->> 'void_proposed')::bool, false), t.plain, a.plain, {near}
        from (select i.* from cases_item i join cases_case c on c.id = i.case_id and c.bucket = i.bucket
              where i.bucket = %s and i.paused_at is null and {" and ".join(terms)}
              order by i.sort_at, i.case_id, i.no limit %s) q
          join cases_case c on c.id = q.case_id and c.bucket = q.bucket
          left join trust_redactable t on t.id = c.text_id left join trust_redactable a on a.id = c.address_id
        order by q.sort_at, q.case_id, q.no"""  # noqa: S608 - conditions hold no input
    with plain() as connection:
        rows = cursor(connection).execute(sql.encode(), [*near_values, OPEN_BUCKET, *values, most])
        return [Waiting(*row) for row in rows.fetchall()]


def _near(scope: Scope, at: datetime) -> tuple[str, list[Any]]:
    """How many open cases of the class lie close by, as whoever asks may see them (`cases.nearby` for many)."""
    wanted = profile_at(at).data.get("duplicates", {})
    metres, hours = int(wanted.get("metres", METRES)), int(wanted.get("hours", HOURS))
    seen, params = scope.sql("n")
    text = f"""(select count(*) from cases_case n where n.bucket = %s and n.class_id = c.class_id
        and n.point <@ circle(c.point, %s) and n.received_at >= %s and n.state <> 'merged' and n.id <> c.id
        and {seen})"""  # noqa: S608 - the condition holds no input
    return text, [OPEN_BUCKET, metres, at - timedelta(hours=hours), *params]


@dataclass(frozen=True, slots=True)
class Count:
    """How many wait of a source at a step, and how many of them are late."""

    source: str
    step: str
    number: int
    late: int


def counts(scope: Scope, at: datetime) -> list[Count]:
    """By source and step, of at most `MOST_COUNTED` that wait."""
    seen, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select source, kind, count(*), count(*) filter (where due < %s) from (
                  select c.source, i.kind, i.due from cases_item i
                    join cases_case c on c.id = i.case_id and c.bucket = i.bucket
                  where i.bucket = %s and i.paused_at is null and {_STEPS} and {seen} limit %s) x
                group by source, kind""".encode(),  # noqa: S608 - the condition holds no input
            [at, OPEN_BUCKET, *params, MOST_COUNTED],
        )
        return [Count(*row) for row in rows.fetchall()]


def came_in(scope: Scope, since: datetime, until: datetime) -> dict[str, int]:
    """How many cases of each source were received in a span."""
    seen, params = scope.sql("c")
    with plain() as connection:
        rows = cursor(connection).execute(
            f"""select c.source, count(*) from cases_case c where c.received_at >= %s and c.received_at < %s and {seen}
                group by c.source""".encode(),  # noqa: S608 - the condition holds no input
            [since, until, *params],
        )
        return dict(rows.fetchall())
