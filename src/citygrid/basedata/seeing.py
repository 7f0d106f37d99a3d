"""Who sees which components, register entries and change requests (S0-31, S0-67, S4-11; DESIGN section 7).

Components are public works, no secrets, but a post sees those of its own ground: whoever keeps base data or supervises,
those within the areas of the post (or of its body, or of the next body above that has areas); every other post, those
that its bodies own, maintain or look after, and those within the areas of its scope."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils import timezone

from citygrid.areas import versions
from citygrid.areas.changing import holding
from citygrid.areas.models import Area, DutyMembership
from citygrid.organization import tree
from citygrid.organization.models import Body, Side
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed

Fragment = tuple[str, list[Any]]
RIGHTS = ("basedata.survey", "basedata.publish", "basedata.request")
LEVELS = ("district", "street", "community", "grid")


@dataclass(frozen=True, slots=True)
class Sight:
    """Codes of areas by level, and of bodies. `everything`: the whole city."""

    everything: bool
    areas: tuple[tuple[str, tuple[str, ...]], ...] = ()
    bodies: tuple[str, ...] = ()

    def sql(self, alias: str, *, departments: bool = True) -> Fragment:
        """Condition and parameters for a table with columns district, street, community, grid and, with
        `departments`, owner, maintainer, department."""
        if self.everything:
            return "true", []
        terms = [(f"{alias}.{level} = any(%s)", list(codes)) for level, codes in self.areas]
        if departments and self.bodies:
            columns = ("owner", "maintainer", "department")
            terms += [(f"{alias}.{column} = any(%s)", list(self.bodies)) for column in columns]
        if not terms:
            return "false", []
        return "(" + " or ".join(text for text, _ in terms) + ")", [codes for _, codes in terms]


def may_open(signed: Signed | None) -> bool:
    """Whether the bar shows the register of components: base data, or the supervising side."""
    return signed is not None and (keeps(signed) or signed.side == Side.SUPERVISING)


def keeps(signed: Signed | None) -> bool:
    """Whether the post has any right on components."""
    return any(may(signed, right) for right in RIGHTS)


def components(signed: Signed | None, alias: str = "t") -> Fragment:
    """Which components exist for this post; `false` for a stranger."""
    return ("false", []) if signed is None else sight(signed).sql(alias)


def entries(signed: Signed | None, alias: str = "t") -> Fragment:
    """Which register entries exist for this post: by the place; those without a place for who keeps or supervises."""
    if signed is None:
        return "false", []
    text, params = sight(signed).sql(alias, departments=False)
    if not may_open(signed):
        return text, params
    return f"({text} or {alias}.lon is null)", params


def sight(signed: Signed) -> Sight:
    """What the post sees. Kept in memory by post and by the state of organization and areas."""
    if signed.scope.everything:
        return Sight(True)
    newest = versions.current()
    roots = tuple(sorted(signed.scope.roots)) if not may_open(signed) else ()
    own = tuple(signed.post.areas) if may_open(signed) else ()
    bodies = tuple(sorted(signed.scope.bodies)) if signed.side != Side.SUPERVISING else ()
    body = signed.body.pk if may_open(signed) else 0
    return _sight(roots, own, body, bodies, tree.version(), newest.digest if newest else "", timezone.localdate())


@lru_cache(maxsize=2048)
def _sight(
    roots: tuple[int, ...],
    own: tuple[str, ...],
    body: int,
    bodies: tuple[int, ...],
    organization: int,
    areas: str,
    day: date,
) -> Sight:
    codes = list(own) or (_codes_of(body) if body else [])
    rows = Area.objects.filter(pk__in=roots) if roots else Area.objects.filter(code__in=codes) if codes else []
    found: dict[str, set[str]] = {}
    duty: set[int] = set()
    for row in rows:
        if row.kind == "city":
            return Sight(True)
        if row.kind in LEVELS:
            found.setdefault(row.kind, set()).add(row.code)
        else:
            duty.add(row.pk)
    if duty:
        members = DutyMembership.objects.filter(holding(day), duty_grid__in=duty)
        found.setdefault("grid", set()).update(members.values_list("grid__code", flat=True))
    ordered = tuple((level, tuple(sorted(found[level]))) for level in LEVELS if level in found)
    return Sight(False, ordered, tuple(sorted(Body.objects.filter(pk__in=bodies).values_list("code", flat=True))))


def _codes_of(body: int) -> list[str]:
    """The areas of the body, or of the next one above that has any."""
    row = Body.objects.filter(pk=body).first()
    while row is not None:
        if row.areas:
            return list(row.areas)
        row = row.parent
    return []
