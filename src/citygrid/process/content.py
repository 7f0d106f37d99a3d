"""Is the content of an act well-formed? By the field table alone; what it points at is the facts' matter."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from citygrid.process.acts import ActSpec, Field
from citygrid.process.moments import moment, stamp
from citygrid.process.refusal import refuse
from citygrid.worktime import Limit, LimitError

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/()#-]{0,63}", re.ASCII)
_DEGREES = re.compile(r"-?\d{1,3}\.\d{7}", re.ASCII)


def _uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and value.endswith("Z") and stamp(moment(value)) == value
    except (ValueError, OverflowError):
        return False


def _limit(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(Limit.parse(value)) == value
    except LimitError:
        return False


def _degrees(value: Any, most: int) -> bool:
    return isinstance(value, str) and bool(_DEGREES.fullmatch(value)) and abs(float(value)) <= most


def _text(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == {"id", "digest"}
        and _uuid(value["id"])
        and isinstance(value["digest"], str)
        and len(value["digest"]) <= 128
    )


def _number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _class(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 64


def _part(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) <= {"id", "class_id", "text"}
        and _uuid(value.get("id"))
        and ("class_id" not in value or _class(value["class_id"]))
        and ("text" not in value or _text(value["text"]))
    )


def _parts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and 1 <= len(value) <= 20
        and all(map(_part, value))
        and len({p["id"] for p in value}) == len(value)
    )


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "text": _text,
    "body": _number,
    "bodies": lambda v: isinstance(v, list) and len(v) <= 50 and all(map(_number, v)) and len(set(v)) == len(v),
    "person": _number,
    "class": _class,
    "condition": lambda v: isinstance(v, str) and 0 < len(v) <= 16,
    "moment": _moment,
    "limit": _limit,
    "bool": lambda v: isinstance(v, bool),
    "int": _number,
    "code": lambda v: isinstance(v, str) and bool(_CODE.fullmatch(v)),
    "media": lambda v: isinstance(v, list) and len(v) <= 50 and all(map(_uuid, v)) and len(set(v)) == len(v),
    "case": _uuid,
    "lon": lambda v: _degrees(v, 180),
    "lat": lambda v: _degrees(v, 90),
    "parts": _parts,
}


def check_content(spec: ActSpec, data: Mapping[str, Any]) -> None:
    """Raise a refusal for the first field that is missing, unknown or malformed."""
    known = _FIELDS[spec.name] if spec.name in _FIELDS else _remember(spec)
    for name, value in data.items():
        field = known.get(name)
        if field is None:
            raise refuse("field_unknown", field=name)
        if not (value in field.choices if field.choices else _CHECKS[field.type](value)):
            raise refuse("field_wrong", field=name, value=str(value)[:80])
    for name in _REQUIRED[spec.name]:
        if name not in data:
            raise refuse("field_missing", field=name)


_FIELDS: dict[str, dict[str, Field]] = {}
_REQUIRED: dict[str, tuple[str, ...]] = {}


def _remember(spec: ActSpec) -> dict[str, Field]:
    _FIELDS[spec.name] = {f.name: f for f in spec.fields}
    _REQUIRED[spec.name] = tuple(f.name for f in spec.fields if f.required)
    return _FIELDS[spec.name]
