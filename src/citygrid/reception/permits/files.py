"""Permits from a file of another department: sent, looked at row by row, then all taken over or none (S2-45).

A column is known by its name here (`COLUMNS`) or by a usual Chinese heading."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from shapely import Geometry

from citygrid.media import scanning
from citygrid.media.checking import MediaError
from citygrid.organization.models import Person
from citygrid.process.refusal import Refusal
from citygrid.reception.models import Permit, SentPermits
from citygrid.reception.permits import keeping
from citygrid.reception.permits.keeping import COLUMNS, Draft
from citygrid.tabular import Batch, TableError, open_table
from citygrid.trust import audit

MOST_BYTES, MOST_ROWS = 5_000_000, 5000
KEPT = timedelta(days=7)
HEADINGS: dict[str, str] = {
    "种类": "kind", "许可种类": "kind",
    "编号": "number", "许可编号": "number", "许可证号": "number",
    "持证单位": "holder", "单位": "holder", "持有人": "holder",
    "事项": "what", "许可事项": "what", "工程名称": "what",
    "经度": "lon", "纬度": "lat", "位置": "shape", "形状": "shape",
    "半径": "metres", "范围（米）": "metres",
    "起": "first_day", "开始日期": "first_day", "起始日期": "first_day",
    "止": "last_day", "结束日期": "last_day", "截止日期": "last_day",
    "时段": "hours", "许可时段": "hours", "类别": "classes",
}  # fmt: skip
MESSAGES: dict[str, str] = {
    "file_too_large": "The file has %(megabytes)s MB; at most %(most)s MB are taken.",
    "file_empty": "The file is empty.",
    "too_many_rows": "The file has more than %(most)s rows: send it in parts.",
    "no_columns": "None of the columns is known. Known are: %(columns)s.",
}


@dataclass(slots=True)
class Row:
    """One row of a file: its number there, the permit that it says, and what becomes of it (`new`, `changed`, `same`,
    `wrong`)."""

    number: int
    draft: Draft
    verdict: str


def send(sent: "UploadedFile[Any]", by: Person, now: datetime) -> SentPermits | Refusal:
    """Keeps a file that can be read at all; what is wrong in its rows is the preview's to say."""
    if (sent.size or 0) > MOST_BYTES:
        params = {"megabytes": -(-(sent.size or 0) // 1_000_000), "most": MOST_BYTES // 1_000_000}
        return Refusal("file_too_large", MESSAGES["file_too_large"], params)
    content = sent.read()
    if not content:
        return Refusal("file_empty", MESSAGES["file_empty"])
    try:
        scanning.cleared(content, by.pk, now)
    except MediaError as error:
        return Refusal(error.code, error.message, error.params)
    name = PurePath((sent.name or "").replace("\\", "/")).name[-200:]
    row = SentPermits(name=name, content=content, sent_by=by, sent_at=now)
    try:
        rows(row)
    except TableError as error:
        return Refusal(error.code, error.message, error.params)
    SentPermits.objects.filter(done_at=None, sent_at__lt=now - KEPT).update(content=b"", done_at=now)
    row.save()
    audit.record(now, "send_permits", subject=("permits", str(row.pk)), person=by.pk)
    return row


def rows(sent: SentPermits) -> list[Row]:
    """What every row would do now. Raises TableError."""
    kinds = keeping.kinds_by_words()
    drafts: list[tuple[int, Draft]] = []
    with _opened(sent) as path, open_table(path) as table:
        wanted = {name: _column(name) for name in table.columns}
        known = {column for column in wanted.values() if column}
        if not known & {"kind", "number"}:
            raise TableError("no_columns", MESSAGES["no_columns"], {"columns": ", ".join(COLUMNS)})
        for batch in table.batches():
            drafts += _drafts(batch, wanted, kinds)
            if len(drafts) > MOST_ROWS:
                raise TableError("too_many_rows", MESSAGES["too_many_rows"], {"most": MOST_ROWS})
    _twice(draft for _number, draft in drafts)
    before = _known(draft for _number, draft in drafts)
    return [Row(number, draft, _verdict(draft, before)) for number, draft in drafts]


def _column(heading: str) -> str:
    plain = heading.strip()
    return plain.lower() if plain.lower() in COLUMNS else HEADINGS.get(plain, "")


def _drafts(batch: Batch, wanted: dict[str, str], kinds: Any) -> Iterator[tuple[int, Draft]]:
    for at, number in enumerate(batch.numbers):
        cells = {column: batch.columns[name][at] for name, column in wanted.items() if column and name in batch.columns}
        shape: Geometry | None = batch.shapes[at] if batch.shapes is not None else None
        yield number, keeping.read(cells, kinds, shape)


def _twice(drafts: Any) -> None:
    seen: set[tuple[int, str]] = set()
    for draft in drafts:
        if draft.kind is None or not draft.number:
            continue
        key = (draft.kind.pk, draft.number)
        if key in seen:
            draft.fault("number", "number_twice", value=draft.number)
        seen.add(key)


def _known(drafts: Any) -> dict[tuple[int, str], Permit]:
    found = Permit.objects.filter(number__in={draft.number for draft in drafts}).select_related("kind")
    return {(row.kind_id, row.number): row for row in found}


def _verdict(draft: Draft, before: dict[tuple[int, str], Permit]) -> str:
    if draft.wrong:
        return "wrong"
    assert draft.kind is not None
    row = before.get((draft.kind.pk, draft.number))
    if row is None:
        return "new"
    return "same" if keeping.same(row, draft) else "changed"


def take_over(sent: SentPermits, by: Person, now: datetime, address: str | None) -> int | None:
    """All rows that say something new, in one transaction; None (and nothing is kept) while one is wrong."""
    found = rows(sent)
    if any(row.verdict == "wrong" for row in found):
        return None
    wanted = [row for row in found if row.verdict in ("new", "changed")]
    with transaction.atomic():
        for row in wanted:
            keeping.keep(row.draft, now, by.pk, address=address)
        close(sent, now)
    return len(wanted)


def close(sent: SentPermits, now: datetime) -> None:
    """It is taken over or given up: its bytes, with names of holders, go."""
    sent.done_at, sent.content = now, b""
    sent.save(update_fields=["done_at", "content"])


@contextmanager
def _opened(sent: SentPermits) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        suffix = PurePath(sent.name).suffix.lower()
        path = Path(folder) / f"permits{suffix if suffix.isascii() and len(suffix) <= 12 else ''}"
        path.write_bytes(bytes(sent.content))
        yield path
