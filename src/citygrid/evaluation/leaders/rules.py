"""`leaders.toml`: after how many days a case is long pending, how many lines, of which schemes the last are named. Pure
but for the file that is shipped."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from citygrid.standards.reports import Report

FILE = "leaders.toml"
BOUNDS = {"long_pending_days": (1, 3650), "worst": (1, 20), "most": (1, 200)}
MESSAGES = {
    "not_toml": "This is not TOML: %(reason)s.",
    "unknown_field": "There is no field %(field)s here.",
    "no_whole": "%(field)s is a whole number from %(least)s to %(most)s.",
    "no_codes": "schemes is a list of codes of schemes.",
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the list has."""

    long_pending_days: int
    worst: int
    most: int
    schemes: tuple[str, ...]


@cache
def shipped() -> Rules:
    """What holds where a city says nothing."""
    text = (files("citygrid.evaluation.leaders") / "data" / FILE).read_text(encoding="utf-8")
    return _made(tomllib.loads(text))


def read(text: str) -> tuple[Rules, Report]:
    """The rules of a text over those that are shipped, and what is wrong."""
    report = Report()
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report.add(FILE, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)[:200]})
        return shipped(), report
    known = {one.name for one in fields(Rules)}
    for name, value in table.items():
        if name not in known:
            report.add(FILE, 0, name, "unknown_field", MESSAGES["unknown_field"], {"field": name})
        elif name in BOUNDS:
            least, most = BOUNDS[name]
            if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
                params = {"field": name, "least": least, "most": most}
                report.add(FILE, 0, name, "no_whole", MESSAGES["no_whole"], params)
        elif not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            report.add(FILE, 0, name, "no_codes", MESSAGES["no_codes"])
    return (_made(table) if report.ok else shipped()), report


def _made(table: Mapping[str, Any]) -> Rules:
    base = shipped() if set(table) != {one.name for one in fields(Rules)} else None
    values = {one.name: table.get(one.name, getattr(base, one.name, None)) for one in fields(Rules)}
    return Rules(**{**values, "schemes": tuple(values["schemes"] or ())})
