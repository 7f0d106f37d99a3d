"""The form of a survey as data, and what is wrong with an answer to it. Pure: no database, no clock.

A field: {"name", "label", "label_en", "kind": choice | number | text | yes_no, "required", "choices": [{"code", "name",
"name_en"}]}. What an answer says is text for choice and text, a number, or true / false."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

KINDS = ("choice", "yes_no", "number", "text")
MOST_FIELDS, MOST_CHOICES, LONGEST = 20, 30, 1000
LARGEST = 1e12
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

Field = Mapping[str, Any]


class WrongError(ValueError):
    """An answer or a form that cannot be taken. `code`, `field`: its label or name."""

    def __init__(self, code: str, field: str = "") -> None:
        self.code, self.field = code, field
        super().__init__(f"{code} {field}".strip())


def checked(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """The form, clean and complete. Raises WrongError: no_fields, many_fields, field_name, field_label, field_kind,
    field_choices."""
    if not fields:
        raise WrongError("no_fields")
    if len(fields) > MOST_FIELDS:
        raise WrongError("many_fields")
    seen: set[str] = set()
    return [_field(one, seen) for one in fields]


def _field(one: Field, seen: set[str]) -> dict[str, Any]:
    name, label = str(one.get("name", "")), str(one.get("label", "")).strip()
    if not _NAME.fullmatch(name) or name in seen:
        raise WrongError("field_name", name)
    seen.add(name)
    if not label or len(label) > 100:
        raise WrongError("field_label", name)
    if one.get("kind") not in KINDS:
        raise WrongError("field_kind", label)
    clean = {
        "name": name, "label": label, "label_en": str(one.get("label_en", "")).strip()[:100], "kind": one["kind"],
        "required": bool(one.get("required", False)), "choices": [],
    }  # fmt: skip
    if one["kind"] == "choice":
        clean["choices"] = _choices(one, label)
    return clean


def _choices(one: Field, label: str) -> list[dict[str, str]]:
    found = [
        {"code": str(c.get("code", "")), "name": str(c.get("name", "")).strip(), "name_en": str(c.get("name_en", ""))}
        for c in one.get("choices", ())
    ]
    codes = {c["code"] for c in found}
    named = all(c["code"] and c["name"] for c in found)
    if not named or len(codes) < len(found) or not 2 <= len(found) <= MOST_CHOICES:
        raise WrongError("field_choices", label)
    return found


def read(fields: Sequence[Field], said: Any) -> dict[str, Any]:
    """The values of an answer, by name; what is empty is left out. Raises WrongError: not_values, unknown_field,
    required, choice, number, text, yes_no."""
    if not isinstance(said, Mapping):
        raise WrongError("not_values")
    known = {one["name"]: one for one in fields}
    for name in said:
        if name not in known:
            raise WrongError("unknown_field", str(name)[:40])
    found: dict[str, Any] = {}
    for name, one in known.items():
        value = said.get(name)
        if value is None or value == "":
            if one["required"]:
                raise WrongError("required", one["label"])
            continue
        found[name] = _value(one, value)
    return found


def _value(one: Field, value: Any) -> Any:
    kind = one["kind"]
    if kind == "choice" and value in [c["code"] for c in one["choices"]]:
        return value
    if kind == "yes_no" and isinstance(value, bool):
        return value
    if kind == "number" and _number(value):
        return value
    if kind == "text" and isinstance(value, str) and len(value) <= LONGEST:
        return value.strip()
    raise WrongError(kind, one["label"])


def _number(value: Any) -> bool:
    is_one = isinstance(value, int | float) and not isinstance(value, bool)
    return is_one and math.isfinite(value) and abs(value) <= LARGEST


def say(one: Field, value: Any, zh: bool, yes: str = "", no: str = "") -> str:
    """A value as people read it."""
    if value is None:
        return ""
    if one["kind"] == "choice":
        found = next((c for c in one["choices"] if c["code"] == value), None)
        return str(value) if found is None else label_of(found, zh, "name")
    if one["kind"] == "yes_no":
        return yes if value else no
    return str(value)


def label_of(one: Field, zh: bool, key: str = "label") -> str:
    """The label in the reader's language; the other one where it lacks."""
    return str(one[key] if zh or not one.get(f"{key}_en") else one[f"{key}_en"])
