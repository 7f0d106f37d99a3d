"""The part of a city folder that is about collection: quotas, rules of evidence, hints; each room has its own file."""

from datetime import date
from pathlib import Path

from citygrid.collection.evidence import folder_part as evidence
from citygrid.collection.patrol import folder_part as patrol
from citygrid.collection.positions import folder_part as positions
from citygrid.collection.surveys import folder_part as surveys
from citygrid.collection.teams import folder_part as teams
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Make collection's data those of the folder; a file that it lacks changes nothing."""
    parts = (evidence, patrol, positions, surveys, teams)
    return Report().merge([part.load(folder, at) for part in parts])


def dump(folder: Path, at: date) -> None:
    """Write what is in force."""
    evidence.dump(folder, at)
    patrol.dump(folder, at)
    positions.dump(folder, at)
    surveys.dump(folder, at)
    teams.dump(folder, at)
