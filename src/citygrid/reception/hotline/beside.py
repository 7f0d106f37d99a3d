"""What stands beside the call form while it is being filled in: where it is, what is likely the same, what to do.

Shown before anything is saved (asks 6): likely duplicates, public safety, a permit that covers it, the likely unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from citygrid.areas.locating import Outside, located
from citygrid.cases import naming, nearby, options, searching, wording
from citygrid.cases.asking import actor_of
from citygrid.cases.database import plain
from citygrid.organization.seats import Signed
from citygrid.process.acts import ACTS
from citygrid.process.guards import may as may_act
from citygrid.process.model import Place
from citygrid.process.refusal import Refused
from citygrid.process.rules import Variant
from citygrid.process.states import STATE_NAMES, State
from citygrid.reception.permits import valid
from citygrid.rulebook.responsible import responsible
from citygrid.rulebook.search import card
from citygrid.rulebook.slices import NoRules, rules_at
from citygrid.web.words import say

FIRST = 5


@dataclass(frozen=True, slots=True)
class Beside:
    """`outside`: the point lies in no area of ours. `near`: likely duplicates with number, state, metres. `units`: name
    and why, in order of trial."""

    class_name: str = ""
    outside: bool = False
    where: str = ""
    near: Sequence[Mapping[str, Any]] = ()
    safety: bool = False
    conditions: Sequence[tuple[Any, Any]] = ()
    permits: Sequence[valid.Valid] = ()
    units: Sequence[tuple[str, str]] = ()


def look(class_id: str, lon: str, lat: str, signed: Signed, at: datetime) -> Beside:
    """What is known of a class and a point as typed; what is missing or wrong tells nothing."""
    found = card(class_id, at) if class_id else None
    name = naming.class_words(class_id) if found is not None else ""
    safety = found is not None and any(one.safety for one in found.conditions)
    conditions = options.conditions(class_id, at) if found is not None else []
    spot = _spot(lon, lat)
    if spot is None:
        return Beside(name, safety=safety, conditions=conditions)
    place = located(*spot, at)
    if isinstance(place, Outside):
        return Beside(name, outside=True, safety=safety, conditions=conditions)
    areas = (place.grid, place.community, place.street, place.district, place.city)
    ids = [one.id for one in areas if one is not None]
    named = (place.district, place.street, place.community)
    where = " · ".join(one.name or one.code for one in named if one is not None)
    if found is None:
        return Beside(name, where=where)
    return Beside(
        name,
        where=where,
        near=_near(class_id, lon, lat, signed, at),
        safety=safety,
        conditions=conditions,
        permits=valid.valid_at(class_id, *spot, at)[:FIRST],
        units=_units(class_id, ids, at),
    )


def _spot(lon: str, lat: str) -> tuple[float, float] | None:
    try:
        spot = float(lon), float(lat)
    except ValueError:
        return None
    return spot if abs(spot[0]) <= 180 and abs(spot[1]) <= 90 else None


def _near(class_id: str, lon: str, lat: str, signed: Signed, at: datetime) -> list[dict[str, Any]]:
    with plain() as connection:
        found = nearby.near(connection, class_id, Place(lon, lat), at, scope=signed.scope, most=FIRST)
    texts = {one.id: one.text for one in _cases([one.id for one in found], signed)}
    return [
        {"id": one.id, "number": one.report_no, "state": say(STATE_NAMES[State(one.state)]), "metres": one.metres,
         "received_at": one.received_at, "text": texts.get(one.id) or ""}
        for one in found
    ]  # fmt: skip


def _cases(ids: list[Any], signed: Signed) -> list[searching.Listed]:
    return searching.search(signed.scope, searching.Query(ids=tuple(ids))) if ids else []


def _units(class_id: str, ids: list[int], at: datetime) -> list[tuple[str, str]]:
    """The likely units: by class and area only, the component is not asked."""
    tried = [one for one in responsible(class_id, ids, None, None, at) if one.body is not None]
    return [
        (naming.body(one.body), say(wording.REASONS.get(one.reason, (one.reason, one.reason)))) for one in tried[:2]
    ]


def variant_at(at: datetime) -> Variant | None:
    """The city's variant; None before a city is loaded."""
    try:
        return rules_at(at).variant(None)
    except NoRules:
        return None


def may_do(signed: Signed, act: str, at: datetime) -> bool:
    """Whether the post may do an act at all by the variant in force."""
    variant = variant_at(at)
    if variant is None:
        return False
    try:
        may_act(ACTS[act], actor_of(signed), variant)
    except Refused:
        return False
    return True


def rule_of(source: str, at: datetime) -> str:
    """What becomes of a report from this source, in words."""
    variant = variant_at(at)
    if variant is None:
        return ""
    return _("is verified first") if verified_first(variant, source) else _("needs no verification")


def verified_first(variant: Variant, source: str) -> bool:
    """Whether the variant sends what comes from this source to be verified before it is accepted."""
    return variant.source(source).verify
