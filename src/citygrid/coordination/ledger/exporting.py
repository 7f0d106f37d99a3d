"""The ledger as a file: one row for each request, its steps in words; cells are guarded against being run."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from django.utils.translation import gettext as _

from citygrid.coordination.ledger import reading, telling
from citygrid.organization.visibility import Scope
from citygrid.tabular import write_table
from citygrid.web.words import office_moment

MOST = 50_000
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}


def columns() -> list[str]:
    return [
        _("Number"), _("Problem"), _("Asked at"), _("Kind of request"), _("How long"), _("Asked by"), _("Unit"),
        _("Suggested unit"), _("Reason"), _("Files"), _("Steps"), _("Result"), _("Decided"),
    ]  # fmt: skip


def export(scope: Scope, query: reading.Query, kind: str, most: int = MOST) -> bytes:
    """The requests of a query, newest first, at most `most`, as `xlsx` or `csv`. KeyError for another kind."""
    KINDS[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ledger.{kind}"
        write_table(path, columns(), _rows(scope, query, most), sheet=_("Ledger"))
        return path.read_bytes()


def _rows(scope: Scope, query: reading.Query, most: int) -> Iterator[list[str]]:
    step = 500
    while most > 0:
        lines = reading.lines(scope, query, min(step, most))
        yield from (_row(one) for one in telling.told(lines, photos=False))
        if len(lines) < min(step, most):
            return
        last = lines[-1].asked
        query, most = replace(query, before=(last.at, last.case, last.seq)), most - len(lines)


def _row(one: telling.Told) -> list[str]:
    steps = "\n".join(
        " ".join(
            part
            for part in (
                office_moment(step.at), step.body, step.who, step.result, step.opinion,
                step.ground[0] if step.ground else "",
            )
            if part
        )
        for step in one.steps
    )  # fmt: skip
    return [
        one.number, one.title, office_moment(one.at), one.kind, one.length, one.who, one.body, one.suggested,
        one.reason, str(one.files), steps, one.result, office_moment(one.decided_at),
    ]  # fmt: skip
