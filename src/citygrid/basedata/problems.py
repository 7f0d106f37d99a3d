"""What may be wrong with a row of a survey: a code, a sentence with parameters, and how grave it is.

An error keeps the row out of the register. A warning is accepted by a person, with a reason, or the row stays out."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

ERROR, WARNING = "error", "warning"

MESSAGES: dict[str, str] = {
    "class_missing": "The class is missing.",
    "class_unknown": "There is no class “%(value)s” in force.",
    "class_ambiguous": "“%(value)s” may be several classes: %(classes)s.",
    "code_length": "A component code has %(length)s digits (%(pattern)s); “%(text)s” has %(found)s.",
    "code_digits": "A component code is made of the digits 0 to 9; “%(text)s” has other signs.",
    "code_part": "In “%(text)s” the part %(part)s must be from %(least)s to %(greatest)s.",
    "code_class": "The code “%(text)s” says class %(found)s, the row says %(class)s.",
    "code_district": "The code “%(text)s” is of the district %(found)s, the place lies in %(district)s.",
    "code_moved": "The component %(text)s of the district %(found)s lies in %(district)s now.",
    "code_twice": "The code “%(text)s” is in this file more than once: row %(row)s.",
    "code_retired": "The code “%(text)s” belonged to a component that is gone since %(since)s: it is not used again.",
    "code_full": "No number is left for a component of class %(class)s in %(district)s.",
    "key_missing": "The number is missing.",
    "key_twice": "The number “%(text)s” is in this file more than once: row %(row)s.",
    "key_other_code": "The owner's number “%(key)s” belongs to the component %(code)s.",
    "place_missing": "The row has no place on the map.",
    "place_wrong": "The shape cannot be used: %(reason)s",
    "geometry_kind": "The class wants a %(wanted)s, the row has a %(found)s.",
    "outside_area": "The place (%(lon)s, %(lat)s) is not in the area of this system.",
    "outside_service_area": "The place (%(lon)s, %(lat)s) is outside the approved service area.",
    "grid_differs": "The row says grid %(given)s, the place lies in %(grid)s.",
    "unit_unknown": "There is no unit “%(value)s” here.",
    "accuracy_low": "The class wants accuracy %(wanted)s, the row has %(value)s.",
    "near_row": "Only %(metres)s m from row %(row)s of the same class: the same thing twice?",
    "near_component": "Only %(metres)s m from the component %(code)s of the same class: the same thing?",
    "moved_far": "The component %(code)s moves by %(metres)s m.",
    "older": "The component %(code)s was changed on %(day)s, after this survey.",
    "returned": "The component %(code)s was gone since %(since)s: is it there again?",
    "class_changed": "%(code)s is of the class %(class)s: a component keeps its class; end it and enter a new one.",
    "field_missing": "The class wants this fact.",
    "field_unknown": "The class has no such fact; what stands there is not taken over.",
    "text_long": "The text has %(length)s characters, %(most)s are the most.",
    "not_number": "“%(value)s” is no number.",
    "number_bounds": "%(value)s is not from %(least)s to %(most)s.",
    "not_date": "“%(value)s” is no date.",
    "date_future": "%(value)s lies after the day of the survey.",
    "dates_order": "It ends (%(until)s) before it begins (%(since)s).",
    "not_bool": "“%(value)s” is neither yes nor no.",
    "not_choice": "“%(value)s” is none of: %(choices)s.",
    "not_listed": "It is in the register and not in this file, which says that it has all: gone?",
    "unreadable": "%(reason)s",
}  # fmt: skip

WARNINGS = frozenset({
    "code_moved", "grid_differs", "unit_unknown", "accuracy_low", "near_row", "near_component", "moved_far", "older",
    "returned", "field_unknown",
})  # fmt: skip

Problem = dict[str, Any]


def make(code: str, field: str = "", /, **params: Any) -> Problem:
    """A problem as a row keeps it."""
    return {"code": code, "field": field, "severity": severity(code), "params": params}


def severity(code: str) -> str:
    return WARNING if code in WARNINGS else ERROR


def sentence(problem: Mapping[str, Any]) -> str:
    """The problem in the reader's language."""
    params: dict[str, Any] = problem["params"]
    return gettext(problem.get("message") or MESSAGES[problem["code"]]) % params


def open_warnings(problems: list[Problem]) -> int:
    """How many warnings nobody has accepted yet."""
    return sum(one["severity"] == WARNING and "accepted" not in one for one in problems)
