"""One row per case becomes rows of acts: what the source tells, and what must have happened between."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from citygrid.history import moments
from citygrid.history.columns import Row
from citygrid.history.mapping import ActRule, CaseMapping, Skip
from citygrid.history.problems import Wrong
from citygrid.process.moments import stamp

SKIP = "skip"
"""A column of a lookup table: why such a row is no case here."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A line of the source that is not a case of this system."""

    line: int
    case: str
    reason: str


@dataclass(slots=True)
class Deriving:
    """`rows` is called once for each reading of the file; `skipped` is that of the last reading."""

    mapping: CaseMapping
    source: Callable[[], Iterable[Row]]
    zone: tzinfo
    skipped: list[Skipped] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Rows of the own format; those of one case have the line of its row."""
        self.skipped = []
        for row in self.source():
            reason = self._look(row)
            if reason:
                self.skipped.append(Skipped(row.line, row.cells.get(self.mapping.case, ""), reason))
                continue
            yield from self._acts(row)

    def _look(self, row: Row) -> str:
        """Why this row is no case here; else its cells hold what the lookup tables say."""
        for skip in self.mapping.skips:
            if self._fits(skip, row):
                return skip.reason
        for lookup in self.mapping.lookups:
            found = lookup.table.get(tuple(row.cells.get(name, "") for name in lookup.by))
            if found is None:
                if lookup.missing:
                    return lookup.missing
                continue
            if SKIP in found:
                return found[SKIP]
            row.cells.update(found)
        return ""

    def _fits(self, skip: Skip, row: Row) -> bool:
        if skip.empty and any(name not in row.cells for name in skip.empty):
            return True
        if skip.column and row.cells.get(skip.column, "") in skip.values:
            return True
        if skip.earlier:
            first, second = (self._moment(row, name) for name in skip.earlier)
            return first is not None and second is not None and first < second
        return False

    def _moment(self, row: Row, name: str) -> datetime | None:
        """A moment of the row; None when there is none. One that cannot be read is left to the row's check."""
        text = row.cells.get(self.mapping.moments[name], "")
        if not text:
            return None
        try:
            return moments.read(text, "at", self.zone, self.mapping.pattern)
        except Wrong:
            return None

    def _acts(self, row: Row) -> Iterator[Row]:
        columns = self.mapping.moments
        for rule in self.mapping.acts:
            wanted = columns.get(rule.when, rule.when)
            if wanted not in row.cells and rule is not self.mapping.acts[0]:
                continue
            cells = {"case": row.cells.get(self.mapping.case, ""), "act": rule.act, "at": self._at(row, rule)}
            for column, text in rule.cells.items():
                if filled := _fill(text, rule.holes[column], row.cells):
                    cells[column] = filled
            kept = {name: cell for name, cell in cells.items() if cell}
            yield Row(row.line, kept, derived=not rule.told, broken=row.broken, wanted=row.wanted)

    def _at(self, row: Row, rule: ActRule) -> str:
        found = [self._moment(row, name) for name in rule.at]
        first, last = found[0], found[-1]
        if first is None or last is None:
            return row.cells.get(self.mapping.moments[rule.at[0]], "")
        return stamp(first if len(found) == 1 else first + (last - first) * rule.share / 100)


def _fill(text: str, holes: tuple[str, ...], cells: dict[str, str]) -> str:
    """The text with the source's values in its holes; empty when it has holes and all of them are."""
    if not holes:
        return text
    if len(holes) == 1 and text == f"{{{holes[0]}}}":
        return cells.get(holes[0], "")
    if not any(name in cells for name in holes):
        return ""
    for name in holes:
        text = text.replace(f"{{{name}}}", cells.get(name, ""))
    return text.strip()
