"""The test city `bay`, loaded from its folder."""

from datetime import date
from pathlib import Path

from citygrid.cases import directory, partitions
from citygrid.cases.numbers import numbers
from citygrid.console.city import import_city

BAY = Path(__file__).parent.parent / "cities" / "bay"


def load(folder: Path = BAY, at: date | None = None) -> None:
    """Make the database's city that of the folder."""
    report = import_city(folder, at)
    assert report.ok, [str(problem) for problem in report.problems]
    fresh()


def fresh() -> None:
    """What another test loaded and rolled back is not remembered."""
    directory.forget()
    partitions.forget()
    numbers.forget()
