"""A file of addresses in, the same file with points, grids and how they were found out; rows without an answer told."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from citygrid import tabular
from citygrid.geocoding import search
from citygrid.geocoding.matches import Match
from citygrid.standards.coordinates import CGCS2000

SIZE = 500
"""Rows between two lines of progress."""
SURE_SCORE = 0.85
"""Below this a row is counted as doubtful: somebody should look at it."""
COLUMNS = ("lon", "lat", "grid", "community", "street", "matched", "how", "score", "accuracy_m", "answer")
LIKELY = ("地址", "address", "详细地址", "标准地址", "位置", "地点", "问题地址", "location", "place", "名称", "name")
"""Names of columns that hold addresses, the likeliest first; a person may choose another."""

Progress = Callable[[int], None]


@dataclass(slots=True)
class Counts:
    """Rows: `found` surely, `doubtful` (look at them), `none` (nothing found), `empty` (nothing asked)."""

    rows: int = 0
    found: int = 0
    doubtful: int = 0
    none: int = 0
    empty: int = 0
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in ("rows", "found", "doubtful", "none", "empty", "problems")}


def likely_column(columns: Sequence[str]) -> str:
    """The column that most likely holds addresses, "" when none is named so."""
    lower = {column.strip().lower(): column for column in columns}
    return next((lower[name] for name in LIKELY if name in lower), "")


def run(
    table: tabular.Table, column: str, out: Path, *, at: date | datetime, crs: str = CGCS2000,
    progress: Progress = lambda done: None,
) -> Counts:  # fmt: skip
    """Write `out` (its suffix says the kind) with the table's rows and COLUMNS after them; a column of that name that
    was there already is written anew. Raises TableError, CoordinateError."""
    if column not in table.columns:
        raise tabular.TableError("no_such_column", "There is no column %(column)s.", {"column": column})
    counts = Counts()
    kept = [name for name in table.columns if name not in COLUMNS or name == column]
    added = [name for name in COLUMNS if name != column]
    rows = _rows(table, column, kept, added, counts, at, crs, progress)
    tabular.write_table(out, [*kept, *added], rows)
    return counts


def _rows(
    table: tabular.Table, column: str, kept: Sequence[str], added: Sequence[str], counts: Counts,
    at: date | datetime, crs: str, progress: Progress,
) -> Iterator[list[str]]:  # fmt: skip
    for batch in table.batches(SIZE):
        counts.problems.extend(str(problem) for problem in batch.problems[: 50 - len(counts.problems)])
        for index in range(len(batch.numbers)):
            text = batch.columns[column][index]
            matches = search.find(text, 1, at=at, crs=crs) if text else []
            answer = answered(text, matches, counts)
            yield [batch.columns[name][index] for name in kept] + [answer[name] for name in added]
        progress(counts.rows)


def answered(text: str, matches: Sequence[Match], counts: Counts) -> dict[str, str]:
    """The added cells of a row, and its place in the counts."""
    counts.rows += 1
    blank = dict.fromkeys(COLUMNS, "")
    if not text:
        counts.empty += 1
        return blank | {"answer": _("nothing was asked")}
    if not matches:
        counts.none += 1
        return blank | {"answer": _("nothing found")}
    best = matches[0]
    sure = best.score >= SURE_SCORE
    counts.found += sure
    counts.doubtful += not sure
    said = _("found") if sure else _("doubtful, please look at it")
    if not best.grid:
        said = _("found, outside the area of this system") if sure else said
    return {
        "lon": f"{best.lon:.7f}", "lat": f"{best.lat:.7f}", "grid": best.grid, "community": best.community,
        "street": best.street, "matched": best.words, "how": best.how, "score": f"{best.score:.3f}",
        "accuracy_m": f"{best.accuracy:.0f}", "answer": said,
    }  # fmt: skip
