"""What had to be looked up before deciding: places, bodies, duty, media, linked cases. Handed in, never fetched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from citygrid.process.delegating import Delegation
from citygrid.process.model import Place
from citygrid.process.states import Side, State


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A body that an act names. `calendar` None means the city's."""

    id: int
    side: Side
    active: bool = True
    parent: int | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """Summary of another case that an act names."""

    id: UUID
    state: State
    parent: UUID | None = None
    children: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """`centres`: level (`city`, `district`) -> body id of the centre, for the place that the case has after the act.
    `duty`: the collector on duty at the place (person id, body id) or None. `media`: file id -> kind for every file
    the act names that exists. `near`: numbers of open cases of the same class nearby. `persons`: person id -> body id
    for every person the act names."""

    place: Place | None = None
    centres: Mapping[str, int] = field(default_factory=dict)
    duty: tuple[int, int | None] | None = None
    bodies: Mapping[int, BodyFact] = field(default_factory=dict)
    persons: Mapping[int, int | None] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    near: tuple[str, ...] = ()
    linked: Mapping[UUID, Linked] = field(default_factory=dict)
    report_no: str = ""
    case_no: str = ""
    delegations: tuple[Delegation, ...] = ()
    """What the office ever delegated to the post of whoever approves, in force or not; for `approve` alone."""
    suggested: tuple[int, str] | None = None
    """Body that the rulebook suggests, and the rule that answered; for `file_case` of a class dispatched by itself."""
    caller: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """References to the caller's name and number (`caller`, `phone`) of a case that others come from."""
    imported: bool = False
    """Acts of another system's history: evidence that the source lacks is recorded as absent, dues are the source's."""
    outside_since: str | None = None
    """When a point is not in the service area: since when the area is as it is."""


NO_FACTS = Facts()
