"""What a row is called: areas, bodies, people on posts, classes, sources; by name in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from citygrid.areas import tree as areas
from citygrid.areas.models import Area
from citygrid.cases import directory, naming, wording
from citygrid.evaluation.counting import Key
from citygrid.organization.models import Body, Person
from citygrid.rulebook.models import ManagedClass

NONE = "none"
BODIES, PEOPLE = ("unit", "contractor", "supervisor", "centre"), ("collector", "in_charge")
"""Subjects that are bodies, and that are people."""


@dataclass(frozen=True, slots=True)
class Subject:
    """`text`: how an address or the command line names it (`none`: no body, no area). `code`: for files."""

    text: str
    code: str
    name: str


def text_of(key: Key) -> str:
    """A key as text: parts with `:` between them where there are several."""
    if all(part is None for part in key):
        return NONE
    return ":".join("" if part is None else str(part) for part in key)


def key_of(by: str, text: str) -> Key:
    """The inverse; ValueError for what is no subject of that sort."""
    if by == "post":
        if text == NONE:
            return (None, None, None)
        role, person, body = text.split(":")
        return (role, int(person) if person else None, int(body) if body else None)
    if text == NONE:
        return (None,)
    return (text,) if by in ("class", "source") else (int(text),)


def is_there(by: str, key: Key) -> bool:
    """Whether there is, or was, such an object; what has none ("nobody", "no unit") is always there."""
    if by == "post":
        return key[1] is None or Person.objects.filter(pk=key[1]).exists()
    if key[0] is None:
        return True
    if by == "source":
        return wording.is_source(key[0])
    if by == "class":
        return ManagedClass.objects.filter(class_id=key[0]).exists()
    return (Area if by == "area" else Body if by in BODIES else Person).objects.filter(pk=key[0]).exists()


def named(by: str, keys: Sequence[Key]) -> dict[Key, Subject]:
    """Code and name of each subject; what has neither any more keeps its id."""
    codes, names = _BY[by](keys)
    found = {}
    for key in keys:
        text = text_of(key)
        if text == NONE:
            found[key] = Subject(NONE, NONE, str(_NONE_NAMES[by]()))
        else:
            found[key] = Subject(text, codes.get(key, text), names.get(key) or codes.get(key, text))
    return found


_Names = tuple[dict[Key, str], dict[Key, str]]


def _areas(keys: Sequence[Key]) -> _Names:
    ids = [key[0] for key in keys if key[0] is not None]
    return {(i,): code for i, code in areas.codes_by_id(ids).items()}, {(i,): n for i, n in naming.areas(ids).items()}


def _units(keys: Sequence[Key]) -> _Names:
    book = directory.current()
    codes = {(body,): code for code, body in book.codes.items()}
    return codes, {key: naming.body(key[0]) for key in keys if key in codes}


def _posts(keys: Sequence[Key]) -> _Names:
    people = naming.people(key[1] for key in keys)
    roles = naming.roles({key[0] for key in keys if key[0]})
    names = {}
    for key in keys:
        role, person, body = key
        who = people.get(person, str(person)) if person else f"{naming.body(body)} · {_('queue')}"
        names[key] = f"{roles.get(role, role or NONE)} · {who}"
    return {}, names


def _people(keys: Sequence[Key]) -> _Names:
    names = naming.people(key[0] for key in keys)
    codes = Person.objects.filter(pk__in=list(names)).values_list("pk", "login")
    return {(pk,): login for pk, login in codes}, {(pk,): name for pk, name in names.items()}


def _classes(keys: Sequence[Key]) -> _Names:
    names = naming.classes(key[0] for key in keys)
    return {}, {(one,): name for one, name in names.items()}


def _sources(keys: Sequence[Key]) -> _Names:
    return {}, {key: wording.source(key[0]) for key in keys if key[0]}


_BY = {
    "area": _areas, "unit": _units, "post": _posts, "class": _classes, "source": _sources, "collector": _people,
    "contractor": _units, "in_charge": _people, "supervisor": _units, "centre": _units,
}  # fmt: skip
WORDS = {
    "unit": gettext_lazy("Unit"),
    "area": gettext_lazy("Area"),
    "post": gettext_lazy("Post"),
    "class": gettext_lazy("Class"),
    "source": gettext_lazy("Source"),
    "collector": pgettext_lazy("person", "Collector"),
    "contractor": gettext_lazy("Collection contractor"),
    "in_charge": gettext_lazy("Person in charge"),
    "supervisor": gettext_lazy("Supervising department"),
    "centre": gettext_lazy("Centre"),
}
"""What each sort of subjects is called."""
_NONE_NAMES = {
    "area": lambda: _("No area"),
    "unit": lambda: _("No unit"),
    "post": lambda: _("Nobody"),
    "class": lambda: _("No class"),
    "source": lambda: _("No source"),
    "collector": lambda: _("No collector"),
    "contractor": lambda: _("No contractor"),
    "in_charge": lambda: _("Not signed for"),
    "supervisor": lambda: _("No supervising department"),
    "centre": lambda: _("No centre"),
}
