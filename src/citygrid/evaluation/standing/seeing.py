"""Who may look at standing duties, file evidence, check, keep the duties; and who sees their photos."""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from citygrid.areas import tree as areas
from citygrid.evaluation import entry_seeing
from citygrid.evaluation.standing import city_files
from citygrid.evaluation.standing.duties import Duty
from citygrid.evaluation.standing.standings import Owed
from citygrid.evaluation.standing_models import StandingCheck, StandingReport
from citygrid.organization import tree
from citygrid.organization.models import Body, Person, Seat, Side
from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seats_of
from citygrid.organization.seats import signed as signed_on

FILE, CHECK, EDIT = "standing.file", "standing.check", "standing.edit"


def may_open(signed: Signed | None) -> bool:
    """Whether a post looks at standing duties at all; its scope says at which."""
    if signed is None:
        return False
    return any(may(signed, right) for right in (FILE, CHECK, EDIT)) or signed.role.code in entry_seeing.READERS


class Sight:
    """Which duties a post sees: those of units within its scope, those that its body supervises, those in its areas."""

    def __init__(self, signed: Signed) -> None:
        self.everything = signed.scope.everything
        self.own = signed.body.code
        self._scope = signed.scope

    @cached_property
    def units(self) -> frozenset[str]:
        """The codes of the units within the scope. Read when first asked for: a scope has thousands of areas."""
        return frozenset(entry_seeing.bodies(self._scope).values_list("code", flat=True))

    @cached_property
    def areas(self) -> frozenset[str]:
        """The codes of the scope's areas; read when first asked for."""
        return frozenset(areas.codes_by_id(self._scope.areas).values())

    def sees(self, duty: Duty) -> bool:
        if self.everything or duty.supervisor == self.own or self.has(duty.unit):
            return True
        return bool(duty.area) and duty.area in self.areas

    def has(self, unit: str) -> bool:
        """Whether a unit lies within the scope: it sees its checks, also of a duty that it has no longer."""
        return self.everything or unit in self.units


def may_file(signed: Signed, duty: Duty) -> bool:
    """Evidence comes from the unit that has the duty, or a body above it."""
    return may(signed, FILE) and duty.unit in _below([signed.body.pk])


def filed_by(signed: Signed, rows: Iterable[Owed]) -> list[Owed]:
    """The periods for which the post may file: those of duties that its body, or one below it, had when they began."""
    below = _below([signed.body.pk]) if may(signed, FILE) else frozenset()
    return [one for one in rows if one.duty.unit in below]


def _below(bodies: Iterable[int]) -> frozenset[str]:
    """The codes of these bodies and of all below them."""
    return frozenset(Body.objects.filter(pk__in=tree.descendants(list(bodies))).values_list("code", flat=True))


def is_party(person: int, unit: str, duty: str, at: datetime) -> bool:
    """Whether a person belongs to the unit, or filed evidence of the duty: then they judge nothing of it."""
    return of_unit(person, unit, at) or StandingReport.objects.filter(duty=duty, by=person).exists()


def of_unit(person: int, unit: str, at: datetime) -> bool:
    """Whether a person belongs to the unit, or to a unit above it, on whatever post held now."""
    held = Seat.objects.filter(Q(until=None) | Q(until__gt=at), person=person, since__lte=at)
    bodies = held.filter(post__body__side=Side.HANDLING).values_list("post__body", flat=True)
    return unit in _below(bodies)


def may_check(signed: Signed, duty: Duty) -> bool:
    """An inspector looks at what others have to keep: never at a duty of the own body or of one below it."""
    if not may(signed, CHECK):
        return False
    body = Body.objects.filter(code=duty.unit).values_list("pk", flat=True).first()
    return body is not None and body not in tree.descendants([signed.body.pk]) and Sight(signed).sees(duty)


def may_see_file(person: Any, file_id: UUID) -> bool:
    """Rule for `media.permission`: a photo of evidence or of a check, on any post held now that sees its duty."""
    if not isinstance(person, Person):
        return False
    holds = Q(photos__contains=[file_id])
    codes = {*StandingReport.objects.filter(holds).values_list("duty", flat=True)}
    checks = StandingCheck.objects.filter(holds).values_list("duty", "unit__code")
    codes |= {duty for duty, _unit in checks}
    if not codes:
        return False
    now = timezone.now()
    duties = [duty for code in sorted(codes) if (duty := city_files.newest(code)) is not None]
    for seat in seats_of(person, now):
        signed = signed_on(person, seat, now)
        if may_open(signed):
            sight = Sight(signed)
            if any(sight.sees(duty) for duty in duties) or any(sight.has(unit) for _duty, unit in checks):
                return True
    return False
