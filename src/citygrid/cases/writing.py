"""Writes decided changes: entries, heads, projections, work items, assignments, numbers, media, texts, outbox.

Everything goes out in one pipeline (one round trip), inside the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg

from citygrid.cases import rows
from citygrid.cases.database import Connection, cursor
from citygrid.cases.models import OPEN_BUCKET
from citygrid.cases.nearby import metres_of
from citygrid.cases.partitions import month_of
from citygrid.messages import outbox
from citygrid.process.model import Case, Entry
from citygrid.trust import chain, redactable
from citygrid.trust.algorithms import algorithm_at
from citygrid.trust.redactable import Draft


@dataclass(frozen=True, slots=True)
class Change:
    """One decided entry. `head`: the case's hash before; `bucket`: where its row lies now (None: a new case)."""

    before: Case | None
    after: Case
    entry: Entry
    body_hash: bytes
    head: bytes | None
    bucket: date | None


def _insert(table: str, columns: Sequence[str], more: str = "") -> bytes:
    marks = ", ".join(["%s"] * len(columns))
    return f"insert into {table} ({', '.join(columns)}) values ({marks}) {more}".encode()  # noqa: S608 - constants


def _updates(columns: Sequence[str], keys: Sequence[str]) -> str:
    return ", ".join(f"{c} = excluded.{c}" for c in columns if c not in keys)


_ENTRY = _insert("cases_entry", rows.ENTRY)
_CASE = _insert("cases_case", rows.CASE)
_CASE_AGAIN = (
    f"update cases_case set ({', '.join(rows.CASE[1:])}) = ({', '.join(['%s'] * (len(rows.CASE) - 1))})"  # noqa: S608
    " where id = %s and bucket = %s"
).encode()
_ITEM = _insert("cases_item", rows.ITEMS, f"on conflict (case_id, no, bucket) do update set {_updates(rows.ITEMS, ())}")
_ASSIGNMENT = _insert(
    "cases_assignment", rows.ASSIGNMENT,
    f"on conflict (case_id, no, month) do update set {_updates(rows.ASSIGNMENT, ('case_id', 'no', 'month'))}",
)  # fmt: skip
_HEAD = b"insert into cases_head (case_id, month, bucket, version, head) values (%s, %s, %s, %s, %s)"
_HEAD_AGAIN = b"update cases_head set bucket = %s, version = %s, head = %s where case_id = %s"
_NUMBER = b"insert into cases_number (number, case_id) values (%s, %s)"
_MEDIA = b"insert into cases_media (file_id, case_id) select unnest(%s::uuid[]), %s on conflict do nothing"


def write(connection: Connection, changes: Sequence[Change], drafts: Sequence[Draft], at: datetime) -> None:
    """All of it or nothing. `drafts`: the texts that the first entry refers to."""
    messages = [message_of(one) for one in changes]
    heads: dict[UUID, bytes] = {}
    # Made before the pipeline: looking at the profile may ask the database, which a pipeline answers only at its end.
    projections = [rows.case_row(one.after, metres_of(one.after.place, one.after.received_at)) for one in changes]
    algorithm = algorithm_at(at)
    with connection.pipeline(), psycopg.Cursor(connection) as run:
        for one, row in zip(changes, projections, strict=True):
            previous = heads.get(one.after.id) or one.head or chain.GENESIS
            heads[one.after.id] = chain.link(previous, rows.entry_bytes(one.entry), algorithm)
            _write_one(run, one, row, heads[one.after.id])
        if drafts:
            values = [value for one in drafts for value in (*one.values, at)]
            run.execute((redactable.INSERT + ", ".join([redactable.ROW] * len(drafts))).encode(), values)
        run.execute(outbox.SQL.encode(), outbox.params(messages))


def create(connection: Connection, one: Change, drafts: Sequence[Draft], at: datetime) -> None:
    """A new case in one statement, which is its own transaction: the hot path of every report.

    Raises UniqueViolation when the case is there already; then nothing is stored."""
    statement, values = creation(one, drafts, at)
    cursor(connection).execute(statement, values)


def creation(one: Change, drafts: Sequence[Draft], at: datetime) -> tuple[bytes, list[Any]]:
    """The statement that stores a new case, and its values."""
    case = one.after
    head = chain.link(chain.GENESIS, rows.entry_bytes(one.entry), algorithm_at(at))
    month, items = month_of(case.received_at), rows.changed_items(None, case, one.entry)
    assignments = rows.changed_assignments(case, one.entry)
    numbers, files = new_numbers(None, case), new_media(None, case, one.entry)
    values: list[Any] = [case.id, month, rows.bucket_of(case), case.version, head]
    values += rows.case_row(case, metres_of(case.place, case.received_at))
    values += rows.entry_row(one.entry, month, one.body_hash, head)
    for row in (*items.values(), *assignments, *((number, case.id) for number in numbers)):
        values += row
    values += [value for draft in drafts for value in (*draft.values, at)]
    values += [files, case.id, *outbox.params([message_of(one)])]
    shape = (len(items), len(assignments), len(numbers), len(drafts))
    return _creation(*shape), values


