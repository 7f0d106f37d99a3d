"""What sheets, columns and values of the organization's workbook are called; both languages are understood."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from citygrid.organization import kinds
from citygrid.organization.files import (
    BODIES,
    DESKS,
    EXTENSIONS,
    KINDS,
    MEMBERS,
    PEOPLE,
    POSTS,
    RECORDS,
    RELATIONS,
    SEATS,
)
from citygrid.organization.models import Desk, Member, Side
from citygrid.organization.planning import columns
from citygrid.organization.unit_models import Nature, RelationKind

SHEETS: Mapping[str, Any] = {
    KINDS: _("Kinds of bodies"),
    BODIES: _("Bodies"),
    POSTS: _("Posts"),
    PEOPLE: _("People"),
    SEATS: _("Posts held"),
    RELATIONS: _("Relations"),
    RECORDS: _("Unit records"),
    MEMBERS: _("Commission members"),
    DESKS: _("Hotline seats"),
    EXTENSIONS: _("Extensions"),
}
"""Table -> the name of its sheet."""

WORDS: Mapping[str, Any] = {
    "code": _("Code"),
    "name": _("Name"),
    "short_name": _("Short name"),
    "name_en": _("English name"),
    "kind": _("Kind"),
    "side": pgettext_lazy("organization", "Side"),
    "sides": pgettext_lazy("organization", "Sides"),
    "nature": _("Taken for"),
    "level": _("Level"),
    "parent": _("Body above"),
    "areas": _("Areas"),
    "calendar": _("Calendar"),
    "partner_address": _("Partner address"),
    "active_since": _("In being from"),
    "active_until": _("In being until"),
    "body": _("Body"),
    "other": _("Other body"),
    "role": _("Role"),
    "login": _("Login"),
    "post": _("Post"),
    "sector": _("Sector"),
    "since": _("From"),
    "until": _("Until"),
    "leader": _("Leader in charge"),
    "department": _("Responsible department"),
    "contact": _("Contact"),
    "team": _("Handling team"),
    "team_people": _("People of the team"),
    "funding": _("Funding"),
    "person": _("Person (login)"),
    "office": _("Office held"),
    "part": _("Part in the commission"),
    "number": _("Number"),
    "station": _("Place in the room"),
    "desk": _("Hotline seat"),
}
"""Column -> what it is called, in a workbook as on a page."""

LEVELS: Mapping[str, Any] = {
    "city": pgettext_lazy("level", "city"),
    "district": pgettext_lazy("level", "district"),
    "street": pgettext_lazy("level", "street"),
    "community": pgettext_lazy("level", "community"),
}
DATES = frozenset({"active_since", "active_until", "since", "until"})
_CHOICES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    (BODIES, "side"): dict(Side.choices),
    (BODIES, "level"): LEVELS,
    (KINDS, "sides"): dict(Side.choices),
    (KINDS, "nature"): dict(Nature.choices),
    (RELATIONS, "kind"): dict(RelationKind.choices),
    (MEMBERS, "part"): dict(Member.Part.choices),
    (DESKS, "kind"): dict(Desk.Kind.choices),
}


def choices(table: str, column: str) -> Mapping[str, Any]:
    """Value -> word of a column that has only some values; empty for any other."""
    if (table, column) == (BODIES, "kind"):
        return kinds.names()
    return _CHOICES.get((table, column), {})


def words_of(table: str) -> dict[str, dict[str, str]]:
    """Column -> value -> word in the reader's language, of the columns that have only some values."""
    found = {name: choices(table, name) for name in columns(table)}
    return {name: {value: str(word) for value, word in words.items()} for name, words in found.items() if words}


def shown(words: Mapping[str, str], text: str) -> str:
    """A cell in words (those of its column); a list word by word, and what is no value as it is."""
    if text in words or not words:
        return words.get(text, text)
    return " ".join(words.get(part, part) for part in text.split())


def meanings(table: str) -> dict[str, dict[str, str]]:
    """Column -> word of any language, in small letters -> value."""
    found = {name: {value.casefold(): value for value in choices(table, name)} for name in columns(table)}
    for language in _languages():
        with translation.override(language):
            for name, words in words_of(table).items():
                found[name] |= {word.casefold(): value for value, word in words.items()}
    return {name: words for name, words in found.items() if words}


def meant(words: Mapping[str, str], text: str) -> str:
    """The value that a word stands for; the text itself when it is none."""
    whole = words.get(text.casefold())
    return whole if whole is not None else " ".join(words.get(part.casefold(), part) for part in text.split())


def sheet_of(name: str) -> str | None:
    """The table whose sheet has this name, in either language."""
    return _sheets().get(" ".join(name.split()).casefold())


def column_of(table: str, name: str) -> str | None:
    """The column that is called so, in either language or by its code."""
    return _columns(table).get(" ".join(name.split()).casefold())


@lru_cache(maxsize=1)
def _sheets() -> dict[str, str]:
    return _both(SHEETS)


@lru_cache(maxsize=32)
def _columns(table: str) -> dict[str, str]:
    return _both({name: WORDS[name] for name in columns(table)})


def _both(words: Mapping[str, Any]) -> dict[str, str]:
    """Word -> code, in every language, and the code itself."""
    found: dict[str, str] = {}
    for language in _languages():
        with translation.override(language):
            found |= {str(word).casefold(): code for code, word in words.items()}
    return found | {code.casefold(): code for code in words}


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]
