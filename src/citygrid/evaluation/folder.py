"""The evaluation's part of a city folder: `schemes/*.toml`, kept by the rulebook, are checked for their meaning;
standing.toml, upkeep.toml, leaders.toml and score_entries.csv are kept here."""

from datetime import date
from pathlib import Path

from citygrid.evaluation import catalogue, entry_folder
from citygrid.evaluation.standing import city_files
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """What is wrong with the schemes that the rulebook has taken from the folder, with line and field."""
    book = catalogue.catalogue(at)
    own = sum((folder / "schemes" / f"{code}.toml").exists() for code in book.schemes)
    book.report.count("evaluation schemes", own)
    return book.report.merge([city_files.load(folder, at), entry_folder.load(folder, at)])


def dump(folder: Path, at: date) -> None:
    """Write entries, the rules of standing duties, of the maintenance fund and of the list for leaders; schemes are the
    rulebook's."""
    city_files.dump(folder, at)
    entry_folder.dump(folder, at)
