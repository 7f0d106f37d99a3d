"""A work list as a file: the same rows, the same columns, within the same scope; in pages, so that nothing is held
whole in memory. How many rows there are is told before."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.utils import translation

from citygrid.cases import queues, searching
from citygrid.cases.lists import columns
from citygrid.cases.lists.filters import DESK, Filters
from citygrid.organization.seats import Signed
from citygrid.tabular import guarded, write_table

MOST = 20_000
"""Rows of one file. Whoever wants more narrows the filter, or takes the figures from the evaluation."""
PAGE = 500


def count(signed: Signed, which: str, wanted: Filters, now: datetime, most: int = MOST) -> int:
    """How many rows fit, counted up to one more than `most`."""
    if which == DESK:
        return queues.count(*_who(signed), wanted, now, most + 1)
    return searching.count(signed.scope, query_of(wanted, now), most + 1)


def query_of(wanted: Filters, now: datetime, before: Any = None) -> searching.Query:
    """The filters of the list of cases as a search."""
    return searching.Query(text=wanted.words, number=wanted.number, before=before, filters=wanted, now=now)


def rows(signed: Signed, which: str, wanted: Filters, now: datetime, most: int = MOST) -> Iterator[columns.Line]:
    """The lines of the file, in the order of the list, at most `most`."""
    after, given = None, 0
    while given < most:
        page = _page(signed, which, wanted, now, after, min(PAGE, most - given))
        yield from columns.lines(page, now)
        given += len(page)
        if len(page) < PAGE:
            return
        after = page[-1].key(wanted.sort)


def _page(signed: Signed, which: str, wanted: Filters, now: datetime, after: Any, most: int) -> Sequence[Any]:
    if which == DESK:
        return queues.my_items(*_who(signed), after=after, filters=wanted, now=now, most=most)
    return searching.search(signed.scope, query_of(wanted, now, after), most)


def _who(signed: Signed) -> tuple[int, int, str]:
    return signed.person.pk, signed.body.pk, signed.role.code


def csv_lines(found: Iterator[columns.Line], shown: Sequence[columns.Column]) -> Iterator[str]:
    """The file in pieces, in the language of whoever asked. Cells that a spreadsheet would run are guarded."""
    language = translation.get_language()
    yield "\ufeff" + _line([str(one.label) for one in shown])
    while True:
        with translation.override(language):
            try:
                line = next(found)
            except StopIteration:
                return
            text = _line([one.text(line) for one in shown])
        yield text


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guarded(cell.replace("\0", "")) for cell in cells])
    return out.getvalue()


def xlsx(found: Iterator[columns.Line], shown: Sequence[columns.Column], sheet: str) -> IO[bytes]:
    """The file, open for reading and without a name on the disk any more."""
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        path = Path(made.name)
    try:
        cells: Callable[[columns.Line], list[str]] = lambda line: [one.text(line) for one in shown]  # noqa: E731
        write_table(path, [str(one.label) for one in shown], map(cells, found), sheet=sheet)
        return path.open("rb")
    finally:
        with suppress(OSError):
            path.unlink()
