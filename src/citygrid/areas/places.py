"""What `locate` answers: a place, or why a point is outside."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An area as others keep it: database id, code, name."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a point is on a day: unit grid and all above it; no `grid` where a community has none."""

    grid: AreaRef | None
    community: AreaRef | None
    street: AreaRef | None
    district: AreaRef | None
    city: AreaRef | None
    duty_grid: AreaRef | None
    """The one for every shift, else the first by code of those for some shift."""
    version: str
    ids: tuple[int, ...]
    """Ids from the grid up to the city, those that there are."""
    duty_grids: tuple[AreaRef, ...] = ()
    """All of the day, `duty_grid` first."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A point where the system does not work that day: a code, an English sentence, what fills it.

    `outside_area` (never was inside), `no_longer_in_area` (outside since `since`), `not_yet_in_area` (inside
    from `until`), `outside_service_area` (in a grid, not in the approved 实行区域). `place`: the grid if any.
    """

    code: str
    message: str
    params: dict[str, str]
    since: date | None = None
    until: date | None = None
    place: Place | None = None
