"""Anchors: the heads of changed cases under one root, chained and exported (DESIGN section 2, the chain).

What is older than the last exported anchor cannot be altered or removed unseen: the exported file says
which cases there were, up to which entry, with which head.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from citygrid.trust import chain
from citygrid.trust.models import Anchor, AnchorHead

Head = tuple[UUID, int, bytes]
_LOCK = 0x616E6368


class AnchorError(ValueError):
    """A file that is not an anchor, or whose root does not follow from its heads."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An anchor file as read and checked: its own root follows from its heads."""

    number: int
    day: date
    algorithm: str
    previous: bytes
    root: bytes
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not agree: `missing` (not in the database), `altered` (row or heads), `unchained`,
    `bad_file`."""

    number: int
    code: str
    detail: str


def make(heads: Iterable[Head], day: date, at: datetime, algorithm: str = "sha256") -> Anchor:
    """Stores the heads (any order, one a case) and their root, chained to the anchor before. One
    transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        before = Anchor.objects.order_by("-number").first()
        anchor = Anchor.objects.create(
            number=before.number + 1 if before else 1,
            day=day,
            algorithm=algorithm,
            previous=bytes(before.root) if before else chain.GENESIS,
            root=b"",
            count=0,
            made_at=at,
        )
        columns = "anchor_id, case_id, seq, head"
        with (
            connection.wrap_database_errors,
            cursor.copy(f"copy trust_anchorhead ({columns}) from stdin") as copy,
        ):
            for case, seq, head in heads:
                copy.write_row((anchor.pk, case, seq, head))
        anchor.root, anchor.count = chain.root(bytes(anchor.previous), day, heads_of(anchor), algorithm)
        anchor.save(update_fields=["root", "count"])
    return anchor


def heads_of(anchor: Anchor) -> Iterator[Head]:
    """The anchor's heads in order of case, streamed."""
    rows = AnchorHead.objects.filter(anchor=anchor).order_by("case_id").values_list("case_id", "seq", "head")
    for case, seq, head in rows.iterator(chunk_size=5000):
        yield case, seq, bytes(head)


def last_exported() -> Anchor | None:
    return Anchor.objects.exclude(exported_at=None).order_by("-number").first()


def export(anchor: Anchor, folder: Path, at: datetime) -> Path:
    """Writes `anchor-<number>-<day>.jsonl`: one line for the anchor, one a head. The same anchor, the same
    bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"anchor-{anchor.number:06d}-{anchor.day.isoformat()}.jsonl"
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_line(_title(anchor)))
        for case, seq, head in heads_of(anchor):
            file.write(_line({"case": str(case), "seq": seq, "head": head.hex()}))
    unfinished.replace(path)
    Anchor.objects.filter(pk=anchor.pk, exported_at=None).update(exported_at=at)
    return path


def read(path: Path) -> Exported:
    """An exported anchor, its root worked out again. AnchorError when it is not what it says."""
    try:
        with path.open(encoding="utf-8") as file:
            title = json.loads(file.readline())
            heads = tuple(_head(json.loads(line)) for line in file)
        found = Exported(
            title["anchor"],
            date.fromisoformat(title["day"]),
            title["algorithm"],
            bytes.fromhex(title["previous"]),
            bytes.fromhex(title["root"]),
            heads,
        )
        root, count = chain.root(found.previous, found.day, heads, found.algorithm)
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise AnchorError(f"{path.name}: {error}") from error
    if root != found.root or count != title.get("count"):
        raise AnchorError(f"{path.name}: the root does not follow from the heads")
    return found


def faults(folder: Path) -> list[Fault]:
    """Compares every exported file with the database, and the files with one another; [] when all agree."""
    found: list[Fault] = []
    previous: bytes | None = None
    for place, path in enumerate(sorted(folder.glob("anchor-*.jsonl")), 1):
        try:
            file = read(path)
        except AnchorError as error:
            found.append(Fault(place, "bad_file", str(error)))
            previous = None
            continue
        if previous is not None and file.previous != previous:
            found.append(Fault(file.number, "unchained", path.name))
        previous = file.root
        found.extend(_compared(file, path.name))
    return found


def _compared(file: Exported, name: str) -> list[Fault]:
    row = Anchor.objects.filter(number=file.number).first()
    if row is None:
        return [Fault(file.number, "missing", name)]
    facts = (row.day, row.algorithm, bytes(row.previous), bytes(row.root), row.count)
    if facts != (file.day, file.algorithm, file.previous, file.root, len(file.heads)):
        return [Fault(file.number, "altered", "the anchor's row differs from its file")]
    if tuple(heads_of(row)) != file.heads:
        return [Fault(file.number, "altered", "the anchor's heads differ from its file")]
    return []


def _title(anchor: Anchor) -> dict[str, object]:
    return {
        "anchor": anchor.number,
        "day": anchor.day.isoformat(),
        "algorithm": anchor.algorithm,
        "previous": bytes(anchor.previous).hex(),
        "root": bytes(anchor.root).hex(),
        "count": anchor.count,
    }


def _head(line: dict[str, object]) -> Head:
    return UUID(str(line["case"])), int(str(line["seq"])), bytes.fromhex(str(line["head"]))


def _line(value: object) -> str:
    return chain.canonical(value).decode() + "\n"
