"""The part of a city folder that is about collection: quotas, rules of evidence, hints; each room has its own file."""

from datetime import date
from pathlib import Path

from citygrid.collection.patrol import folder_part as patrol
from citygrid.collection.positions import folder_part as positions
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Make collection's data those of the folder; a file that it lacks changes nothing."""
    return Report().merge([patrol.load(folder, at), positions.load(folder, at)])


def dump(folder: Path, at: date) -> None:
    """Write what is in force."""
    patrol.dump(folder, at)
    positions.dump(folder, at)
