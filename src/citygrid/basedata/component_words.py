"""A component for a reader: its facts with titles in the reader's language, and what changed between two versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from citygrid.areas.models import Area
from citygrid.basedata.classes import Classes, classes_at
from citygrid.basedata.identifying import BY_PLACE
from citygrid.basedata.models import ComponentVersion, Facts
from citygrid.basedata.sheets import Field
from citygrid.organization.models import Body, Person
from citygrid.web.words import chinese, office_day

UNITS = ("department", "owner", "maintainer")
# Facts that the page shows elsewhere: at the top, on the map, in the place.
APART = frozenset(("code", "class", "name", "grid", "state", "surveyed_on", *UNITS, *(one + "_name" for one in UNITS)))


@dataclass(frozen=True, slots=True)
class Shown:
    """A fact with its title; `name` is the field's."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What one version says otherwise than the one before."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Step:
    """A version with what it changed."""

    version: ComponentVersion
    who: str
    differences: tuple[Difference, ...]


def title_of(field: Field) -> str:
    return field.title if chinese() or not field.title_en else field.title_en


def class_name(class_id: str, day: date) -> str:
    """The class in the reader's language; its code when it is no longer in force."""
    sheet = classes_at(day).sheets.get(class_id)
    if sheet is None:
        return class_id.rpartition(":")[2] or class_id
    return sheet.name if chinese() or not sheet.name_en else sheet.name_en


def own_name(row: Facts, day: date) -> str:
    """The component's own name; empty where it is only that of its class."""
    sheet = classes_at(day).sheets.get(row.class_id)
    return "" if sheet is not None and row.name in (sheet.name, sheet.name_en) else row.name


def class_names(ids: Iterable[str], day: date) -> dict[str, str]:
    return {one: class_name(one, day) for one in set(ids)}


def state_name(state: str, day: date) -> str:
    field = classes_at(day).basic("state")
    return field.say(state, chinese()) if field and state else state


def facts(row: Facts, day: date) -> list[Shown]:
    """The facts that a component has, basic ones first, then those of its class, then whatever else it brings along."""
    known = classes_at(day)
    shown = [Shown(one.name, title_of(one), _basic(row, one)) for one in known.basics if one.name not in APART]
    return [one for one in shown if one.text] + _own(row, known)


def _own(row: Facts, known: Classes) -> list[Shown]:
    sheet = known.sheets.get(row.class_id)
    fields = {one.name: one for one in (sheet.fields if sheet else ())}
    ordered = [*fields, *(name for name in row.attributes if name not in fields)]
    said = [name for name in ordered if row.attributes.get(name) not in (None, "")]
    return [_attribute(name, row.attributes[name], fields) for name in said]


def _attribute(name: str, value: Any, fields: Mapping[str, Field]) -> Shown:
    one = fields.get(name)
    return Shown(name, title_of(one), with_unit(one, value)) if one else Shown(name, name, str(value))


def with_unit(field: Field, value: Any) -> str:
    """A value for a reader, with its unit."""
    text = field.say(value, chinese())
    return f"{text} {field.unit}" if text and field.unit else text


def _basic(row: Facts, field: Field) -> str:
    value = getattr(row, field.name, None)
    if field.name == "key" and str(value).startswith(BY_PLACE):
        return ""
    if isinstance(value, date):
        return office_day(value)
    return field.say(value, chinese()) if value not in (None, "") else ""


def steps(versions: Iterable[ComponentVersion], day: date) -> list[Step]:
    """The history, each version with what it changed against the one before. `versions`: newest first."""
    rows = list(versions)
    people = {one.pk: str(one) for one in Person.objects.filter(pk__in=[row.by for row in rows if row.by])}
    shown = []
    for n, row in enumerate(rows):
        before = rows[n + 1] if n + 1 < len(rows) else None
        changed = tuple(differences(before, row, day)) if before is not None else ()
        shown.append(Step(row, people.get(row.by or 0, ""), changed))
    return shown


def differences(old: Facts, new: Facts, day: date) -> list[Difference]:
    """What the new one says otherwise, in the reader's language."""
    before, after = _said(old, day), _said(new, day)
    found = []
    for name in dict.fromkeys([*after, *before]):
        title = (after.get(name) or before[name])[0]
        texts = before.get(name, ("", ""))[1], after.get(name, ("", ""))[1]
        if texts[0] != texts[1]:
            found.append(Difference(title, *texts))
    return found


def _said(row: Facts, day: date) -> dict[str, tuple[str, str]]:
    """Every fact by name, as title and text."""
    known = classes_at(day)
    found = {one.name: (title_of(one), _basic(row, one)) for one in known.basics if one.name not in ("code", "class")}
    field = known.basic("class")
    found["class"] = (title_of(field) if field else "class", class_name(row.class_id, day))
    place = f"{row.lon:.7f}, {row.lat:.7f}" if row.lon is not None and row.lat is not None else ""
    found["place"] = (_("Coordinates"), place)
    if row.shape is not None:
        found["shape"] = (_("Shape"), f"{len(bytes(row.shape))} B · {row.digest[:8]}")
    for one in _own(row, known):
        found["own:" + one.name] = (one.title, one.text)
    return found


def area_names(rows: Iterable[Any], levels: Iterable[str] = ("district", "street", "community")) -> dict[str, str]:
    """Names of the areas in which the components are, by code; as they are called now."""
    codes = {getattr(row, level) for row in rows for level in levels} - {""}
    found = Area.objects.filter(code__in=codes, valid_to=None).values_list("code", "name")
    return {code: name or code for code, name in found}


def bodies(rows: Iterable[Facts]) -> dict[str, str]:
    """Names of the departments, by code."""
    codes = {getattr(row, unit) for row in rows for unit in UNITS} - {""}
    return {one.code: one.short_name or str(one) for one in Body.objects.filter(code__in=codes)}


def unit(row: Facts, role: str, names: Mapping[str, str]) -> str:
    """Who owns (or keeps, or supervises) it: the body here, else the name as given."""
    code = getattr(row, role)
    return names.get(code) or getattr(row, role + "_name") or code
