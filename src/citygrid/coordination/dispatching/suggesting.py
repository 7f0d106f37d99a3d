"""The suggested unit with its reasons in words: which rule answered, what is equal, what lies just over the border.

S0-25 (component's owner or maintainer), S0-34..36 (class and area, territory, nobody), S4-21."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, pi, radians, sin
from typing import Protocol

from django.utils.translation import gettext as _

from citygrid.areas.locating import Outside, located
from citygrid.areas.models import Area
from citygrid.basedata import components
from citygrid.cases import directory, naming, wording
from citygrid.process.states import Side
from citygrid.rulebook.models import Responsibility
from citygrid.rulebook.responsible import Asked, Suggestion, responsible_many
from citygrid.rulebook.slices import localday, profile_at
from citygrid.web.words import say

NOBODY: tuple[int | None, int | None] = (None, None)
METRES_A_DEGREE = 111_320.0
DIRECTIONS = 8
NEAR_BORDER = 50
"""Metres, where the city's profile does not say within what distance two reports are of one place ([duplicates])."""


class Placed(Protocol):
    """What is asked of a case: its class, its areas from the unit grid up, its component."""

    @property
    def class_id(self) -> str | None: ...
    @property
    def areas(self) -> Sequence[int]: ...
    @property
    def component(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Reason:
    """A unit to try, and why. `rule`: number of the row of responsibilities that answered (None: the register of
    components did). `equal`: nothing but the order of trial puts it after the one before."""

    body: int
    name: str
    reason: str
    words: str
    rule: int | None = None
    note: str = ""
    equal: bool = False


@dataclass(frozen=True, slots=True)
class Border:
    """Beyond the border of the unit grid, so many metres away, another unit would be suggested."""

    metres: int
    grid: str
    name: str


def suggest(cases: Sequence[Placed], at: datetime, ownerless: Iterable[int] = ()) -> list[list[Reason]]:
    """For each case the units to try, best first; none where nobody answers for it. `ownerless`: positions of cases
    that were found to be nobody's, whose territory comes first (S0-34)."""
    found = tried(cases, at, ownerless)
    rows = _rules(s.rule for each in found for s in each)
    classes = naming.classes(
        [row.classes for row in rows.values() if not row.classes.endswith("*")] + [c.class_id for c in cases]
    )
    areas = _area_names(row.area for row in rows.values() if row.area)
    return [_reasons(case, each, rows, classes, areas) for case, each in zip(cases, found, strict=True)]


def tried(cases: Sequence[Placed], at: datetime, ownerless: Iterable[int] = ()) -> list[list[Suggestion]]:
    """As `suggest`, without words: bodies that can be dispatched to, and by which rule."""
    book, without = directory.current(), frozenset(ownerless)
    owners = components.owner_bodies_many([c.component for c in cases if c.component], localday(at))
    asked = [
        Asked(c.class_id or "", c.areas, *(NOBODY if n in without else owners.get(c.component or "", NOBODY)))
        for n, c in enumerate(cases)
    ]
    known = responsible_many(asked, at)
    for one in without:
        known[one].sort(key=lambda s: s.reason != Responsibility.Duty.TERRITORY)
    return [
        [s for s in each if c.class_id and s.body in book.bodies and book.bodies[s.body].side is not Side.SUPERVISING]
        for c, each in zip(cases, known, strict=True)
    ]  # fmt: skip


def _rules(numbers: Iterable[int | None]) -> dict[int, Responsibility]:
    wanted = {one for one in numbers if one is not None}
    return Responsibility.objects.in_bulk(wanted) if wanted else {}


def _area_names(codes: Iterable[str]) -> dict[str, str]:
    rows = Area.objects.filter(code__in=set(codes)).order_by("valid_from").values_list("code", "name")
    return {code: name or code for code, name in rows}


def _reasons(
    case: Placed, found: Sequence[Suggestion], rows: Mapping[int, Responsibility], classes: Mapping[str, str],
    areas: Mapping[str, str],
) -> list[Reason]:  # fmt: skip
    reasons: list[Reason] = []
    before: Suggestion | None = None
    for one in found:
        row = rows.get(one.rule) if one.rule is not None else None
        equal = before is not None and bool(one.order) and before.order[:-1] == one.order[:-1]
        words = _words(case, one, row, classes, areas)
        name = naming.body(one.body)
        assert one.body is not None
        reasons.append(Reason(one.body, name, one.reason, words, one.rule, row.note if row else "", equal))
        before = one
    return reasons


def _words(
    case: Placed, one: Suggestion, row: Responsibility | None, classes: Mapping[str, str], areas: Mapping[str, str]
) -> str:
    """Why, in a sentence that names what answered."""
    if row is None:
        owns = _("Owns component %(code)s, as the register of components says.")
        keeps = _("Maintains component %(code)s, as the register of components says.")
        return (owns if one.reason == "owner" else keeps) % {"code": case.component}
    where = areas.get(row.area, row.area) if row.area else _("the whole city")
    if row.kind == Responsibility.Duty.TERRITORY:
        words = _("Territory: the place lies in %(area)s. Rule %(rule)s.")
        return words % {"area": where, "rule": row.pk}
    what = classes.get(row.classes) or row.classes
    if row.classes.endswith("*"):
        prefix = row.classes[:-1]
        what = _("classes %(prefix)s…") % {"prefix": prefix} if prefix else _("all classes")
    words = _("Answers for “%(class)s” in %(area)s. Rule %(rule)s, %(trial)s in the order of trial.")
    return words % {"class": what, "area": where, "rule": row.pk, "trial": row.trial}


@dataclass(frozen=True, slots=True)
class _Elsewhere:
    class_id: str | None
    areas: Sequence[int]
    component: str | None


def borders(case: Placed, lon: float, lat: float, at: datetime) -> list[Border]:
    """Unit grids within the city's own distance of one place where another unit would come first, nearest first.

    Not for a component that has an owner or maintainer: a border changes nothing there. Looks in eight directions at
    a quarter, half and the whole of the distance."""
    here = tried([case], at)[0]
    if not here or here[0].rule is None:
        return []
    metres = int(profile_at(at).data.get("duplicates", {}).get("metres", NEAR_BORDER))
    around = _around(case, lon, lat, metres, at)
    answers = tried([elsewhere for _far, _grid, elsewhere in around], at) if around else []
    found: dict[int, Border] = {}
    for (far, grid, _there), answer in zip(around, answers, strict=True):
        if answer and answer[0].body is not None and answer[0].body != here[0].body:
            found.setdefault(answer[0].body, Border(far, grid, naming.body(answer[0].body)))
    return list(found.values())


def _around(case: Placed, lon: float, lat: float, metres: int, at: datetime) -> list[tuple[int, str, _Elsewhere]]:
    found: dict[str, tuple[int, str, _Elsewhere]] = {}
    for far in (metres // 4, metres // 2, metres):
        for n in range(DIRECTIONS):
            angle = 2 * pi * n / DIRECTIONS
            east = far * cos(angle) / (METRES_A_DEGREE * cos(radians(lat)))
            there = located(lon + east, lat + far * sin(angle) / METRES_A_DEGREE, at)
            if isinstance(there, Outside) or there.grid is None or there.grid.id in case.areas:
                continue
            found.setdefault(there.grid.code, (far, there.grid.code, _Elsewhere(case.class_id, there.ids, None)))
    return list(found.values())


def short(reason: Reason) -> str:
    """The kind of reason in two words, for a row of a list: `产权单位`, `owner`."""
    return say(wording.REASONS.get(reason.reason, (reason.reason, reason.reason)))
