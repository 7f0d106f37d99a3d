"""Workbooks that were sent in: kept until all that they change is done, or they are given up."""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from citygrid.organization import proposing
from citygrid.organization.models import Person, SentWorkbook
from citygrid.organization.proposing import Proposal, Wish
from citygrid.organization.workbooks import workbook_reading
from citygrid.process.refusal import Refusal
from citygrid.standards.reports import Report
from citygrid.tabular import TableError
from citygrid.trust import audit

MOST_BYTES = 20_000_000
KEPT = timedelta(days=30)
_HARMLESS = re.compile(r"[\w()-][\w .()-]{0,60}\.[A-Za-z]{1,5}")
MESSAGES: dict[str, str] = {
    "file_too_large": "The file has %(megabytes)s MB; at most %(most)s MB are taken.",
    "file_empty": "The file is empty.",
}


def keep(sent: "UploadedFile[Any]", complete: bool, by: Person, now: datetime) -> SentWorkbook | Refusal:
    """The workbook, when it can be read at all; what is wrong in its rows is the preview's to say."""
    size = sent.size or 0
    if size > MOST_BYTES:
        params = {"megabytes": -(-size // 1_000_000), "most": MOST_BYTES // 1_000_000}
        return Refusal("file_too_large", MESSAGES["file_too_large"], params)
    content = sent.read()
    if not content:
        return Refusal("file_empty", MESSAGES["file_empty"])
    name = PurePath((sent.name or "").replace("\\", "/")).name[-200:]
    digest = hashlib.sha256(content).hexdigest()
    row = SentWorkbook(name=name, sha256=digest, content=content, complete=complete, sent_by=by, sent_at=now)
    try:
        read(row)
    except TableError as error:
        return Refusal(error.code, error.message, error.params)
    SentWorkbook.objects.filter(closed_at=None, sent_at__lt=now - KEPT).update(content=b"", closed_at=now)
    row.save()
    audit.record(now, "send_workbook", subject=("workbook", str(row.pk)), params={"source": digest}, person=by.pk)
    return row


def read(row: SentWorkbook) -> tuple[Wish, Report]:
    """What the workbook wants, and what could not be read in it. Raises TableError."""
    report = Report()
    with _opened(row) as path:
        rows = workbook_reading.read(path, report)
    return Wish(rows, frozenset(rows) if row.complete else frozenset()), report


def proposal(row: SentWorkbook, at: date, by: Person | None) -> Proposal:
    """What it would change now, with every problem."""
    wish, report = read(row)
    found = proposing.propose(wish, at, by)
    return Proposal(found.plan, _together(report, found.report), found.mark)


def carry_out(
    row: SentWorkbook, tables: frozenset[str], mark: int, by: Person, now: datetime, at: date, address: str | None
) -> Proposal | Refusal:
    """Do the part that touches these tables; the workbook is closed when nothing of it is left to do."""
    wish, report = read(row)
    if not report.ok:
        return Proposal(proposing.propose(wish, at, by).plan, report, mark)
    done = proposing.carry_out(wish.only(tables), by, now, at, mark=mark, source=row.sha256, address=address)
    if isinstance(done, Proposal) and done.report.ok:
        row.applied_at = now
        row.save(update_fields=["applied_at"])
        if not proposing.propose(wish, at).changes:
            close(row, now)
    return done


def close(row: SentWorkbook, now: datetime) -> None:
    """Nothing of it is left to do, or it is given up: its bytes, with names of people, go."""
    row.closed_at, row.content = now, b""
    row.save(update_fields=["closed_at", "content"])


def _together(first: Report, second: Report) -> Report:
    """Problems once each: a row that cannot be read is not told again for what it lacks."""
    told = {(one.file, one.line, one.field) for one in first.problems}
    rest = [one for one in second.problems if (one.file, one.line, one.field) not in told]
    return Report([*first.problems, *rest], dict(second.counts))


@contextmanager
def _opened(row: SentWorkbook) -> Iterator[Path]:
    """The workbook as a file, under its own name where that is a harmless one: sentences name it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (row.name if _HARMLESS.fullmatch(row.name) else "organization.xlsx")
        path.write_bytes(bytes(row.content))
        yield path
