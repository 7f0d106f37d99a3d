"""Reads of the write path: locking heads in the order of ids, and the answer to an act that came before."""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from citygrid.cases.database import Connection, cursor
from citygrid.cases.snapshots import load
from citygrid.process.model import Actor, Case, Entry
from citygrid.process.refusal import Refusal
from citygrid.process.states import Side

ACT_ID_USED = Refusal("act_id_used", "This act was sent before with other content; nothing was changed.")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A case with its newest hash and the partition in which its row lies."""

    case: Case
    head: bytes
    bucket: date


def peek(connection: Connection, case: UUID) -> Case | None:
    """The case as it stands, without a lock."""
    row = cursor(connection).execute(
        "select c.snapshot from cases_head h join cases_case c on c.id = h.case_id and c.bucket = h.bucket"
        " where h.case_id = %s", [case],
    ).fetchone()  # fmt: skip
    return load(case, row[0]) if row is not None else None


def lock(connection: Connection, cases: Iterable[UUID]) -> dict[UUID, Loaded]:
    """The cases that exist, their heads locked in the order of their ids until the transaction ends."""
    rows = cursor(connection).execute(
        "select case_id, head, bucket, version from cases_head where case_id = any(%s) order by case_id for update",
        [sorted(cases)],
    ).fetchall()  # fmt: skip
    if not rows:
        return {}
    # A second statement: only now is the row the one that belongs to the locked head.
    snapshots = dict(
        cursor(connection).execute(
            "select id, snapshot from cases_case where id = any(%s) and bucket = any(%s)",
            [[r[0] for r in rows], list({r[2] for r in rows})],
        ).fetchall()
    )  # fmt: skip
    return {i: Loaded(load(i, snapshots[i]), bytes(head), bucket) for i, head, bucket, _ in rows}


ENTRY_COLUMNS = (
    "e.case_id, e.seq, e.type, e.schema, e.act_id, e.recorded_at, e.effective_at, e.person, e.post, e.body, e.role,"
    " e.side, e.data"
)


_REPEATED = (
    f"select {ENTRY_COLUMNS}, e.body_hash from cases_head h join cases_entry e on e.case_id = h.case_id"  # noqa: S608
    " and e.month = h.month where h.case_id = %s and e.act_id = %s"
).encode()


def entry_of(row: tuple[Any, ...]) -> Entry:
    """An entry from a row of `ENTRY_COLUMNS`."""
    case, seq, kind, schema, act, recorded, effective, person, post, body, role, side, data = row
    actor = Actor(person, post, body, role, Side(side), data.get("stands_in_for"))
    return Entry(case, seq, kind, schema, act, recorded, effective, actor, data)


def repeated(connection: Connection, case: UUID, act: UUID, digests: Sequence[bytes]) -> Entry | Refusal | None:
    """The entry that this act made earlier; a refusal when it came with another body; None when it is new.

    `digests`: of the body, by each key of this server."""
    row = (
        cursor(connection)
        .execute(
            _REPEATED,
            [case, act],
        )
        .fetchone()
    )
    if row is None:
        return None
    known = any(hmac.compare_digest(bytes(row[-1]), digest) for digest in digests)
    return entry_of(row[:-1]) if known else ACT_ID_USED
