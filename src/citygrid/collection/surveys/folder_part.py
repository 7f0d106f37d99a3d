"""Surveys' part of a city folder: `border.toml`. A folder without it changes nothing."""

from datetime import date
from pathlib import Path

from django.db import transaction

from citygrid.collection.models import BorderRule
from citygrid.collection.surveys import border_rules
from citygrid.rulebook.dating import in_force, last_change
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Keep the file from a day on, or note what is wrong with it and keep what was."""
    report, path = Report(), folder / border_rules.FILE
    if not path.is_file():
        return report
    try:
        text = path.read_bytes().decode()
    except UnicodeDecodeError:
        report.add(border_rules.FILE, 0, "", "not_utf8", "The file is not UTF-8.")
        return report
    border_rules.read(text, report)
    last = last_change(BorderRule)
    if last is not None and last > at:
        message = "There are rules from %(last)s on; an import at %(at)s would rewrite what has been."
        report.add(border_rules.FILE, 0, "", "later_rules", message, {"last": last, "at": at})
    if report.ok:
        with transaction.atomic():
            border_rules.keep(text, at)
    return report


def dump(folder: Path, at: date) -> None:
    """Write the file as it is in force on a day."""
    text = in_force(BorderRule, at).filter(code=border_rules.FILE).values_list("text", flat=True).first()
    if text is not None:
        (folder / border_rules.FILE).write_bytes(text.encode())
