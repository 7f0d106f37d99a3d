"""`citygrid verify`: replays timelines, compares projections, chains and anchors, and names every fault it finds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from citygrid.cases import loading, rows
from citygrid.cases.anchoring import CHANGED
from citygrid.cases.copying import Timeline
from citygrid.cases.database import Connection, cursor, plain
from citygrid.cases.nearby import metres_of
from citygrid.cases.partitions import month_of
from citygrid.cases.reading import refs
from citygrid.process import Entry
from citygrid.trust import anchors, redactable

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """`code`: entry_missing, entry_altered, entry_unreadable, head_differs, projection_differs, items_differ,
    assignments_differ, case_missing, anchor_differs, anchor_fault, orphan, media_missing; of a text beside an entry:
    text_missing, text_altered, text_unreadable (no key of this server opens it)."""

    case: UUID | None
    code: str
    detail: str


def verify(*, since_anchor: bool = False, folder: Path | None = None) -> Iterator[Fault]:
    """All faults. `since_anchor`: replays only cases that changed since they were last anchored; the anchored heads of
    all others are compared all the same. `folder`: exported anchors to compare with."""
    with plain() as connection:
        yield from _orphans(connection)
        yield from _unknown_media(connection)
        for batch in _batches(connection, since_anchor=since_anchor):
            yield from _replayed(connection, batch)
        yield from _anchored(connection)
    if folder is not None:
        for one in anchors.faults(folder):
            yield Fault(None, "anchor_fault", f"anchor {one.number}: {one.code}: {one.detail}")
        yield from _exported(folder)


def _batches(connection: Connection, *, since_anchor: bool) -> Iterator[list[UUID]]:
    if since_anchor:
        ids = [row[0] for row in cursor(connection).execute(CHANGED).fetchall()]
        yield from (ids[i : i + BATCH] for i in range(0, len(ids), BATCH))
        return
    last = UUID(int=0)
    while True:
        found = cursor(connection).execute(
            "select case_id from cases_head where case_id > %s order by case_id limit %s", [last, BATCH]
        ).fetchall()  # fmt: skip
        if not found:
            return
        last = found[-1][0]
        yield [row[0] for row in found]


def _rows(connection: Connection, table: str, columns: Sequence[str], key: str, ids: list[UUID]) -> dict[UUID, Any]:
    sql = f"select {', '.join(columns)} from {table} where {key} = any(%s) order by {key}, 2"  # noqa: S608 - constants
    found = cursor(connection).execute(sql.encode(), [ids]).fetchall()
    return {case: list(group) for case, group in groupby(found, key=lambda row: row[0])}


def _replayed(connection: Connection, ids: list[UUID]) -> Iterator[Fault]:
    heads = {
        row[0]: row[1:] for row in cursor(connection).execute(
            "select case_id, version, head, bucket from cases_head where case_id = any(%s)", [ids]).fetchall()
    }  # fmt: skip
    entries = _rows(connection, "cases_entry", rows.ENTRY, "case_id", ids)
    cases = _rows(connection, "cases_case", rows.CASE, "id", ids)
    items = _rows(connection, "cases_item", rows.ITEMS, "case_id", ids)
    assignments = _rows(connection, "cases_assignment", rows.ASSIGNMENT, "case_id", ids)
    texts: dict[UUID, dict[UUID, bytes]] = {}
    for case in ids:
        if case not in heads:
            continue
        timeline, faults = _chained(case, entries.get(case, []))
        yield from faults
        texts[case] = dict(_texts(entries.get(case, [])))
        version, head, bucket = heads[case]
        if timeline.head != bytes(head) or len(timeline.entries) != version:
            yield Fault(case, "head_differs", f"{len(timeline.entries)} entries, head says {version}")
        if timeline.case is None or any(f.code == "entry_unreadable" for f in faults):
            continue
        yield from _compared(timeline, bucket, cases.get(case, []), items.get(case, []), assignments.get(case, []))
    yield from _beside(texts)


def _texts(found: list[tuple[Any, ...]]) -> Iterator[tuple[UUID, bytes]]:
    """Id and digest of each text, name and number that the entries of a case refer to."""
    for row in found:
        for ref, digest in refs(row[14]):
            with suppress(ValueError, TypeError, AttributeError):  # forged: the chain has told of that entry
                yield UUID(ref), bytes.fromhex(digest)


def _beside(texts: Mapping[UUID, Mapping[UUID, bytes]]) -> Iterator[Fault]:
    """What stands beside the entries: is each text still the one whose digest its entry holds? One question a batch."""
    owners = {text: case for case, expected in texts.items() for text in expected}
    expected = {text: digest for one in texts.values() for text, digest in one.items()}
    for text, code in redactable.faulty(expected).items():
        yield Fault(owners[text], f"text_{code}", f"text {text}")


def _chained(case: UUID, found: list[tuple[Any, ...]]) -> tuple[Timeline, list[Fault]]:
    """The timeline as its entries give it, and the faults of the chain."""
    timeline, faults = Timeline(case), list[Fault]()
    for number, row in enumerate(found, 1):
        entry = _entry(row)
        if entry.seq != number:
            faults.append(Fault(case, "entry_missing", f"entry {number} is missing"))
            return timeline, [*faults, Fault(case, "entry_unreadable", f"nothing follows from entry {number}")]
        try:
            timeline.add(entry, bytes(row[6]), bytes(row[15]))
        except (KeyError, ValueError, TypeError, AssertionError, IndexError, AttributeError) as error:
            faults.append(Fault(case, "entry_unreadable", f"entry {number}: {type(error).__name__}"))
            return timeline, faults
        if timeline.head != bytes(row[15]):
            faults.append(Fault(case, "entry_altered", f"entry {number} does not give the hash beside it"))
            timeline.head = bytes(row[15])
    return timeline, faults


def _entry(row: tuple[Any, ...]) -> Entry:
    case, seq, _, kind, schema, act, _, recorded, effective, person, post, body, role, side, data, _ = row
    return loading.entry_of((case, seq, kind, schema, act, recorded, effective, person, post, body, role, side, data))


def _plain(row: Iterable[Any]) -> list[Any]:
    return [value.obj if isinstance(value, Jsonb) else bytes(value) if isinstance(value, memoryview) else value
            for value in row]  # fmt: skip


def _compared(
    timeline: Timeline, bucket: Any, found: list[Any], items: list[Any], assignments: list[Any]
) -> Iterator[Fault]:
    case = timeline.case
    assert case is not None
    want = _plain(rows.case_row(case, metres_of(case.place, case.received_at)))
    point = rows.CASE.index("point")
    if len(found) != 1 or bucket != rows.bucket_of(case):
        yield Fault(case.id, "projection_differs", f"{len(found)} rows of the case")
    for row in found[:1]:
        have = _plain(row)
        have[point] = want[point] = None
        wrong = [name for name, a, b in zip(rows.CASE, want, have, strict=True) if a != b]
        if wrong:
            yield Fault(case.id, "projection_differs", ", ".join(wrong))
    yield from _rows_differ(case.id, "items_differ", timeline.items.values(), items)
    month = month_of(case.received_at)
    wanted = [rows.assignment_row(case.id, month, one) for one in case.assignments]
    yield from _rows_differ(case.id, "assignments_differ", wanted, assignments)


def _rows_differ(case: UUID, code: str, want: Iterable[Any], have: Iterable[Any]) -> Iterator[Fault]:
    wanted = sorted((_plain(row) for row in want), key=lambda row: row[1])
    there = sorted((_plain(row) for row in have), key=lambda row: row[1])
    if wanted != there:
        numbers = {r[1] for r in wanted if r not in there} | {r[1] for r in there if r not in wanted}
        yield Fault(case, code, "numbers " + ", ".join(map(str, sorted(numbers))))


def _orphans(connection: Connection) -> Iterator[Fault]:
    """Rows whose head is gone."""
    for table, key in (("cases_entry", "case_id"), ("cases_case", "id"), ("cases_item", "case_id")):
        found = cursor(connection).execute(
            f"select distinct {key} from {table} t where not exists"  # noqa: S608 - constants
            f" (select from cases_head h where h.case_id = t.{key})".encode()
        )
        for row in found.fetchall():
            yield Fault(row[0], "orphan", f"{table} has rows of a case without a head")


def _unknown_media(connection: Connection) -> Iterator[Fault]:
    """Files of cases of which no row tells what they are."""
    found = cursor(connection).execute(
        "select m.case_id, m.file_id from cases_media m where not exists"
        " (select from media_file f where f.id = m.file_id) order by 1, 2"
    )
    for case, file in found.fetchall():
        yield Fault(case, "media_missing", f"nothing is known of file {file}")


def _anchored(connection: Connection) -> Iterator[Fault]:
    """Every anchored head is still the head after that entry."""
    found = cursor(connection).execute(
        """select a.case_id, a.seq, h.case_id is null, e.head is distinct from a.head
           from trust_anchorhead a left join cases_head h on h.case_id = a.case_id
             left join cases_entry e on e.case_id = a.case_id and e.seq = a.seq and e.month = h.month
           where h.case_id is null or e.head is distinct from a.head order by a.case_id, a.seq"""
    )
    for case, seq, gone, _ in found.fetchall():
        code = "case_missing" if gone else "anchor_differs"
        yield Fault(case, code, f"anchored at entry {seq}")


def _exported(folder: Path) -> Iterator[Fault]:
    """The exported files themselves against the entries: they are out of the database's reach."""
    with plain() as connection:
        for path in sorted(folder.glob("anchor-*.jsonl")):
            try:
                file = anchors.read(path)
            except anchors.AnchorError as error:
                yield Fault(None, "anchor_fault", str(error))
                continue
            yield from _file_differs(connection, path.name, file.heads)


def _file_differs(connection: Connection, name: str, heads: Sequence[tuple[UUID, int, bytes]]) -> Iterator[Fault]:
    for start in range(0, len(heads), BATCH):
        part = heads[start : start + BATCH]
        ids, seqs = [h[0] for h in part], [h[1] for h in part]
        found = cursor(connection).execute(
            "select e.case_id, e.seq, e.head from unnest(%s::uuid[], %s::int[]) w(case_id, seq)"
            " join cases_head h on h.case_id = w.case_id"
            " join cases_entry e on e.case_id = w.case_id and e.seq = w.seq and e.month = h.month",
            [ids, seqs],
        )
        have = {(case, seq): bytes(head) for case, seq, head in found.fetchall()}
        for case, seq, head in part:
            if have.get((case, seq)) != head:
                code = "case_missing" if (case, seq) not in have else "anchor_differs"
                yield Fault(case, code, f"{name}: entry {seq}")
