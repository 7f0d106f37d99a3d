"""The part of a city folder that is about reception: kinds of permits and permits, articles, words of replies."""

from datetime import date
from pathlib import Path

from citygrid.reception.hotline import replies
from citygrid.reception.knowledge import folder_part as knowledge
from citygrid.reception.permits import folder_part as permits
from citygrid.standards.reports import Report


def load(folder: Path, at: date) -> Report:
    """Make reception's data those of the folder; a file that it lacks changes nothing."""
    return Report().merge([permits.load(folder, at), knowledge.load(folder, at), replies.load(folder, at)])


def dump(folder: Path, at: date) -> None:
    """Write what is in force."""
    permits.dump(folder, at)
    knowledge.dump(folder, at)
    replies.dump(folder, at)
