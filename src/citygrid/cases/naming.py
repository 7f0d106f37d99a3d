"""Names for ids in the reader's language, asked in bulk: bodies, people, classes, areas, roles."""

from collections.abc import Iterable

from django.utils import timezone

from citygrid.areas.models import Area
from citygrid.cases import directory
from citygrid.organization.models import Person, Role
from citygrid.rulebook.models import ManagedClass
from citygrid.rulebook.slices import NoRules, profile_at
from citygrid.web.words import chinese


def body(number: int | None) -> str:
    """The name of a body; empty for none."""
    if number is None:
        return ""
    book = directory.current()
    return (book.names if chinese() else book.names_en).get(number, str(number))


def people(ids: Iterable[int | None]) -> dict[int, str]:
    """Person id -> name. The system is nobody: it is left out."""
    wanted = {one for one in ids if one}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


def classes(ids: Iterable[str | None]) -> dict[str, str]:
    """Class id -> name, as the newest row has it."""
    wanted = {one for one in ids if one}
    if not wanted:
        return {}
    rows = ManagedClass.objects.filter(class_id__in=wanted).order_by("valid_from")
    zh = chinese()
    return {row.class_id: row.name if zh or not row.name_en else row.name_en for row in rows}


def class_words(class_id: str | None) -> str:
    """The name of one class; its id where it has none."""
    return classes([class_id]).get(class_id or "", class_id or "")


def areas(ids: Iterable[int | None]) -> dict[int, str]:
    """Area id -> name, or the code where an area has no name."""
    wanted = {one for one in ids if one}
    rows = Area.objects.filter(pk__in=wanted).values_list("pk", "name", "code") if wanted else ()
    return {pk: name or code for pk, name, code in rows}


def roles(codes: Iterable[str]) -> dict[str, str]:
    return {role.code: str(role) for role in Role.objects.filter(code__in=set(codes))}


def city(in_chinese: bool) -> str:
    """How the city calls itself in its profile; empty before a city is loaded."""
    try:
        profile = profile_at(timezone.now())
    except NoRules:
        return ""
    return profile.name if in_chinese or not profile.name_en else profile.name_en
