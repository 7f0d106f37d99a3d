"""Refusals of the pure packages as sentences in the reader's language, with names instead of codes and ids."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citygrid.organization.models import Body, Person
from citygrid.process.acts import ACTS, ITEM_KINDS
from citygrid.process.refusal import Refusal
from citygrid.process.states import STATE_NAMES, State
from citygrid.web.words import office_day, office_moment, say

FIELDS: dict[str, tuple[str, str]] = {
    field.name: (field.zh, field.en) for spec in reversed(ACTS.values()) for field in spec.fields
}
SIDES = {"supervising": ("监督", "supervising"), "handling": ("处置", "handling"), "neutral": ("中立", "neutral")}


@dataclass(frozen=True, slots=True)
class Told:
    """`code` for tests and machines, `sentence` for the reader, `field` when one field is at fault."""

    code: str
    sentence: str
    field: str = ""


def tell(refusal: Refusal, act: str = "") -> Told:
    """The refusal for a page. `act`: the act that was tried, whose own field names are used."""
    params = {name: _shown(name, value, refusal.code, act) for name, value in refusal.params.items()}
    return Told(refusal.code, _(refusal.message) % params, str(refusal.params.get("field", "")))


def know(param: str, words: Callable[[Any], str]) -> None:
    """A package above says how a parameter of refusals is shown (limits, in the words of cases)."""
    _PARAMS[param] = words


def act_name(name: str) -> str:
    spec = ACTS.get(name)
    return say((spec.zh, spec.en)) if spec else name


def state_name(state: str) -> str:
    try:
        return say(STATE_NAMES[State(state)])
    except ValueError:
        return str(state)


def item_name(kind: Any) -> str:
    return say(ITEM_KINDS[kind]) if kind in ITEM_KINDS else str(kind)


def field_name(name: str, act: str = "") -> str:
    """A field's label as the act calls it."""
    spec = ACTS.get(act)
    field = spec.field(name) if spec else None
    if field is not None:
        return say((field.zh, field.en))
    return say(FIELDS[name]) if name in FIELDS else name


def _shown(name: str, value: Any, code: str, act: str) -> str:
    if name == "field":
        return field_name(str(value), act)
    if name == "value" and code in _LOOKUPS:
        return _LOOKUPS[code](value)
    known = _PARAMS.get(name)
    if known is not None:
        return known(value)
    if isinstance(value, datetime):
        return office_moment(value)
    return str(value)


def _bodies(value: Any) -> str:
    ids = value if isinstance(value, Iterable) and not isinstance(value, str | Mapping) else str(value).split(",")
    numbers = [int(str(one).strip()) for one in ids if str(one).strip().isdigit()]
    found = {body.pk: str(body) for body in Body.objects.filter(pk__in=numbers)}
    return _(", ").join(found.get(n, str(n)) for n in numbers) or str(value)


def _person(value: Any) -> str:
    row = Person.objects.filter(pk=value).first() if str(value).isdigit() else None
    return str(row) if row else str(value)


def _day(value: Any) -> str:
    try:
        return office_day(datetime.fromisoformat(str(value)).date())
    except ValueError:
        return str(value)


_PARAMS: dict[str, Callable[[Any], str]] = {
    "act": lambda v: act_name(str(v)),
    "state": lambda v: state_name(str(v)),
    "side": lambda v: say(SIDES[str(v)]) if str(v) in SIDES else str(v),
    "item": item_name,
    "what": item_name,
    "bodies": _bodies,
    "since": _day,
}
_LOOKUPS: dict[str, Callable[[Any], str]] = {
    "unknown_body": _bodies,
    "not_a_handler": _bodies,
    "same_body": _bodies,
    "not_lower": _bodies,
    "unknown_person": _person,
}
