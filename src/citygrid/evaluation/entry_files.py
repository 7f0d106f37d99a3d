"""Entries from a table (an outside appraisal, a survey, a list of deductions): all rows or none, each fault with its
line and column, the fault list kept with the file's name."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from citygrid.evaluation.catalogue import Catalogue
from citygrid.evaluation.entering import Sent, Wrong, drafted, is_subject, propose
from citygrid.evaluation.entry_models import Entry, EntryFile
from citygrid.media.models import File
from citygrid.organization.models import Person
from citygrid.standards.reports import Report
from citygrid.trust import audit

COLUMNS = ("input", "item", "subject", "day", "value", "sample", "reason", "source")
NEEDED = ("input", "subject", "day", "value", "reason")
MOST_ROWS = 20_000
MOST_PROBLEMS = 500
LONGEST_CELL = 100_000
"""In characters. The csv module's own bound is the whole process's, and other readers here raise it."""
MESSAGES = {
    "not_utf8": "The file is not UTF-8.",
    "no_column": "The column %(column)s is missing.",
    "unknown_column": "There is no column %(column)s; the columns are: %(known)s.",
    "too_many_rows": "A file has at most %(most)s rows.",
    "no_rows": "The file has no rows.",
    "not_cells": "This line cannot be read as cells.",
    "wrong_width": "The row has more cells than the header.",
    "row_twice": "The same row stands in line %(line)s.",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Which objects the rows are about, the report that they come from, who sent them."""

    id: UUID
    name: str
    by: str
    evidence: File | None
    person: Person
    at: datetime


def anywhere(by: str, code: str) -> bool:
    """For who may enter for every object."""
    return True


def take(
    data: bytes, origin: Origin, book: Catalogue, today: date, within: Callable[[str, str], bool] = anywhere
) -> EntryFile:
    """Read a table and keep its rows as proposals, or none of them. The same id again gives the file that is there.

    `within`: whether the sender may enter for this object."""
    there = EntryFile.objects.filter(pk=origin.id).first()
    if there is not None:
        return there
    report = Report()
    rows = _rows(data, origin.name, report)
    drafts = _drafts(rows, origin, book, today, report, within)
    sent = EntryFile(
        id=origin.id, name=origin.name[:200], by=origin.by, evidence=origin.evidence, sent_by=origin.person,
        sent_at=origin.at, made=len(drafts) if report.ok else 0,
        problems=[
            {"line": one.line, "field": one.field, "code": one.code, "message": one.message, "params": dict(one.params)}
            for one in report.problems[:MOST_PROBLEMS]
        ],
    )  # fmt: skip
    with transaction.atomic():
        sent.save(force_insert=True)
        params = {"rows": len(rows), "made": sent.made}
        audit.record(origin.at, "send_scores", subject=("entry_file", str(sent.pk)), params=params,
                     person=origin.person.pk)  # fmt: skip
        if report.ok:
            for line, entry in drafts:
                propose(uuid5(origin.id, str(line)), entry, origin.person, origin.at, sent)
    return sent


def _rows(data: bytes, name: str, report: Report) -> list[tuple[int, Mapping[str, str]]]:
    """Line and cells by column."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        report.add(name, 0, "", "not_utf8", MESSAGES["not_utf8"])
        return []
    reader = csv.reader(io.StringIO(text))
    try:
        return _read(reader, name, report)
    except csv.Error:
        report.add(name, reader.line_num, "", "not_cells", MESSAGES["not_cells"])
        return []


def _read(reader: Any, name: str, report: Report) -> list[tuple[int, Mapping[str, str]]]:
    """csv.Error for what cannot be read as cells."""
    head = [cell.strip() for cell in next(reader, [])]
    _check_head(head, name, report)
    if not report.ok:
        return []
    found: list[tuple[int, Mapping[str, str]]] = []
    for cells in reader:
        if len(found) >= MOST_ROWS:
            report.add(name, 0, "", "too_many_rows", MESSAGES["too_many_rows"], {"most": MOST_ROWS})
            return []
        if len(cells) > len(head):
            report.add(name, reader.line_num, "", "wrong_width", MESSAGES["wrong_width"])
        elif any(len(cell) > LONGEST_CELL for cell in cells):
            report.add(name, reader.line_num, "", "not_cells", MESSAGES["not_cells"])
        elif any(cell.strip() for cell in cells):
            found.append((reader.line_num, dict(zip(head, cells, strict=False))))
    if not found and report.ok:
        report.add(name, 0, "", "no_rows", MESSAGES["no_rows"])
    return found


def _check_head(head: list[str], name: str, report: Report) -> None:
    for column in NEEDED:
        if column not in head:
            report.add(name, 1, column, "no_column", MESSAGES["no_column"], {"column": column})
    for column in head:
        if column not in COLUMNS:
            words = {"column": column[:60], "known": ", ".join(COLUMNS)}
            report.add(name, 1, column[:60], "unknown_column", MESSAGES["unknown_column"], words)


def _drafts(
    rows: list[tuple[int, Mapping[str, str]]], origin: Origin, book: Catalogue, today: date, report: Report,
    within: Callable[[str, str], bool],
) -> list[tuple[int, Entry]]:
    found: list[tuple[int, Entry]] = []
    lines: dict[tuple[str, ...], int] = {}
    there, its_own = cache(is_subject), cache(within)  # an object stands in many rows
    for line, cells in rows:
        entry, wrong = drafted(Sent({**cells, "by": origin.by}, origin.evidence), book, today, there=there)
        subject = cells.get("subject", "").strip()
        if not any(one.field == "subject" for one in wrong) and not its_own(origin.by, subject):
            wrong = [*wrong, Wrong("subject", "unknown_subject", {"subject": subject})]
        for one in wrong:
            report.add(origin.name, line, one.field, one.code, one.message, one.params)
        same = tuple(cells.get(column, "").strip() for column in COLUMNS)
        if same in lines:
            report.add(origin.name, line, "", "row_twice", MESSAGES["row_twice"], {"line": lines[same]})
        lines.setdefault(same, line)
        if entry is not None:
            found.append((line, entry))
    return found
