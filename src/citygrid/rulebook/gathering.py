"""Reads the files of a city folder into one gathered rulebook: the shipped editions with the city's rows over them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from citygrid.rulebook.editions import Key, Shipped, class_row, shipped
from citygrid.rulebook.models import Origin
from citygrid.rulebook.profiles import CityProfile
from citygrid.rulebook.sheets import CLASSES, CONDITIONS, RESPONSIBILITIES
from citygrid.rulebook.tables import Row
from citygrid.standards.editions import CatalogueError
from citygrid.standards.reports import Report
from citygrid.worktime import CalendarError, DayTable

Texts = Mapping[str, str]
NO_DAYS = DayTable({})


@dataclass(slots=True)
class Gathered:
    """All that a folder says, and where: `lines` keeps the line of each row of the city's own CSV files."""

    titles: dict[str, str] = field(default_factory=dict)
    numbering: dict[str, str] = field(default_factory=dict)
    classes: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    conditions: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    responsibilities: dict[Key, Mapping[str, Any]] = field(default_factory=dict)
    lines: dict[tuple[str, Key], int] = field(default_factory=dict)
    days: DayTable = NO_DAYS
    calendars: Texts = field(default_factory=dict)
    variants: Texts = field(default_factory=dict)
    schemes: Texts = field(default_factory=dict)


def gather(folder: Path, profile: CityProfile, report: Report) -> Gathered:
    """Read the folder; what cannot be read goes into the report."""
    found = Gathered()
    _take_editions(found, _shipped(profile, report))
    _take_own(found, folder, report)
    found.days = _days(folder, profile, report)
    found.calendars = _texts(folder, "calendars", report)
    found.variants = _texts(folder, "variants", report)
    found.schemes = _texts(folder, "schemes", report)
    return found


def _shipped(profile: CityProfile, report: Report) -> Shipped:
    try:
        return shipped(profile.editions)
    except CatalogueError as error:
        report.add("city.toml", 0, "editions", error.code, error.message, error.params)
        return Shipped({}, {}, {}, {})


def _take_editions(found: Gathered, rows: Shipped) -> None:
    found.titles.update(rows.titles)
    found.numbering.update(rows.numbering)
    found.classes.update(rows.classes)
    found.conditions.update(rows.conditions)


def _take_own(found: Gathered, folder: Path, report: Report) -> None:
    """The city's own rows replace the shipped ones: a class its class, conditions all of their class."""
    for values, line in _rows(CLASSES.load(folder / "rulebook/classes.csv", "rulebook/classes.csv", report)):
        row = class_row(values, Origin.CITY)
        found.classes[row["class_id"],] = row
        found.titles.setdefault(row["edition"], row["edition"])
        found.lines["rulebook/classes.csv", (row["class_id"],)] = line
    file = "rulebook/conditions.csv"
    own = CONDITIONS.load(folder / file, file, report)
    replaced = {key[0] for key in own}
    found.conditions = {key: row for key, row in found.conditions.items() if key[0] not in replaced}
    for key, condition in own.items():
        found.conditions[key] = {**condition.values, "origin": Origin.CITY.value}
        found.lines[file, key] = condition.line
    file = "rulebook/responsibilities.csv"
    for key, duty in RESPONSIBILITIES.load(folder / file, file, report).items():
        found.responsibilities[key] = duty.values
        found.lines[file, key] = duty.line


def _rows(rows: Mapping[Key, Row]) -> list[tuple[Mapping[str, Any], int]]:
    return [(row.values, row.line) for row in rows.values()]


def _days(folder: Path, profile: CityProfile, report: Report) -> DayTable:
    file = "calendars/days.csv"
    path = folder / file
    if profile.days != "file":
        if path.exists():
            report.add(file, 0, "", "days_twice", "city.toml says calendar.days = %(days)s: no file then.",
                       {"days": profile.days})  # fmt: skip
        return NO_DAYS
    if not path.exists():
        report.add(file, 0, "", "no_file", "The days of the calendars are missing.")
        return NO_DAYS
    try:
        return DayTable.load(path)
    except CalendarError as error:
        line = error.params.get("line", 0)
        report.add(file, int(str(line)), "", error.code, error.message, error.params)
        return NO_DAYS


def _texts(folder: Path, name: str, report: Report) -> Texts:
    found = {}
    for path in sorted((folder / name).glob("*.toml")):
        try:
            found[path.stem] = path.read_bytes().decode()
        except UnicodeDecodeError:
            report.add(f"{name}/{path.name}", 0, "", "not_utf8", "The file is not UTF-8.")
    return found
