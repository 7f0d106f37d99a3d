"""Names for ids in the reader's language, asked in bulk: bodies, people, classes, areas, roles."""

from collections.abc import Iterable

from django.utils import timezone

from citygrid.areas.models import Area
from citygrid.cases import directory
from citygrid.organization.models import Person, Role
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.slices import NoRules, profile_at, remembered
from citygrid.web.words import chinese


def body(number: int | None) -> str:
    """The name of a body; empty for none."""
    if number is None:
        return ""
    book = directory.current()
    return (book.names if chinese() else book.names_en).get(number, str(number))


def people(ids: Iterable[int | None]) -> dict[int, str]:
    """Person id -> name. The system is nobody: it is left out."""
    wanted, known = {one for one in ids if one}, remembered("people")
    missing = wanted - known.keys()
    if missing:
        known.update(dict(Person.objects.filter(pk__in=missing).values_list("pk", "name")))
    return {one: known[one] for one in wanted if one in known}


def classes(ids: Iterable[str | None]) -> dict[str, str]:
    """Class id -> name, as the newest row has it."""
    wanted, known = {one for one in ids if one}, remembered("classes")
    missing = wanted - known.keys()
    if missing:
        rows = ManagedClass.objects.filter(class_id__in=missing).order_by("valid_from")
        named = rows.values_list("class_id", "name", "name_en")
        known.update({**dict.fromkeys(missing), **{pk: (name, name_en or name) for pk, name, name_en in named}})
    language = 0 if chinese() else 1
    return {one: known[one][language] for one in wanted if known[one] is not None}


def class_words(class_id: str | None) -> str:
    """The name of one class; its id where it has none."""
    return classes([class_id]).get(class_id or "", class_id or "")


def areas(ids: Iterable[int | None]) -> dict[int, str]:
    """Area id -> name, or the code where an area has no name."""
    wanted, known = {one for one in ids if one}, remembered("areas")
    missing = wanted - known.keys()
    if missing:
        rows = Area.objects.filter(pk__in=missing).values_list("pk", "name", "code")
        known.update({**dict.fromkeys(missing), **{pk: name or code for pk, name, code in rows}})
    return {one: known[one] for one in wanted if known[one] is not None}


def roles(codes: Iterable[str]) -> dict[str, str]:
    known = remembered("roles")
    if not known:
        known.update({role.code: role for role in Role.objects.all()})
    return {code: str(known[code]) for code in set(codes) if code in known}


def city(in_chinese: bool) -> str:
    """How the city calls itself in its profile; empty before a city is loaded."""
    try:
        profile = profile_at(timezone.now())
    except NoRules:
        return ""
    return profile.name if in_chinese or not profile.name_en else profile.name_en
