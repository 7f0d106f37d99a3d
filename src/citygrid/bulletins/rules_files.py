"""What an office says once about its reports: who issues them, to whom, what is in them, and when they are made.

A city's own stand in its folder as `bulletins.toml`; what they leave out is as in `rules/standard.toml`. Pure."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from citygrid.bulletins.content import KINDS
from citygrid.standards.reports import Report

FILE = "bulletins.toml"
LANGUAGES = ("zh", "en")
MESSAGES = {
    "not_toml": "This is not TOML: %(reason)s.",
    "unknown_key": "There is no setting “%(key)s”.",
    "not_text": "“%(key)s” is a text in quotes.",
    "not_list": "“%(key)s” is a list in brackets.",
    "not_whole": "“%(key)s” is a whole number.",
    "not_bool": "“%(key)s” is true or false.",
    "out_of_range": "“%(key)s” lies between %(least)s and %(most)s.",
    "bad_number": "The number of a paper may have {year} and {serial} in it, nothing else in braces.",
    "twice": "Two schedules are called “%(key)s”.",
    "unknown_choice": "“%(key)s” is one of: %(choices)s.",
    "too_long": "“%(key)s” has at most %(most)s characters.",
    "unknown_area": "There is no district, street or community with the code “%(area)s”.",
    "out_of_reach": "The schedule “%(key)s” reaches farther than your post.",
    "citys_own": "Only a post that has the whole city changes “%(key)s”.",
}
_TEXTS = ("organ", "organ_en", "number", "to", "to_en", "copies", "copies_en")
_RANGES = {"begins": (1, 28), "best": (1, 10), "pending_days": (1, 3650), "pending_most": (0, 500),
           "classes_most": (0, 100)}  # fmt: skip
_LISTS = ("totals",)
LONGEST_KEY = 60
"""Of a schedule: as many as a report keeps of it."""
_WIDTH = re.compile(r"(0?[1-9]d?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Made on the `day` of the month after a period's end (its last where the month is shorter), from `hour` on; with
    `after_freeze` only once the period of each scheme is frozen. `area`: the code of the area that it is about; empty:
    the whole city."""

    key: str
    kind: str
    schemes: tuple[str, ...]
    day: int
    hour: int
    lang: str = "zh"
    after_freeze: bool = False
    area: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """See `rules/standard.toml` for what each means."""

    organ: str
    organ_en: str
    number: str
    to: str
    to_en: str
    copies: str
    copies_en: str
    begins: int
    best: int
    pending_days: int
    pending_most: int
    classes_most: int
    totals: tuple[str, ...]
    schedule: tuple[Schedule, ...]


@cache
def standard() -> dict[str, Any]:
    text = (files("citygrid.bulletins") / "rules" / "standard.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def read(text: str, report: Report) -> dict[str, Any]:
    """The table of a file; what is wrong goes to the report."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report.add(FILE, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)[:200]})
        return {}
    parse(table, report)
    return table


def parse(own: Mapping[str, Any], report: Report) -> Rules:
    """The rules of a city's own table over the standard ones; wrong values are told and taken as the standard's."""
    table = dict(standard())
    for key, value in own.items():
        problem = _problem(key, value)
        if problem:
            report.add(FILE, 0, key, problem[0], MESSAGES[problem[0]], problem[1])
        else:
            table[key] = value
    schedules = tuple(one for row in table["schedule"] if (one := _schedule(row, report)) is not None)
    for key in {one.key for one in schedules if sum(other.key == one.key for other in schedules) > 1}:
        report.add(FILE, 0, "schedule", "twice", MESSAGES["twice"], {"key": key})
    return Rules(**{**table, "totals": tuple(table["totals"]), "schedule": schedules})


def _problem(key: str, value: Any) -> tuple[str, dict[str, Any]] | None:
    if key not in standard():
        return "unknown_key", {"key": key}
    if key in _TEXTS:
        if not isinstance(value, str):
            return "not_text", {"key": key}
        return ("bad_number", {}) if key == "number" and not _numbers(value) else None
    if key in _RANGES:
        return _outside(key, value, *_RANGES[key])
    if not isinstance(value, list) or (key in _LISTS and not all(isinstance(one, str) for one in value)):
        return "not_list", {"key": key}
    return None


def _outside(key: str, value: Any, least: int, most: int) -> tuple[str, dict[str, Any]] | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "not_whole", {"key": key}
    return None if least <= value <= most else ("out_of_range", {"key": key, "least": least, "most": most})


def _numbers(text: str) -> bool:
    """No widths but those of a number: `{serial:999999999}` would be a paper of a gigabyte."""
    try:
        found = list(Formatter().parse(text))
    except ValueError:
        return False
    names = [(name, form or "", turned) for _literal, name, form, turned in found if name is not None]
    return all(name in ("year", "serial") and not turned and _WIDTH.fullmatch(form) for name, form, turned in names)


def _schedule(row: Any, report: Report) -> Schedule | None:
    found = _schedule_problem(row)
    if found is not None:
        report.add(FILE, 0, "schedule", found[0], MESSAGES[found[0]], found[1])
        return None
    return Schedule(row["key"], row["kind"], tuple(row["schemes"]), row["day"], row["hour"], row.get("lang", "zh"),
                    row.get("after_freeze", False), row.get("area", ""))  # fmt: skip


def _schedule_problem(row: Any) -> tuple[str, dict[str, Any]] | None:
    if not isinstance(row, dict) or not isinstance(row.get("key"), str) or not row["key"]:
        return "not_text", {"key": "schedule.key"}
    return _schedule_words(row) or _schedule_days(row)


def _schedule_words(row: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    unknown = [name for name in row if name not in Schedule.__dataclass_fields__]
    if unknown:
        return "unknown_key", {"key": f"schedule.{unknown[0]}"}
    if len(row["key"]) > LONGEST_KEY:
        return "too_long", {"key": "schedule.key", "most": LONGEST_KEY}
    for name, choices in (("kind", KINDS), ("lang", LANGUAGES)):
        if row.get(name, "zh" if name == "lang" else None) not in choices:
            return "unknown_choice", {"key": f"schedule.{name}", "choices": ", ".join(choices)}
    if not isinstance(row.get("area", ""), str):
        return "not_text", {"key": "schedule.area"}
    return None


def _schedule_days(row: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    schemes = row.get("schemes")
    if not isinstance(schemes, list) or not schemes or not all(isinstance(one, str) for one in schemes):
        return "not_list", {"key": "schedule.schemes"}
    if not isinstance(row.get("after_freeze", False), bool):
        return "not_bool", {"key": "schedule.after_freeze"}
    day, hour = row.get("day"), row.get("hour")
    return _outside("schedule.day", day, 1, 31) or _outside("schedule.hour", hour, 0, 23)
