"""`border.toml` of a city folder: the bounds of the question at a border.

[border] least, most: the radius that is looked at, in metres, whatever accuracy a phone claims; precedent: within what
distance an earlier answer is shown."""

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Any

from citygrid.collection.models import BorderRule
from citygrid.rulebook.dating import bring, in_force
from citygrid.standards.reports import Report

FILE = "border.toml"
BOUNDS = {"least": (1, 100), "most": (5, 500), "precedent": (5, 500)}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Metres. What holds where a city says nothing: a phone's usual accuracy in a street, and twice that."""

    least: int = 8
    most: int = 60
    precedent: int = 50


def at_day(day: date) -> Bounds:
    """The bounds in force on a day."""
    text = in_force(BorderRule, day).filter(code=FILE).values_list("text", flat=True).first()
    return read(text or "", Report())


def read(text: str, report: Report) -> Bounds:
    """The bounds that a file says, the usual ones for what it leaves out or gets wrong; problems go to the report."""
    try:
        table: Any = tomllib.loads(text).get("border", {})
    except tomllib.TOMLDecodeError as error:
        report.add(FILE, 0, "", "not_toml", "The file is no TOML: %(why)s", {"why": str(error)})
        return Bounds()
    found: dict[str, int] = {}
    for name, value in (table.items() if isinstance(table, dict) else ()):
        low, high = BOUNDS.get(name, (0, -1))
        if type(value) is not int or not low <= value <= high:
            message = "border.%(name)s must be a whole number of metres from %(low)s to %(high)s."
            report.add(FILE, 0, name, "border_bound", message, {"name": name, "low": low, "high": high})
        else:
            found[name] = value
    bounds = Bounds(**found)
    if bounds.least > bounds.most:
        report.add(FILE, 0, "least", "border_order", "border.least is greater than border.most.", {})
        return Bounds()
    return bounds


def keep(text: str, at: date) -> None:
    """Keep the file from a day on."""
    bring(BorderRule, ("code",), {(FILE,): {"code": FILE, "text": text}}, at)
