"""The nouns of the process as frozen dataclasses: a case and what it consists of. No behaviour, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from citygrid.process.states import Kind, Mode, Outcome, Side, State

SYSTEM_PERSON = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person on a post of a body. `role` is the post's role; the system is person 0, role `system`.
    `stands_in_for`: the person in whose place this one holds the post now (顶岗); the entry keeps it."""

    person: int
    post: int | None
    body: int | None
    role: str
    side: Side
    stands_in_for: int | None = None


SYSTEM = Actor(SYSTEM_PERSON, None, None, "system", Side.NEUTRAL)


@dataclass(frozen=True, slots=True)
class Act:
    """One act as it arrives. `id` is chosen by whoever acts (idempotency); `at` is the server's moment;
    `claimed` is the moment that the actor says it happened; `item` is the number of the work item it answers."""

    id: UUID
    case: UUID
    name: str
    at: datetime
    actor: Actor
    data: Mapping[str, Any] = field(default_factory=dict)
    claimed: datetime | None = None
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. `data` holds JSON values only (no floats, no personal data, no free text):
    `said` (the act's content) and what it did (`set`, `open`, `change`, `close`, `assign`, `request`, ...)."""

    case: UUID
    seq: int
    type: str
    schema: int
    act: UUID
    recorded_at: datetime
    effective_at: datetime
    actor: Actor
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who owes a work item: a role's queue in a body, or one person of it."""

    body: int | None
    role: str
    person: int | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """待办: whatever somebody owes, and the only kind of clock there is (DESIGN idea 2).

    `main` items form the main line: at any moment an open case that is not merged has exactly one open, unpaused,
    unshadowed main item, so natural minutes of the holders add up to the whole. `pauses` stop its clock;
    `shadows` (forwarded to a lower body) only take it off the main line. `subject` is `case`, `a<no>` or `r<no>`."""

    no: int
    kind: str
    holder: Holder
    subject: str
    opened_at: datetime
    main: bool = False
    limit: str | None = None
    calendar: str | None = None
    due: datetime | None = None
    warn_at: datetime | None = None
    provisional: bool = False
    paused_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    shadow_at: datetime | None = None
    shadows: tuple[tuple[datetime, datetime], ...] = ()
    added: tuple[str, ...] = ()
    """Limits that extensions granted on top, in order."""
    lapsed: bool = False
    climbed: tuple[str, ...] = ()
    """Rungs of the escalation ladder that were climbed for this due."""
    rung_at: datetime | None = None
    """When the next rung is due; None while the clock stands or when there is none."""

    @property
    def on_line(self) -> bool:
        """Whether the main line stands here now."""
        return self.main and self.paused_at is None and self.shadow_at is None


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit's duty on a case. State: offered, signed, forwarded, returning, suspended, done, withdrawn."""

    no: int
    body: int
    state: str
    offered_at: datetime
    parent: int | None = None
    assisting: bool = False
    limit: str | None = None
    due: datetime | None = None
    worker: int | None = None
    signed_at: datetime | None = None
    arrived_at: datetime | None = None
    made_safe_at: datetime | None = None
    done_at: datetime | None = None
    late: bool | None = None
    outcome: str | None = None
    reworks: int = 0
    extensions: int = 0
    explained: bool = False
    exempt: bool = False
    provisional: bool = False
    """先行处置: ordered before the duty was settled."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its approval chain: return, extend, suspend, void, force, appeal. State: open, granted, refused,
    withdrawn. `reviewers`: who reviewed an appeal so far; the next review is somebody else's."""

    no: int
    kind: str
    state: str
    asker: int
    asker_body: int | None
    asked_at: datetime
    assignment: int | None = None
    step: int = 0
    steps: int = 1
    mode: str | None = None
    limit: str | None = None
    until: datetime | None = None
    decided_at: datetime | None = None
    delegation: str | None = None
    reviewers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """采集问题认定: 漏报 missed, 虚报 false, 瞒报 hidden, 假报 made_up. State: proposed, confirmed, undone (an appeal
    was granted; it stays on record and counts no more). `by`: who proposed it, `second`: who confirmed it."""

    no: int
    kind: str
    person: int
    by: int
    state: str = "proposed"
    second: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where: coordinates as text with 7 decimals (CGCS2000/WGS-84 degrees), area ids from the unit grid up."""

    lon: str
    lat: str
    grid: int | None = None
    community: int | None = None
    street: int | None = None
    district: int | None = None
    city: int | None = None
    duty_grid: int | None = None
    version: str = ""

    @property
    def areas(self) -> tuple[int, ...]:
        """Ids of all areas that hold the point, from small to large; the duty grid last."""
        ids = (self.grid, self.community, self.street, self.district, self.city, self.duty_grid)
        return tuple(i for i in ids if i is not None)


@dataclass(frozen=True, slots=True)
class Case:
    """案卷: the projection of a timeline up to entry number `version`. Only `evolve` makes one."""

    id: UUID
    version: int
    state: State
    received_at: datetime
    since: datetime
    """Moment of the last change on the main line."""
    kind: Kind = Kind.EVENT
    mode: Mode = Mode.REGULAR
    outcome: Outcome | None = None
    source: str = ""
    class_id: str | None = None
    condition: str | None = None
    level: str | None = None
    safety: bool = False
    component: str | None = None
    place: Place | None = None
    outside: bool = False
    report_no: str = ""
    case_no: str | None = None
    rules: str = ""
    """Version of the rules that the case was filed under."""
    reporter: int | None = None
    public: bool = False
    text: str | None = None
    address: str | None = None
    caller: str | None = None
    media: tuple[str, ...] = ()
    after_media: tuple[str, ...] = ()
    media_absent: bool = False
    accepted_at: datetime | None = None
    filed_at: datetime | None = None
    dispatched_at: datetime | None = None
    handled_at: datetime | None = None
    checked_at: datetime | None = None
    closed_at: datetime | None = None
    due: datetime | None = None
    provisional: bool = False
    outer_due: datetime | None = None
    work: tuple[WorkItem, ...] = ()
    items: int = 0
    assignments: tuple[Assignment, ...] = ()
    requests: tuple[Request, ...] = ()
    findings: tuple[Finding, ...] = ()
    handlers: frozenset[int] = frozenset()
    bodies: frozenset[int] = frozenset()
    persons: frozenset[int] = frozenset()
    check_result: str | None = None
    void_proposed: bool = False
    state_before: State | None = None
    suspended_from: State | None = None
    suspend_mode: str | None = None
    merged_from: State | None = None
    stashed: tuple[WorkItem, ...] = ()
    """Open work items at the moment of merging; they open again when the merge is undone."""
    resting: WorkItem | None = None
    """The unit's `handle` after its feedback; goes on when rework continues the clock."""
    parent: UUID | None = None
    children: frozenset[UUID] = frozenset()
    split_from: UUID | None = None
    reopen_of: UUID | None = None
    reopened: bool = False
    marks: frozenset[str] = frozenset()
    returns: int = 0
    reworks: int = 0
    redispatches: int = 0
    extensions: int = 0
    suspensions: int = 0
    urges: int = 0
    supervisions: int = 0
    inspections: int = 0
    rating: str | None = None
    cost: int | None = None
    """Public cost of the handling in the smallest coin (分)."""
    safety_confirmed: bool | None = None
    """公共安全确认: what a person found within minutes; None: nobody was asked, or has not answered."""
    ownerless: bool = False
    duty: int | None = None
    """The body on which the duty (and the cost) was settled."""
    charged: str | None = None
    """To whom the time of the last dispute is charged: `unit` or `centre`."""
    referral_ground: str | None = None
    archived_at: datetime | None = None

    @property
    def line(self) -> WorkItem | None:
        """The work item on which the main line stands."""
        for item in self.work:
            if item.main and item.paused_at is None and item.shadow_at is None:
                return item
        return None

    def item(self, no: int) -> WorkItem | None:
        for item in self.work:
            if item.no == no:
                return item
        return None

    def assignment(self, no: int) -> Assignment | None:
        return self.assignments[no - 1] if 0 < no <= len(self.assignments) else None

    @property
    def current(self) -> Assignment | None:
        """The main unit's root assignment that is not over."""
        for one in reversed(self.assignments):
            if one.parent is None and not one.assisting:
                return one
        return None
