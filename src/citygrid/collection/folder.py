"""The part of a city folder that is about collection: quotas, rules of evidence, hints; each room has its own file."""

from datetime import date
from pathlib import Path

from citygrid.collection.evidence import folder_part as evidence
from citygrid.collection.patrol import folder_part as patrol
from citygrid.collection.positions import folder_part as positions
from citygrid.collection.surveys import folder_part as surveys
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Make collection's data those of the folder; a file that it lacks changes nothing."""
    return Report().merge([evidence.load(folder, at), patrol.load(folder, at), positions.load(folder, at), surveys.load(folder, at)])


def dump(folder: Path, at: date) -> None:
    """Write what is in force."""
    evidence.dump(folder, at)
    patrol.dump(folder, at)
    positions.dump(folder, at)
    surveys.dump(folder, at)
