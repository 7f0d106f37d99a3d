"""The fields above each sheet, with what was typed or what is usual: also beside a refusal, so that nothing is lost."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citygrid.evaluation.insight.rules import insight_at

HOURS = (4, 8, 24, 72, 168)
Given = Mapping[str, str]


def fields(name: str, given: Given, now: datetime) -> dict[str, Any]:
    """What the form of a sheet shows: `fields` that every sheet knows, and its own with their choices."""
    return _OF[name](given, now)


def _plain(words: str) -> Callable[[Given, datetime], dict[str, Any]]:
    return lambda given, now: {"fields": words.split()}


def _breaching(given: Given, now: datetime) -> dict[str, Any]:
    return {"fields": ["class", "district"], "hours": given.get("hours") or "24", "hour_choices": list(map(str, HOURS))}


def _closing(given: Given, now: datetime) -> dict[str, Any]:
    return {
        "fields": [], "by": given.get("by"), "level": given.get("level"),
        "bys": [("unit", _("Unit")), ("area", _("Area")), ("class", _("Class"))],
        "levels": [("district", _("District")), ("street", _("Street")), ("community", _("Community"))],
    }  # fmt: skip


def _places(given: Given, now: datetime) -> dict[str, Any]:
    rules = insight_at(now)
    metres, least = given.get("metres") or rules.place_metres, given.get("least") or rules.place_cases
    return {"fields": ["class", "district"], "metres": metres, "least": least}


def _heat(given: Given, now: datetime) -> dict[str, Any]:
    ways = [("week", _("By week")), ("hour", _("By hour of the week")), ("area", _("By district"))]
    return {"fields": ["class", "district"], "way": given.get("way"), "ways": ways}


_OF: Mapping[str, Callable[[Given, datetime], dict[str, Any]]] = {
    "breaching": _breaching, "load": _plain(""), "closing": _closing, "recurrences": _plain("class district"),
    "places": _places, "heat": _heat,
}  # fmt: skip
