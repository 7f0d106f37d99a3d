"""The report of an import: every row that was refused with line, column and reason, and the counts."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from citygrid.history.importing import Outcome
from citygrid.history.problems import Fault
from citygrid.tabular import guarded

NOT_TAKEN = "The mapping does not take it."
COLUMNS = ("line", "case", "act", "column", "code", "reason")


def write(path: Path, outcome: Outcome) -> None:
    """A CSV with one line for each refused row, in the order of the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        found = [(one.line, cells(one)) for one in outcome.faults]
        found += [(one.line, (str(one.line), one.case, "", "", one.reason, NOT_TAKEN)) for one in outcome.skipped]
        lines.writerows(map(guarded, one) for _, one in sorted(found, key=lambda pair: pair[0]))


def cells(one: Fault) -> tuple[str, ...]:
    """A refused row as the report has it; the reason in English."""
    return (str(one.line), one.case, one.act, one.column, one.refusal.code, str(one.refusal))


def summary(outcome: Outcome, dry_run: bool) -> Iterator[str]:
    """The counts for a person, a line each."""
    yield f"{outcome.rows:,} rows, {outcome.read:,} cases"
    yield f"{outcome.imported:,} cases {'could be ' if dry_run else ''}imported: {outcome.acts:,} acts"
    if outcome.opened:
        yield f"{outcome.opened:,} more cases opened by splitting or reopening"
    if outcome.there:
        yield f"{outcome.there:,} cases were there already"
    if outcome.skipped:
        yield f"{len(outcome.skipped):,} lines are no cases here, by the mapping:"
        reasons = Counter(one.reason for one in outcome.skipped)
        yield from (f"  {reason}: {count:,}" for reason, count in reasons.most_common())
    if outcome.changed:
        yield f"{outcome.changed:,} cases are in the system with other rows: not changed"
    if outcome.refused:
        yield f"{outcome.refused:,} cases refused; reasons by row:"
        codes = Counter(one.refusal.code for one in outcome.faults if one.refusal.code != "changed")
        yield from (f"  {code}: {count:,}" for code, count in codes.most_common())
    yield f"{outcome.seconds:.1f} s, {outcome.acts / outcome.seconds if outcome.seconds else 0:,.0f} acts/s"
