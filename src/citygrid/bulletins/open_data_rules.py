"""What a city says about its open data (`open_data.toml` of its folder, over `rules/open_data.toml`)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from citygrid.bulletins.open_data_models import OpenDataRules
from citygrid.standards.reports import Report

FILE = "open_data.toml"
DAYS = ("day", "month")
GRID = "grid"
RANGES = {"months": (1, 120), "least": (2, 1000), "hours": (1, 24), "place": (50, 5000)}
BOUNDS = ("months", "place", "least", "day", "hours")
MESSAGES = {
    "not_toml": "This is not TOML: %(reason)s.",
    "unknown_key": "There is no setting “%(key)s”.",
    "wrong_kind": "“%(key)s” is %(wanted)s.",
    "out_of_range": "“%(key)s” lies between %(least)s and %(most)s.",
    "unknown_choice": "“%(key)s” is one of: %(choices)s.",
}


@dataclass(frozen=True, slots=True)
class OpenRules:
    """See `rules/open_data.toml` for what each means."""

    on: bool
    months: int
    place: int | str
    least: int
    day: str
    hours: int
    without: tuple[str, ...]
    publisher: str
    publisher_en: str
    contact: str
    licence: str
    licence_url: str
    licence_text: str


@cache
def standard() -> dict[str, Any]:
    text = (files("citygrid.bulletins") / "rules" / "open_data.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def parse(text: str, report: Report) -> OpenRules:
    """The rules of a city's text over the standard ones; what is wrong is reported, and as the standard has it."""
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        report.add(FILE, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)[:200]})
        own = {}
    table = dict(standard())
    for key, value in own.items():
        problem = _problem(key, value)
        if problem:
            report.add(FILE, 0, key, problem[0], MESSAGES[problem[0]], problem[1])
        else:
            table[key] = value
    table["without"] = tuple(table["without"])
    return OpenRules(**{one.name: table[one.name] for one in fields(OpenRules)})


def current() -> OpenRules:
    """The newest; the standard ones where a city has none."""
    return parse(own(), Report())


def bounds(rules: OpenRules) -> dict[str, Any]:
    """What a release keeps of the rules by which it was made: all that says how much it may tell."""
    return {**{key: getattr(rules, key) for key in BOUNDS}, "without": sorted(rules.without)}


def as_strict(made_by: Mapping[str, Any], rules: OpenRules) -> bool:
    """Whether what was made by those bounds tells no more than these rules allow; not where nothing is known of it. A
    unit grid and a square cannot be compared."""
    if set(made_by) != {*BOUNDS, "without"}:
        return False
    place, now = made_by["place"], rules.place
    coarse = place == now or (isinstance(place, int) and isinstance(now, int) and place >= now and place % now == 0)
    return (
        coarse and made_by["least"] >= rules.least and made_by["hours"] % rules.hours == 0
        and made_by["months"] <= rules.months and (made_by["day"] == "month" or rules.day == "day")
        and set(rules.without) <= set(made_by["without"])
    )  # fmt: skip


def own() -> str:
    """The city's text as it was given."""
    row = OpenDataRules.objects.order_by("-at", "-id").first()
    return row.text if row is not None else ""


def keep(text: str, at: datetime) -> Report:
    """The text becomes the city's rules unless something is wrong with it; the same again changes nothing."""
    report = Report()
    parse(text, report)
    if report.ok and text != own():
        OpenDataRules.objects.create(text=text, at=at)
    return report


def _problem(key: str, value: Any) -> tuple[str, dict[str, Any]] | None:
    usual = standard().get(key)
    if usual is None:
        return "unknown_key", {"key": key}
    if key == "place" and value == GRID:
        return None
    if type(value) is not type(usual):
        wanted = {bool: "true or false", int: "a whole number", str: "a text", list: "a list of texts"}[type(usual)]
        return "wrong_kind", {"key": key, "wanted": wanted}
    if key in RANGES and not RANGES[key][0] <= value <= RANGES[key][1]:
        return "out_of_range", {"key": key, "least": RANGES[key][0], "most": RANGES[key][1]}
    if isinstance(value, list) and not all(isinstance(one, str) for one in value):
        return "wrong_kind", {"key": key, "wanted": "a list of texts"}
    wrong_day = key == "day" and value not in DAYS
    return ("unknown_choice", {"key": key, "choices": ", ".join(DAYS)}) if wrong_day else None
