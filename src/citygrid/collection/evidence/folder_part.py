"""The part of a city folder about evidence: `evidence.toml` (`evidence/evidence.toml` says what can stand in it)."""

from datetime import date
from pathlib import Path

from citygrid.collection.evidence import rules
from citygrid.collection.models import EvidenceRules
from citygrid.messages.folder import text
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Keep the city's rules from a day on. A folder without the file says nothing about them: they stay."""
    report = Report()
    path = folder / rules.FILE
    if not path.exists():
        return report
    data = rules.read(path, report)
    if report.ok:
        rules.keep(data, at)
        report.count("evidence", sum(len(part) for part in data.values()))
    return report


def dump(folder: Path, at: date) -> None:
    """Write what the city says for that day; no file where it says nothing."""
    newest = EvidenceRules.objects.filter(since__lte=at).order_by("-since").first()
    if newest is not None and newest.data:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / rules.FILE).write_text(text(newest.data), encoding="utf-8", newline="\n")
