"""Keeping places by hand: add, change, name otherwise, retire. A change leaves a version and a line in the audit."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone

from citygrid.geocoding import crossings, indexing
from citygrid.geocoding.drafts import FACTS, Draft, apply
from citygrid.geocoding.models import Alias, Kind, Place, PlaceVersion
from citygrid.maps import metres
from citygrid.organization.seats import Signed
from citygrid.trust import audit


class KeepError(ValueError):
    """A change that cannot be made. `code` is for machines, `message % params` is the English sentence."""

    def __init__(self, code: str, message: str, params: dict[str, Any] | None = None) -> None:
        self.code, self.message, self.params = code, message, params or {}
        super().__init__(message % self.params)


@dataclass(frozen=True, slots=True)
class Who:
    """Who changes, and why."""

    signed: Signed
    why: str = ""


def save(code: str, draft: Draft, expected: int | None, who: Who, at: datetime) -> Place:
    """Add a place (`expected` None) or change the one that is at this version; the same facts again change nothing.

    Raises KeepError `unknown_place`, `changed_meanwhile`, `code_taken`."""
    with transaction.atomic():
        known = Place.objects.select_for_update().filter(code=code).first()
        if expected is None and known is None:
            return _add(code, draft, who, at)
        if known is None:
            raise KeepError("unknown_place", "There is no place with the code %(code)s.", {"code": code})
        if _same(known, draft):
            return known
        if expected is None:
            raise KeepError("code_taken", "There is another place with the code %(code)s.", {"code": code})
        _fresh(known, expected)
        PlaceVersion.objects.bulk_create([former(known, at, who)])
        draft.source, draft.source_key = known.source, known.source_key
        was_street = known.kind == Kind.STREET
        draft.aliases = [*draft.aliases]
        place = apply(draft, known, timezone.localdate(at), metres.city())
        place.version, place.kept, place.changed_at = known.version + 1, bool(known.source), at
        place.save()
        _settle(place, was_street)
        _note(place, "geocoding.change", who, at)
        return place


def name_otherwise(code: str, alias: str, who: Who, at: datetime, *, remove: bool = False) -> Place:
    """Give a place another name, or take one away; twice is once."""
    with transaction.atomic():
        place = _locked(code)
        if remove == (alias in place.aliases):
            PlaceVersion.objects.bulk_create([former(place, at, who)])
            place.aliases = [one for one in place.aliases if one != alias] + ([] if remove else [alias])
            place.version, place.changed_at = place.version + 1, at
            place.save(update_fields=["aliases", "version", "changed_at"])
            if remove:
                Alias.objects.filter(code=code, alias=alias).delete()
            else:
                Alias.objects.get_or_create(code=code, alias=alias)
            _settle(place, was_street=False, geometry=False)
            _note(place, "geocoding.alias", who, at)
        return place


def retire(code: str, last: date, who: Who, at: datetime) -> Place:
    """The place exists no longer from that day on. Raises KeepError `ends_before_start`."""
    with transaction.atomic():
        place = _locked(code)
        if place.valid_to == last:
            return place
        if last < place.valid_from:
            params = {"since": place.valid_from.isoformat()}
            raise KeepError("ends_before_start", "The place exists since %(since)s; it cannot end before.", params)
        PlaceVersion.objects.bulk_create([former(place, at, who)])
        place.valid_to, place.version, place.changed_at, place.kept = last, place.version + 1, at, bool(place.source)
        place.save(update_fields=["valid_to", "version", "changed_at", "kept"])
        _settle(place, was_street=place.kind == Kind.STREET)
        _note(place, "geocoding.retire", who, at)
        return place


def former(place: Place, at: datetime, who: Who | None = None) -> PlaceVersion:
    """The version that a change is about to end."""
    facts: dict[str, Any] = {name: getattr(place, name) for name in FACTS}
    facts["valid_from"] = place.valid_from.isoformat()
    facts["valid_to"] = place.valid_to.isoformat() if place.valid_to else None
    facts["shape"] = shapely.from_wkb(bytes(place.shape)).wkt if place.shape is not None else None
    made = PlaceVersion(place=place, version=place.version, facts=facts, at=at)
    if who is not None:
        made.person, made.person_name, made.why = who.signed.person.pk, who.signed.person.name, who.why
    return made


def _add(code: str, draft: Draft, who: Who, at: datetime) -> Place:
    day = timezone.localdate(at)
    place = apply(draft, Place(code=code, changed_at=at), day, metres.city())
    place.valid_from = draft.since or day
    place.save()
    _settle(place, was_street=False)
    _note(place, "geocoding.add", who, at)
    return place


def _same(place: Place, draft: Draft) -> bool:
    compared = ("kind", "name", "road", "number", "category", "weight", "note", "lon", "lat")
    if any(getattr(place, name) != getattr(draft, name) for name in compared):
        return False
    shape = shapely.to_wkb(draft.shape) if draft.shape is not None else None
    own = bytes(place.shape) if place.shape is not None else None
    return own == shape and place.aliases == draft.aliases and draft.address in ("", place.address)


def _locked(code: str) -> Place:
    place = Place.objects.select_for_update().filter(code=code).first()
    if place is None:
        raise KeepError("unknown_place", "There is no place with the code %(code)s.", {"code": code})
    return place


def _fresh(place: Place, expected: int) -> None:
    if place.version != expected:
        message = "Somebody else changed this place meanwhile. Look at it again."
        raise KeepError("changed_meanwhile", message)


def _settle(place: Place, was_street: bool, geometry: bool = True) -> None:
    indexing.put([place])
    if geometry and (was_street or place.kind == Kind.STREET):
        crossings.renew([place.pk])


def _note(place: Place, act: str, who: Who, at: datetime) -> None:
    signed = who.signed
    audit.record(
        at, act, subject=("place", place.code), params={"version": place.version}, person=signed.person.pk,
        seat=signed.seat.pk, post=signed.post.pk,
    )  # fmt: skip
