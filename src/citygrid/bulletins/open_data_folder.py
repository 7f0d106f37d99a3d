"""The open data's part of a city folder: `open_data.toml`, kept as it is written."""

from datetime import UTC, date, datetime, time
from pathlib import Path

from citygrid.bulletins import open_data_rules
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """The rules become those of the folder; without the file nothing changes."""
    path = folder / open_data_rules.FILE
    if not path.is_file():
        return Report()
    report = open_data_rules.keep(path.read_text(encoding="utf-8"), datetime.combine(at, time(12), UTC))
    if report.ok:
        report.count("open data rules", 1)
    return report


def dump(folder: Path, at: date) -> None:
    """Write the city's own rules; nothing where there are none."""
    text = open_data_rules.own()
    if text:
        (folder / open_data_rules.FILE).write_text(text, encoding="utf-8", newline="\n")