@lru_cache(maxsize=256)
def _creation(items: int, assignments: int, numbers: int, drafts: int) -> bytes:
    """One statement of data-modifying parts; they touch different tables, so their order does not matter."""
    parts = [_HEAD, _CASE, _ENTRY]
    for table, columns, count in (
        ("cases_item", rows.ITEMS, items),
        ("cases_assignment", rows.ASSIGNMENT, assignments),
        ("cases_number", ("number", "case_id"), numbers),
    ):
        if count:
            line = f"({', '.join(['%s'] * len(columns))})"
            names = ", ".join(columns)
            parts.append(f"insert into {table} ({names}) values {', '.join([line] * count)}".encode())  # noqa: S608
    if drafts:
        parts.append((redactable.INSERT + ", ".join([redactable.ROW] * drafts)).encode())
    parts.append(_MEDIA)
    named = b", ".join(b"p%d as (%s)" % (n, part) for n, part in enumerate(parts))
    return b"with " + named + b" " + outbox.SQL.encode()


def _write_one(run: psycopg.Cursor[Any], one: Change, row: rows.Row, head: bytes) -> None:
    case, entry = one.after, one.entry
    month, bucket = month_of(case.received_at), rows.bucket_of(case)
    if one.bucket is None and one.before is None:
        run.execute(_HEAD, [case.id, month, bucket, case.version, head])
        run.execute(_CASE, row)
    else:
        run.execute(_HEAD_AGAIN, [bucket, case.version, head, case.id])
        run.execute(_CASE_AGAIN, [*row[1:], case.id, one.bucket])
    run.execute(_ENTRY, rows.entry_row(entry, month, one.body_hash, head))
    _write_items(run, one)
    for assignment in rows.changed_assignments(case, entry):
        run.execute(_ASSIGNMENT, assignment)
    for number in new_numbers(one.before, case):
        run.execute(_NUMBER, [number, case.id])
    files = new_media(one.before, case, entry)
    if files:
        run.execute(_MEDIA, [files, case.id])


def _write_items(run: psycopg.Cursor[Any], one: Change) -> None:
    items = rows.changed_items(one.before, one.after, one.entry)
    before = one.before
    if before is not None:
        moved = [no for no, row in items.items() if row[2] != OPEN_BUCKET]
        if moved:
            run.execute(
                b"delete from cases_item where case_id = %s and bucket = %s and no = any(%s)",
                [one.after.id, OPEN_BUCKET, moved],
            )
        again = [no for no in items if no <= before.items and before.item(no) is None]
        if again:
            run.execute(b"delete from cases_item where case_id = %s and no = any(%s)", [one.after.id, again])
    for row in items.values():
        run.execute(_ITEM, row)


def new_numbers(before: Case | None, after: Case) -> list[str]:
    """Numbers that this change gave the case."""
    found = [after.report_no] if before is None and after.report_no else []
    if after.case_no and (before is None or before.case_no is None):
        found.append(after.case_no)
    return found


def new_media(before: Case | None, after: Case, entry: Entry) -> list[str]:
    """Files that this entry brought to the case."""
    said = entry.data["said"]
    files = {*said.get("media", ()), *said.get("after_media", ()), *said.get("dossier", ())}
    if before is None:
        files |= {*after.media, *after.after_media}
    return sorted(files)


def message_of(one: Change) -> outbox.Message:
    """What others hear: ids and codes. `push` names the live topics of whoever now holds or held something."""
    case, data = one.after, one.entry.data
    bodies = {item.holder.body for item in case.work}
    persons = {item.holder.person for item in case.work}
    if one.before is not None:
        bodies |= {item.holder.body for item in one.before.work}
    push = [f"body:{b}" for b in sorted(b for b in bodies if b)] + [
        f"person:{p}" for p in sorted(p for p in persons if p)
    ]
    push += sorted(_queues(one))
    payload = {
        "seq": one.entry.seq, "state": case.state.value, "from": one.before.state.value if one.before else None,
        "opened": [row["no"] for row in data.get("open", ())], "push": push,
    }  # fmt: skip
    return outbox.Message(f"case.{one.entry.type}", str(case.id), payload)


def _queues(one: Change) -> set[str]:
    """Live topics of the work lists that this entry changed: `queue:<body>:<role>`, `person:<id>` of those who were
    taken off an item."""
    found: set[str] = set()
    for no, (item, _done) in rows.touched_items(one.before, one.after, one.entry).items():
        was = one.before.item(no) if one.before is not None and no <= one.before.items else None
        for holder in {item.holder, *([was.holder] if was is not None else [])}:
            if holder.body is not None:
                found.add(f"queue:{holder.body}:{holder.role}")
            if holder.person is not None:
                found.add(f"person:{holder.person}")
    return found
