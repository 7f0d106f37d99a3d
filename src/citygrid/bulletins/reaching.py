"""How far a report reaches, and who reaches as far: whoever sees all that its maker saw may read it (S0-04, S3-19)."""

from django.db.models import Q, QuerySet

from citygrid.areas import tree
from citygrid.areas.models import LADDER, Area
from citygrid.bulletins.models import Report
from citygrid.cases import naming
from citygrid.evaluation import entry_seeing
from citygrid.organization.seats import Signed
from citygrid.organization.visibility import Scope


def text_of(scope: Scope) -> str:
    """A scope as it is kept: topmost areas and bodies by their ids."""
    return f"{_numbers(scope.roots)}|{_numbers(scope.bodies)}"


def _numbers(ids: frozenset[int]) -> str:
    return ",".join(str(one) for one in sorted(ids))


def whole(scope: Scope) -> bool:
    """Whether a scope has the whole city: everything, or its topmost area is the city's."""
    return scope.everything or Area.objects.filter(pk__in=scope.roots, kind=LADDER[0]).exists()


def of_area(code: str) -> Scope:
    """All that lies in an area, for a report about it: nobody's own, whoever asks."""
    roots = tree.ids_by_code([code])
    return Scope(False, frozenset(), tree.descendants(roots), 0, 0, roots)


def holds(scope: Scope, code: str) -> bool:
    """Whether an area lies within a scope, so that a report about it may be asked for there."""
    ids = tree.ids_by_code([code])
    return bool(ids) and (scope.everything or ids <= scope.areas)


def known(code: str) -> bool:
    """Whether there is such a district, street or community."""
    return Area.objects.filter(code=code, kind__in=LADDER[1:-1]).exists()


def name_of(code: str) -> str:
    """What an area is called in the active language; its newest row says."""
    row = Area.objects.filter(code=code, kind__in=LADDER).order_by("-valid_from", "-pk").first()
    return naming.areas([row.pk]).get(row.pk, code) if row is not None else code


def seen(signed: Signed) -> QuerySet[Report]:
    """The reports that a post may read, the newest first: those asked for on it, and those that reach no farther than
    its own scope; what reaches over everything is for those who have the whole city."""
    scope = signed.scope
    rows = Report.objects.select_related("seat__person", "body", "docx", "pdf", "template").order_by("-asked_at", "-id")
    if scope.everything:
        return rows
    bodies = frozenset(entry_seeing.bodies(scope).values_list("pk", flat=True)) | scope.bodies
    kept = Report.objects.filter(everything=False).values_list("within", flat=True).distinct()
    covered = [text for text in kept if _covers(text, scope.areas, bodies)]
    mine = Q(everything=False) & (Q(seat__post=signed.post, within=text_of(scope)) | Q(within__in=covered))
    return rows.filter(mine | Q(everything=True)) if whole(scope) else rows.filter(mine)


def _covers(text: str, areas: frozenset[int], bodies: frozenset[int]) -> bool:
    of_areas, of_bodies = ({int(one) for one in part.split(",") if one} for part in text.split("|"))
    return bool(of_areas or of_bodies) and of_areas <= areas and of_bodies <= bodies
