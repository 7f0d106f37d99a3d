"""The bulk writer: whole timelines decided in memory, written by COPY, without messages (DESIGN section 3).

It writes the same rows as the live writer, from the same functions; a test compares them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from citygrid.cases import partitions, rows
from citygrid.cases.database import Connection, cursor
from citygrid.cases.nearby import metres_of
from citygrid.cases.partitions import month_of
from citygrid.cases.rows import Done, Row
from citygrid.cases.writing import new_media, new_numbers
from citygrid.process import Case, Entry, evolve
from citygrid.process.model import WorkItem
from citygrid.trust import chain


@dataclass(slots=True)
class Timeline:
    """One case in the making. `add` takes decided entries in order; nothing is written before `copy`."""

    id: UUID
    case: Case | None = None
    algorithm: str = "sha256"
    """Of the links made from here on: the city's own (`trust.algorithms`) for what is going to be stored."""
    head: bytes = chain.GENESIS
    entries: list[tuple[Entry, bytes, bytes]] = field(default_factory=list)
    work: dict[int, tuple[WorkItem, Done | None]] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    media: set[str] = field(default_factory=set)

    def add(self, entry: Entry, body_hash: bytes, expected: bytes | None = None) -> Case:
        """The case after `entry`, which becomes the newest of the timeline. `expected`: the hash stored beside it; when
        another algorithm of the house gives it, the timeline goes on by that one (the city changed it then)."""
        before = self.case
        after = evolve(before, entry)
        body = self.head + rows.entry_bytes(entry)
        if expected is not None:
            self.algorithm = chain.algorithm_of(body, expected, self.algorithm) or self.algorithm
        self.head = chain.digest(body, self.algorithm)
        self.entries.append((entry, body_hash, self.head))
        self.work.update(rows.touched_items(before, after, entry))
        self.numbers.extend(new_numbers(before, after))
        self.media.update(new_media(before, after, entry))
        self.case = after
        return after

    @property
    def items(self) -> dict[int, Row]:
        """Rows of all work items, open and done, by number. They are made here, once each, not at each change."""
        return {no: rows.item_row(self.id, item, done) for no, (item, done) in self.work.items()}


def copy(connection: Connection, timelines: Sequence[Timeline]) -> int:
    """Write new cases in one transaction; how many entries. One that is there already is an error: ask `existing`."""
    cases = [(t, t.case) for t in timelines if t.case is not None]
    months = {month_of(c.received_at) for _, c in cases} | {rows.bucket_of(c) for _, c in cases}
    items = [row for t, _ in cases for row in t.items.values()]
    months |= {row[2] for row in items}
    partitions.ensure(connection, months)
    with connection.transaction():
        for table, columns, lines in _tables(cases, items):
            _copy(connection, table, columns, lines)
    return sum(len(t.entries) for t, _ in cases)


_HEAD = ("case_id", "month", "bucket", "version", "head")
_Tables = Iterator[tuple[str, Sequence[str], Iterable[tuple[Any, ...]]]]


def _tables(cases: Sequence[tuple[Timeline, Case]], items: Sequence[Row]) -> _Tables:
    """Every table with its columns and lines, streamed."""
    yield "cases_head", _HEAD, ((c.id, month_of(c.received_at), rows.bucket_of(c), c.version, t.head) for t, c in cases)
    yield (
        "cases_entry",
        rows.ENTRY,
        (rows.entry_row(e, month_of(c.received_at), digest, head) for t, c in cases for e, digest, head in t.entries),
    )
    # A list: metres are by the city's profile, which may ask the database anew, and not while a COPY is on.
    yield "cases_case", rows.CASE, [rows.case_row(c, metres_of(c.place, c.received_at)) for _, c in cases]
    yield "cases_item", rows.ITEMS, items
    yield (
        "cases_assignment",
        rows.ASSIGNMENT,
        (rows.assignment_row(c.id, month_of(c.received_at), one) for _, c in cases for one in c.assignments),
    )
    yield "cases_number", ("number", "case_id"), ((n, t.id) for t, _ in cases for n in t.numbers)
    yield "cases_media", ("file_id", "case_id"), ((f, t.id) for t, _ in cases for f in sorted(t.media))


def existing(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these cases are there already."""
    found = cursor(connection).execute("select case_id from cases_head where case_id = any(%s)", [list(ids)])
    return {row[0] for row in found.fetchall()}


def _copy(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[tuple[Any, ...]]) -> None:
    statement = f"copy {table} ({', '.join(columns)}) from stdin".encode()
    with cursor(connection) as run, run.copy(statement) as target:
        for line in lines:
            target.write_row(line)
