"""The duty grids of a person today, and the unit grids in them: the ground of a pack."""

from dataclasses import dataclass
from datetime import date, datetime

from citygrid.areas.changing import holding
from citygrid.areas.models import Area, DutyMembership
from citygrid.organization.roster import watches_of
from citygrid.organization.rosters.watching import Watch
from citygrid.organization.seats import Signed
from citygrid.rulebook.slices import profile_at


@dataclass(frozen=True, slots=True)
class Ground:
    """`watches`: what the person works today. `duty`: area rows of their duty grids. `members`: unit grids (id, code)
    by the duty grid's code."""

    day: date
    watches: tuple[Watch, ...]
    duty: tuple[Area, ...]
    members: dict[str, list[tuple[int, str]]]

    @property
    def grids(self) -> list[str]:
        """Codes of all unit grids, each once, in order."""
        return sorted({code for found in self.members.values() for _, code in found})

    @property
    def area_ids(self) -> list[int]:
        return sorted({row.pk for row in self.duty} | {pk for found in self.members.values() for pk, _ in found})


def of(signed: Signed, at: datetime) -> Ground:
    """By the rosters; a post that is bound to duty grids by its areas has those when no roster names any."""
    profile = profile_at(at)
    day = profile.localday(at)
    watches = tuple(one for one in watches_of(signed.person.pk, at, profile.timezone))
    codes = {one.place for one in watches if one.place} or set(signed.post.areas)
    duty = tuple(Area.objects.filter(holding(day), kind="duty_grid", code__in=codes).order_by("code"))
    members: dict[str, list[tuple[int, str]]] = {row.code: [] for row in duty}
    rows = DutyMembership.objects.filter(holding(day), duty_grid__in=duty).order_by("grid__code")
    for code, pk, grid in rows.values_list("duty_grid__code", "grid_id", "grid__code"):
        members[code].append((pk, grid))
    return Ground(day, watches, duty, members)
