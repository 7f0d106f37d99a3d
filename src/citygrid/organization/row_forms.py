"""Forms of single rows of the organization: a body, a post, a relation, a member, a hotline seat, an extension. A form
is a workbook of one row: the same path checks and writes it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from citygrid.organization import state
from citygrid.organization.files import (
    BODIES,
    DESKS,
    EXTENSIONS,
    MEMBERS,
    NEEDED,
    POSTS,
    RELATIONS,
    Line,
)
from citygrid.organization.models import Body, Role
from citygrid.organization.planning import FIELDS, canonical, columns, key_of
from citygrid.organization.proposing import Wish
from citygrid.organization.workbooks.workbook_words import DATES, SHEETS, WORDS, choices, words_of
from citygrid.standards.reports import Problem, Report

SLUGS: Mapping[str, str] = {FIELDS[table]: table for table in (POSTS, RELATIONS, MEMBERS, DESKS, EXTENSIONS)}
"""What stands in an address -> the table of rows that belong to a body."""
TITLES: Mapping[str, Any] = {
    BODIES: gettext_lazy("Body"),
    POSTS: gettext_lazy("Post"),
    RELATIONS: gettext_lazy("Relation"),
    MEMBERS: gettext_lazy("Member of the commission"),
    DESKS: gettext_lazy("Hotline seat"),
    EXTENSIONS: gettext_lazy("Extension"),
}
HINTS: Mapping[tuple[str, str], Any] = {
    (BODIES, "code"): gettext_lazy("Letters A to Z, digits, _ . and -. It stays as it is."),
    (POSTS, "code"): gettext_lazy("Letters A to Z, digits, _ . and -. It stays as it is."),
    (BODIES, "areas"): gettext_lazy("Codes of areas, parted by blanks."),
    (POSTS, "areas"): gettext_lazy("Codes of areas, parted by blanks; empty: those of the body."),
    (BODIES, "calendar"): gettext_lazy("Empty: the city's calendar."),
    (BODIES, "partner_address"): gettext_lazy("Of the platform that this body runs itself, if it does."),
    (RELATIONS, "sector"): gettext_lazy("Such as roads, greenery, sanitation."),
    (MEMBERS, "person"): gettext_lazy("The login of somebody with an account; or else a name below."),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `kind`: text, date, select or fixed (shown, not to be changed)."""

    name: str
    label: str
    kind: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    needed: bool = False
    errors: tuple[str, ...] = ()
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is: its key, its cells, and a short word for both that a form carries (`mark`)."""

    table: str
    cells: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        return key_of(self.table, self.cells)

    @property
    def ident(self) -> str:
        """What an address names the row by."""
        return ident_of(*self.key)

    @property
    def mark(self) -> str:
        """Changes when any cell changes."""
        whole = "\x1f".join(f"{name}={self.cells.get(name, '')}" for name in columns(self.table))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def ident_of(*key: str) -> str:
    """What an address names a row by: names of people do not stand in addresses."""
    return hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:16]


def rows_of(table: str, body: str, at: date) -> list[Row]:
    """The rows of a table that belong to a body, as they are; of relations those in which it stands first."""
    column = "code" if table == BODIES else "body"
    return [Row(table, canonical(table, cells)) for cells in state.of_table(table, at) if cells[column] == body]


def typed(table: str, said: Mapping[str, str], fixed: Mapping[str, str]) -> dict[str, str]:
    """The cells of a form: what was typed, without signs that nobody sees, and what is not to be typed."""
    cells = {name: " ".join(str(said.get(name, "")).replace("\0", "").split()) for name in columns(table)}
    return {**canonical(table, cells), **fixed}


def wish(table: str, cells: Mapping[str, str], before: Row | None) -> Wish:
    """The change that a form asks for; a row with another key is another row, and the one before ends."""
    line = Line(table, 1, dict(cells))
    ended = {table: [before.key]} if before is not None and before.key != key_of(table, cells) else None
    return Wish({table: [line]}, frozenset(), ended)


def fields(table: str, cells: Mapping[str, str], fixed: Mapping[str, str], report: Report | None = None) -> list[Field]:
    """The fields of a form in the order of the columns, with what is wrong in each."""
    wrong: dict[str, list[str]] = {}
    for problem in own(report):
        wrong.setdefault(problem.field, []).append(sentence(problem))
    found = []
    for name in columns(table):
        options = _options(table, name, cells)
        if name == "body" and name in fixed:
            continue  # the page's head says it
        kind = "fixed" if name in fixed else "date" if name in DATES else "select" if options else "text"
        found.append(
            Field(
                name=name,
                label=str(WORDS[name]),
                kind=kind,
                value=cells.get(name, ""),
                options=options,
                hint=str(HINTS.get((table, name), "")),
                needed=name in NEEDED[table],
                errors=tuple(wrong.get(name, ())),
            )
        )
    return found


def own(report: Report | None) -> list[Problem]:
    """The problems of the row itself."""
    return [problem for problem in report.problems if problem.line == 1] if report else []


def others(report: Report | None) -> list[str]:
    """What the change would break elsewhere, as sentences."""
    return [sentence(problem) for problem in report.problems if problem.line != 1] if report else []


def sentence(problem: Problem) -> str:
    """A problem for the reader; columns and values by their names."""
    params = {name: str(value) for name, value in problem.params.items()}
    if params.get("column") in WORDS:
        params["column"] = str(WORDS[params["column"]]).lower()
    if "values" in params:
        words = words_of(problem.file).get(problem.field, {}) if problem.file in SHEETS else {}
        params["values"] = _(", ").join(words.get(value, value) for value in params["values"].split(", "))
    return _(problem.message) % params


def _options(table: str, name: str, cells: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    known = {value: str(word) for value, word in choices(table, name).items()}
    if name in ("parent", "other"):
        alive = Body.objects.filter(Q(active_until=None) | Q(code=cells.get(name, ""))).order_by("code")
        known = {body.code: f"{body} ({body.code})" for body in alive}
    elif (table, name) == (POSTS, "role"):
        known = {role.code: str(role) for role in Role.objects.order_by("code")}
    elif table == EXTENSIONS and name in ("desk", "post"):
        known = _of_centre(name, cells.get("body", ""))
    if not known:
        return ()
    kept = cells.get(name, "")
    empty = [("", "—")] if name not in NEEDED[table] or not kept else []
    left = [(kept, kept)] if kept and kept not in known else []
    return (*empty, *known.items(), *left)


def _of_centre(name: str, body: str) -> dict[str, str]:
    one = Body.objects.filter(code=body).first()
    if one is None:
        return {}
    if name == "desk":
        return {desk.number: f"{desk.number} {desk.get_kind_display()}" for desk in one.desks.filter(active=True)}
    return {post.code: str(post) for post in one.posts.filter(active=True).order_by("code")}
