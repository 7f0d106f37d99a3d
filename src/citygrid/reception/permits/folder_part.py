"""Permits of a city folder: `permits/kinds.toml` and `permits/permits.csv`."""

import csv
import io
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from citygrid.reception.models import Permit
from citygrid.reception.permits import keeping, kinds
from citygrid.reception.permits.keeping import COLUMNS
from citygrid.standards.reports import Report

FILE = "permits/permits.csv"


def load(folder: Path, at: date) -> Report:
    """Make kinds those of the folder and take over its permits; those that it lacks stay. Nothing with a problem."""
    report = Report()
    kinds.load(folder, report)
    path = folder / FILE
    if not report.ok or not path.exists():
        return report
    moment = timezone.now()  # of keeping it, whatever day the city is loaded for
    text = path.read_text(encoding="utf-8-sig")
    known = keeping.kinds_by_words()
    drafts = []
    reader = csv.DictReader(io.StringIO(text, newline=""))
    unknown = set(reader.fieldnames or ()) - set(COLUMNS)
    if unknown:
        report.add(FILE, 1, "", "unknown_column", "There is no column %(name)s.", {"name": sorted(unknown)[0]})
        return report
    for line, cells in enumerate(reader, start=2):
        draft = keeping.read({name: cells.get(name) or "" for name in COLUMNS}, known)
        for wrong in draft.wrong:
            report.add(FILE, line, wrong.column, wrong.code, keeping.MESSAGES[wrong.code], wrong.params)
        drafts.append(draft)
    if report.ok:
        with transaction.atomic():
            before = {(row.kind_id, row.number): row for row in Permit.objects.select_related("kind")}
            for draft in drafts:
                assert draft.kind is not None
                row = before.get((draft.kind.pk, draft.number))
                if row is None or not keeping.same(row, draft):
                    keeping.keep(draft, moment, None)
        report.count("permits", len(drafts))
    return report


def dump(folder: Path, at: date) -> None:
    """Write the kinds, and the permits that were not taken back, those that are over too."""
    kinds.dump(folder)
    rows = [keeping.cells_of(row) for row in Permit.objects.filter(ended_at=None).select_related("kind")]
    rows.sort(key=lambda row: (row["kind"], row["number"]))
    if not rows:
        return
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (folder / FILE).parent.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(out.getvalue(), encoding="utf-8", newline="\n")
