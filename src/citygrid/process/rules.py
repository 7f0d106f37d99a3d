"""The immutable slice of the rulebook that a decision needs (DESIGN idea 3); made by `rulebook`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from citygrid.process.states import Kind
from citygrid.worktime import Calendar, Limit


@dataclass(frozen=True, slots=True)
class StepRule:
    """Who owes a kind of work item and how long: the role's queue in the centre of that level, or in the unit.

    `level`: `city`, `district` (falls back to city), `unit` (the assignment's body), `asker` (the body that asked).
    `limit` None: no clock. `calendar` None: the holder body's, else the city's."""

    role: str
    level: str = "city"
    limit: Limit | None = None
    calendar: str | None = None
    photos: int = 0
    """How many photos prove it (arrive, make_safe), whatever the class (S4-25)."""


@dataclass(frozen=True, slots=True)
class Source:
    """问题来源 as data (domain/workflow section 4; S1-44, S4-18, S2-25).

    `acts`: by which acts it is entered (none named: any). `roles`: who may enter it, `file`: who may file a case of
    it (none named: all that may do the act). `verify`: its reports start unverified. `reply`, `call_back`: whoever
    reported is told, or called back. `counted`: in which column it is counted. `order`: its place in a list."""

    code: str
    name: str = ""
    name_en: str = ""
    acts: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    verify: bool = False
    reply: bool = False
    call_back: bool = False
    file: frozenset[str] = frozenset()
    counted: str = "public"
    order: int = 0

    def taken(self, act: str, role: str) -> bool:
        """Whether a post of this role may enter it by this act."""
        return (not self.acts or act in self.acts) and (not self.roles or role in self.roles)


_AS_IT_COMES = Source("")


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a case may go to the commission: policy, boundary, ownership, hard to enforce ... (S0-40, S0-41)."""

    code: str
    name: str = ""
    name_en: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the escalation ladder: at a moment of an item's clock the system urges or supervises (workflow 7.7).

    `code`: unique in the ladder, kept by the item. `item`: kind of work item, `*` for all. `at`: `warn` or `due`,
    `after`: how long after it. `act`: `urge` or `supervise`. `role` at `level`: who is told beside the holder."""

    code: str
    item: str
    at: str
    act: str
    after: Limit | None = None
    role: str = ""
    level: str = "city"


@dataclass(frozen=True, slots=True)
class Approval:
    """Approval chain of a kind of request (S1, 'approval procedure and ledger'): one step rule per step."""

    steps: tuple[StepRule, ...]
    most: int | None = None
    """How often it may be granted for one assignment; None: no bound."""
    before_due: bool = False
    longest: Limit | None = None
    default: Limit | None = None
    """What is granted when the request names no limit (None: the original limit once more)."""


@dataclass(frozen=True, slots=True)
class Variant:
    """管理模式: who may do what, with what limits and approvals; the code only fixes what an act means.

    `acts`: act -> roles that may. `steps`: work item kind -> rule. `sources`: code -> what holds for it; none
    declared: any source is taken as it comes. `rework`: continue | restart. `redispatch`: full | remaining.
    `credit`: longest delay of a claimed time that counts (None: any). `explain`: kinds of item that open a duty to
    explain when they lapse (S0-46).
    `grounds`: why a case may go to the commission; none declared: no ground is asked for. `ladder`: rungs in order.
    `auto_dispatch`: classes (ids, or prefixes that end in `*`) that the system dispatches to the suggested unit.
    `rapid_team`: code of the body that handles at once; none: the dispatcher's own. `cite_delegation`: request kinds
    whose last approval must cite a delegation. `delegators`: roles that hold that power themselves (the office): they
    need none, and give it. `own_findings`: findings on a collector may be confirmed within the own unit."""

    code: str
    acts: Mapping[str, frozenset[str]]
    steps: Mapping[str, StepRule]
    approvals: Mapping[str, Approval] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    explain: frozenset[str] = frozenset({"handle"})
    rework: str = "continue"
    redispatch: str = "full"
    credit: Limit | None = None
    duplicate_check: bool = True
    cite_delegation: frozenset[str] = frozenset()
    delegators: frozenset[str] = frozenset()
    grounds: Mapping[str, Ground] = field(default_factory=dict)
    ladder: tuple[Rung, ...] = ()
    auto_dispatch: tuple[str, ...] = ()
    rapid_team: str = ""
    own_findings: bool = False

    def source(self, code: str) -> Source:
        """What holds for a source; one that is not declared is taken as it comes."""
        return self.sources.get(code) or _AS_IT_COMES


@dataclass(frozen=True, slots=True)
class Condition:
    """立案条件: gives limit, level, evidence and closing condition (GB/T 30428.8, CJ/T 315)."""

    no: str
    limit: Limit | None
    urgent: bool = False
    safety: bool = False
    arrival: Limit | None = None
    make_safe: Limit | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A class of component, event or warning in force. `id` = `<edition>:<kind>:<code>`.

    `before_photos`, `after_photos`, `check_photos`: how many are required by whom reports, handles, checks.
    `before_films`, `before_sounds`: how many of these a collector's report needs too (S1-36).
    `enforcement`: feedback must say what was done to the culprit (S1-59). `self_handle`: a collector may do it."""

    id: str
    kind: Kind
    conditions: Mapping[str, Condition]
    before_photos: int = 0
    after_photos: int = 0
    check_photos: int = 0
    enforcement: bool = False
    self_handle: bool = False
    milestone_photos: int = 0
    """How many prove an arrival or that it was made safe (S4-25, S4-26)."""
    before_films: int = 0
    before_sounds: int = 0

    @property
    def safety(self) -> bool:
        """公共安全类: one of its conditions is a danger to the public (S4-24)."""
        return any(one.safety for one in self.conditions.values())


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything in force at a moment. `version` is the content hash that an entry cites.

    `variants`: by district area id (None: the city's own). `body_calendars`: body id -> calendar code."""

    version: str
    variants: Mapping[int | None, Variant]
    classes: Mapping[str, ClassRule]
    calendars: Mapping[str, Calendar]
    calendar: str
    """Code of the city's calendar."""
    body_calendars: Mapping[int, str] = field(default_factory=dict)
    warn_percent: int = 80

    def variant(self, district: int | None) -> Variant:
        found = self.variants.get(district)
        return found if found is not None else self.variants[None]

    def calendar_for(self, body: int | None, named: str | None = None) -> Calendar:
        """The calendar named, else the body's, else the city's."""
        code = named or (self.body_calendars.get(body) if body is not None else None) or self.calendar
        return self.calendars[code]
