"""An invented city for the tests of the process: people with names, two variants, a few classes, and a story teller."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from citygrid.process import Act, Actor, BodyFact, Case, Entry, Facts, Linked, Place, Refusal, decide, evolve
from citygrid.process.acts import REQUEST_KINDS
from citygrid.process.delegating import Delegation
from citygrid.process.rules import Approval, ClassRule, Condition, Ground, Rules, Rung, Source, StepRule, Variant
from citygrid.process.states import Kind, Side
from citygrid.worktime import Calendar, Limit
from citygrid.worktime.china import china_days

# Monday, 09:00 in Shanghai: in the morning period of the office.
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

# Bodies
CENTRE, OFFICE, COMMISSION, COLLECTING, DISTRICT_CENTRE = 1, 2, 3, 4, 5
SANITATION, WORKS, SECOND_LEVEL, STREET_TEAM, CLOSED_UNIT, CLEANERS = 10, 11, 20, 21, 30, 13
BODIES = {
    b.id: b
    for b in (
        BodyFact(CENTRE, Side.SUPERVISING),
        BodyFact(OFFICE, Side.SUPERVISING),
        BodyFact(DISTRICT_CENTRE, Side.SUPERVISING),
        BodyFact(SANITATION, Side.HANDLING),
        BodyFact(CLEANERS, Side.HANDLING, parent=SANITATION),
        BodyFact(WORKS, Side.HANDLING),
        BodyFact(SECOND_LEVEL, Side.HANDLING),
        BodyFact(STREET_TEAM, Side.HANDLING, parent=SECOND_LEVEL),
        BodyFact(CLOSED_UNIT, Side.HANDLING, active=False),
    )
}
CENTRES = {"city": CENTRE, "office": OFFICE, "commission": COMMISSION}

_S, _H = Side.SUPERVISING, Side.HANDLING
CHEN = Actor(101, 1, CENTRE, "call_taker", _S)
WANG = Actor(102, 2, CENTRE, "shift_leader", _S)
LI = Actor(103, 3, CENTRE, "dispatcher", _S)
FENG = Actor(104, 4, OFFICE, "office", _S)
GAO = Actor(105, 5, COMMISSION, "commission", _S)
LUO = Actor(106, 6, None, "leader", Side.NEUTRAL)
HE = Actor(107, 7, None, "inspector", Side.NEUTRAL)
MA = Actor(108, 8, None, "inspector", Side.NEUTRAL)
ZHAO = Actor(111, 11, COLLECTING, "collector", _S)
QIAN = Actor(112, 12, COLLECTING, "collector", _S)
XU = Actor(113, 13, COLLECTING, "team_lead", _S)
SUN = Actor(121, 21, SANITATION, "unit_desk", _H)
ZHOU = Actor(122, 22, SANITATION, "worker", _H)
BAI = Actor(123, 23, SANITATION, "person_in_charge", _H)
YE = Actor(124, 24, CLEANERS, "worker", _H)
WU = Actor(131, 31, WORKS, "unit_desk", _H)
TAO = Actor(132, 32, WORKS, "worker", _H)
ZHENG = Actor(141, 41, SECOND_LEVEL, "unit_desk", _H)
DENG = Actor(142, 42, STREET_TEAM, "unit_desk", _H)
HU = Actor(151, 51, DISTRICT_CENTRE, "shift_leader", _S)
HAN = Actor(152, 52, DISTRICT_CENTRE, "dispatcher", _S)
DU = Actor(153, 53, DISTRICT_CENTRE, "call_taker", _S)
CITIZEN = Actor(161, None, None, "public", Side.NEUTRAL)
PEOPLE = (CHEN, WANG, LI, FENG, GAO, LUO, HE, MA, ZHAO, QIAN, XU, SUN, ZHOU, BAI, YE, WU, TAO, ZHENG, DENG, HU, HAN, DU)
EVERYBODY = (*PEOPLE, CITIZEN)

# Classes
RUBBISH, COVER, STALL, POSTER, UNKNOWN_DUTY, WARNING, OPEN_ENDED = (
    "rubbish", "cover", "stall", "poster", "no_conditions", "warning", "open_ended",
)  # fmt: skip


def limit(text: str) -> Limit:
    return Limit.parse(text)


def _class(name: str, kind: Kind, *conditions: Condition, **more: Any) -> ClassRule:
    return ClassRule(name, kind, {c.no: c for c in conditions}, **more)


CLASSES = {
    c.id: c
    for c in (
        _class(
            RUBBISH,
            Kind.EVENT,
            Condition("1", limit("4 work_hour"), level="II"),
            Condition("2", limit("1 work_day"), level="III"),
            before_photos=1,
            after_photos=1,
            check_photos=1,
        ),
        _class(
            COVER,
            Kind.COMPONENT,
            Condition(
                "1", limit("6 urgent_hour"), True, True, limit("2 urgent_hour"), limit("3 urgent_hour"), level="I"
            ),
            Condition("2", limit("3 work_day")),
            before_photos=1,
            after_photos=1,
            milestone_photos=1,
        ),
        _class(STALL, Kind.EVENT, Condition("1", limit("4 work_hour")), enforcement=True),
        _class(POSTER, Kind.EVENT, Condition("1", limit("1 work_day")), self_handle=True, before_photos=1),
        _class(UNKNOWN_DUTY, Kind.EVENT),
        _class(WARNING, Kind.WARNING, Condition("1", limit("30 urgent_minute"))),
        _class(OPEN_ENDED, Kind.EVENT, Condition("1", None)),
    )
}

_CENTRE_TRIO = "call_taker shift_leader dispatcher"
_UNIT = "unit_desk person_in_charge"
_ACTS = {
    "report": "collector team_lead inspector public unit_desk", "log_call": "call_taker", "warn": "call_taker",
    "self_report": "collector", "refuse": "call_taker", "send_verify": "call_taker", "verify": "collector unit_desk",
    "accept": "call_taker", "file_case": "shift_leader call_taker", "refuse_filing": "shift_leader",
    "unfile": "dispatcher", "dispatch": "dispatcher", "rapid": "dispatcher", "sign": _UNIT, "assign_worker": _UNIT,
    "forward": _UNIT, "arrive": f"{_UNIT} worker", "make_safe": f"{_UNIT} worker",
    "feed_back": f"{_UNIT} worker dispatcher", "request": f"{_UNIT} {_CENTRE_TRIO}", "request:void": "call_taker",
    "request:force": "dispatcher shift_leader", "withdraw": f"{_UNIT} {_CENTRE_TRIO}",
    "approve": "dispatcher shift_leader office unit_desk person_in_charge", "resume": "dispatcher",
    "settle": "dispatcher commission", "refer": "dispatcher", "send_check": "call_taker shift_leader",
    "check": "collector unit_desk", "close": "shift_leader unit_desk", "rework": "shift_leader",
    "redispatch": "shift_leader", "review_self": "shift_leader", "reclassify": _CENTRE_TRIO, "relocate": _CENTRE_TRIO,
    "split": _CENTRE_TRIO, "merge": _CENTRE_TRIO, "unmerge": _CENTRE_TRIO, "urge": f"{_CENTRE_TRIO} leader",
    "supervise": "leader inspector shift_leader", "reply": "call_taker", "instruct": "leader",
    "mark": f"{_CENTRE_TRIO} leader", "comment": f"{_CENTRE_TRIO} {_UNIT} leader", "explain": _UNIT,
    "answer": f"{_UNIT} {_CENTRE_TRIO}", "escalate": "dispatcher", "inspect": "inspector",
    "finding": "inspector team_lead", "finding:undo": "office commission",
    "follow_up": "call_taker", "reopen": "public call_taker", "appeal": _UNIT,
    "review_appeal": "dispatcher call_taker unit_desk shift_leader", "reassign_task": "call_taker team_lead",
    "confirm": "call_taker shift_leader", "order_first": "dispatcher commission", "archive": "shift_leader",
    "declare_ownerless": "dispatcher shift_leader",
}  # fmt: skip


def _step(role: str, limit_text: str | None = None, level: str = "city") -> StepRule:
    return StepRule(role, level, limit(limit_text) if limit_text else None)


def _steps(level: str) -> dict[str, StepRule]:
    return {
        "accept": _step("call_taker", "10 urgent_minute", level),
        "send_verify": _step("call_taker", "10 urgent_minute", level),
        "verify": _step("collector", "60 urgent_minute", level),
        "confirm": _step("call_taker", "5 urgent_minute", level),
        "file": _step("shift_leader", "10 urgent_minute", level),
        "dispatch": _step("dispatcher", "15 urgent_minute", level),
        "sign": _step("unit_desk", "30 urgent_minute", "unit"),
        "arrive": _step("worker", level="unit"),
        "make_safe": _step("worker", level="unit"),
        "handle": _step("unit_desk", level="unit"),
        "send_check": _step("call_taker", "15 urgent_minute", level),
        "check": _step("collector", "2 urgent_hour", level),
        "close": _step("shift_leader", "30 urgent_minute", level),
        "resume": _step("dispatcher", level=level),
        "settle": _step("commission", "1 work_day", "commission"),
        "review_self": _step("shift_leader", "2 work_hour", level),
        "explain": _step("unit_desk", "1 work_day", "unit"),
        "answer": _step("unit_desk", "1 work_day", "unit"),
        "reply": _step("call_taker", "5 work_day", level),
        "call_back": _step("call_taker", "2 work_day", level),
    }


def _approvals(level: str) -> dict[str, Approval]:
    return {
        "return": Approval((_step("dispatcher", "2 work_hour", level),)),
        "extend": Approval((_step("dispatcher", "2 work_hour", level),), most=2, before_due=True),
        "suspend": Approval(
            (_step("dispatcher", "4 work_hour", level), _step("office", "2 work_day", "office")),
            longest=limit("365 natural_day"),
        ),
        "void": Approval((_step("shift_leader", "2 work_hour", level),)),
        "force": Approval((_step("office", "2 work_day", "office"),)),
        "appeal": Approval((_step("dispatcher", "2 work_day", level), _step("call_taker", "1 work_day", level))),
    }


def _roles(acts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(roles.split()) for name, roles in acts.items()}


SOURCES = (
    Source("patrol", "巡查", "Patrol", acts=frozenset({"report", "self_report"}), counted="collector"),
    Source("collector", "监督员上报", "Collector", acts=frozenset({"report", "self_report"}), counted="collector"),
    Source("hotline", "热线", "Hotline", verify=True, reply=True, call_back=True),
    Source("web", "网站", "Web", reply=True),
    Source("X-1", "其他", "Other", file=frozenset({"shift_leader"}), order=9),
    Source(
        "self_check", "部门自查", "Own check", acts=frozenset({"report"}), roles=frozenset({"unit_desk"}),
        counted="self_check",
    ),
)  # fmt: skip
LADDER = (
    Rung("urge_yellow", "handle", "warn", "urge", role="unit_desk", level="unit"),
    Rung("urge_red", "*", "due", "urge"),
    Rung("supervise_long", "handle", "due", "supervise", after=limit("2 work_hour"), role="leader", level="city"),
)
CITY_RUN = Variant(
    "city_run",
    _roles(_ACTS),
    _steps("city"),
    _approvals("city"),
    sources={s.code: s for s in SOURCES},
    grounds={"policy": Ground("policy", "政策原因", "Policy"), "boundary": Ground("boundary", "边界不清", "Boundary")},
    credit=limit("8 urgent_hour"),
    cite_delegation=frozenset({"force"}),
)
# The district accepts, files, dispatches and checks; rework starts the clock anew, re-dispatch keeps what remained.
DISTRICT_RUN = replace(
    CITY_RUN,
    code="district_run",
    steps=_steps("district"),
    approvals={k: v for k, v in _approvals("district").items() if k != "appeal"}
    | {"extend": Approval((_step("unit_desk", level="asker"), _step("dispatcher", "2 work_hour", "district")))},
    rework="restart",
    redispatch="remaining",
    duplicate_check=False,
    credit=None,
    ladder=LADDER,
    auto_dispatch=(STALL, "post*"),
)


@cache
def calendar(code: str = "office", *periods: str) -> Calendar:
    mapping = {
        "code": code,
        "timezone": "Asia/Shanghai",
        "years": [2025, 2026, 2027],
        "periods": list(periods) or ["08:00-12:00", "14:00-18:00"],
    }
    return Calendar.from_mapping(mapping, china_days())


INNER, OUTER_DISTRICT = 500, 501
RULES = Rules(
    "rules-1",
    {None: CITY_RUN, INNER: CITY_RUN, OUTER_DISTRICT: DISTRICT_RUN},
    CLASSES,
    {"office": calendar()},
    "office",
)
HERE = Place("121.5000000", "31.2000000", 1, 2, 3, INNER, 4, 5, "v1")
THERE = Place("121.6000000", "31.3000000", 11, 12, 13, OUTER_DISTRICT, 4, 15, "v1")


def rules_with(district: int | None = INNER, **changes: Any) -> Rules:
    """The same rules with a variant changed."""
    variants = dict(RULES.variants)
    variants[district] = replace(variants[district], **changes)
    return replace(RULES, variants=variants)


def text(words: str) -> dict[str, str]:
    return {"id": str(uuid5(NAMESPACE_URL, words)), "digest": hashlib.sha256(words.encode()).hexdigest()}


def photo(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"photo:{name}"))


WHY = text("because")


def centres_for(place: Place | None) -> dict[str, int]:
    return CENTRES | ({"district": DISTRICT_CENTRE} if place is not None and place.district == OUTER_DISTRICT else {})


def facts_for(case: Case | None, act: Act, cases: Mapping[UUID, Case], **changes: Any) -> Facts:
    """What a look-up would find for this act in the invented city: every photo exists, Zhao is on duty."""
    place = {HERE.lon: HERE, THERE.lon: THERE}.get(str(act.data.get("lon")))
    where = place or (case.place if case is not None else None)
    people = {p.person: p.body for p in PEOPLE}
    lists = [act.data.get(name) for name in ("media", "after_media", "dossier")]
    files = [f for one in lists if isinstance(one, list) for f in one]
    linked = {k: Linked(k, c.state, c.parent, c.children) for k, c in cases.items() if case is None or k != case.id}
    return replace(
        Facts(
            place=place,
            centres=centres_for(where),
            duty=(ZHAO.person, ZHAO.body),
            bodies=BODIES,
            persons=people,
            media=dict.fromkeys(files, "image"),
            linked=linked,
            report_no="R-1",
            case_no="C-1",
            delegations=(WHOLE,) if act.name == "approve" else (),
            suggested=(SANITATION, "class_area") if act.name == "file_case" else None,
            caller={"caller": text("caller")} if case is not None and case.caller else {},
        ),
        **changes,
    )


WHOLE = Delegation("D-1", frozenset(REQUEST_KINDS), MONDAY - timedelta(days=365))
"""All that the office may delegate, to whoever asks: tests of other things are not about it."""


class UnexpectedError(AssertionError):
    """An act was refused that should have been accepted."""


@dataclass
class Story:
    """Tells the life of cases act by act, as the server would: decide, evolve, then whatever follows."""

    rules: Rules = RULES
    now: datetime = MONDAY
    cases: dict[UUID, Case] = field(default_factory=dict)
    entries: dict[UUID, list[Entry]] = field(default_factory=dict)
    id: UUID = field(default_factory=lambda: uuid5(NAMESPACE_URL, "case"))
    count: int = 0
    opened: dict[UUID, dict[int, Any]] = field(default_factory=dict)
    """All work items as they were when last seen open."""
    over: dict[UUID, dict[int, tuple[datetime, dict[str, Any]]]] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        return self.cases[self.id]

    def later(self, **span: float) -> "Story":
        self.now += timedelta(**span)
        return self

    def make(
        self,
        who: Actor,
        name: str,
        data: Mapping[str, Any],
        *,
        case: UUID | None = None,
        claimed: datetime | None = None,
        item: int | None = None,
    ) -> Act:
        self.count += 1
        act_id = uuid5(NAMESPACE_URL, f"act:{self.count}:{self.id}")
        return Act(act_id, case or self.id, name, self.now, who, data, claimed, item)

    def answer(self, act: Act, facts: Mapping[str, Any] | None = None) -> Refusal | None:
        """Carry out an act with all that follows; nothing is kept when any of it is refused."""
        todo, done, cases = [act], [], dict(self.cases)
        tries: set[UUID] = set()
        while todo:
            one = todo.pop(0)
            before = cases.get(one.case)
            found = facts_for(before, one, cases, **(facts or {}) if one is act else {})
            decision = decide(before, one, self.rules, found)
            if isinstance(decision, Refusal) and one.id in tries:
                continue
            if isinstance(decision, Refusal):
                if one is not act:
                    raise AssertionError(f"{one.name} followed {act.name} and was refused: {decision}")
                return decision
            cases[one.case] = evolve(before, decision.entry)
            done.append((before, decision.entry, cases[one.case]))
            todo.extend((*decision.follow, *decision.tries))
            tries.update(t.id for t in decision.tries)
        self.cases = cases
        for before, entry, after in done:
            self.keep(before, entry, after)
        return None

    def keep(self, before: Case | None, entry: Entry, after: Case) -> None:
        self.entries.setdefault(entry.case, []).append(entry)
        opened, over = self.opened.setdefault(entry.case, {}), self.over.setdefault(entry.case, {})
        for closed in entry.data.get("close", ()):
            over[closed["no"]] = (entry.effective_at, closed)
        for one in after.work:
            opened[one.no] = one
            over.pop(one.no, None)

    def do(
        self,
        who: Actor,
        name: str,
        *,
        case: UUID | None = None,
        claimed: datetime | None = None,
        item: int | None = None,
        facts: Mapping[str, Any] | None = None,
        **data: Any,
    ) -> Case:
        act = self.make(who, name, data, case=case, claimed=claimed, item=item)
        refusal = self.answer(act, facts)
        if refusal is not None:
            raise UnexpectedError(f"{name} by {who.role}: {refusal.code}: {refusal}")
        return self.cases[act.case]

    def refused(
        self,
        code: str,
        who: Actor,
        name: str,
        *,
        case: UUID | None = None,
        claimed: datetime | None = None,
        item: int | None = None,
        facts: Mapping[str, Any] | None = None,
        **data: Any,
    ) -> Refusal:
        before = self.cases.get(case or self.id)
        refusal = self.answer(self.make(who, name, data, case=case, claimed=claimed, item=item), facts)
        assert refusal is not None, f"{name} should have been refused with {code}"
        assert refusal.code == code, f"{name}: {refusal.code} ({refusal}), not {code}"
        assert str(refusal), "the sentence takes its parameters"
        assert self.cases.get(case or self.id) is before, "a refusal has no trace"
        return refusal

    def last(self) -> Entry:
        return self.entries[self.id][-1]

    def held(self, kind: str) -> Any:
        """The one open work item of this kind."""
        (found,) = [i for i in self.case.work if i.kind == kind]
        return found

    def kinds(self) -> list[str]:
        return sorted(i.kind for i in self.case.work)

    # the stages, each up to its end

    def reported(
        self, class_id: str = RUBBISH, who: Actor = ZHAO, source: str = "patrol", place: Place = HERE, **more: Any
    ) -> "Story":
        data = {"source": source, "class_id": class_id, "lon": place.lon, "lat": place.lat, "media": [photo("before")]}
        self.do(who, "report", **data, **more)
        return self

    def accepted(self, class_id: str = RUBBISH, place: Place = HERE) -> "Story":
        self.reported(class_id, place=place).later(minutes=2)
        self.do(CHEN if place is HERE else DU, "accept")
        return self

    def filed(self, class_id: str = RUBBISH, condition: str = "1", place: Place = HERE) -> "Story":
        self.accepted(class_id, place).later(minutes=3)
        self.do(WANG if place is HERE else HU, "file_case", condition=condition)
        return self

    def dispatched(
        self,
        class_id: str = RUBBISH,
        condition: str = "1",
        body: int = SANITATION,
        assisting: tuple[int, ...] = (),
        place: Place = HERE,
    ) -> "Story":
        self.filed(class_id, condition, place).later(minutes=5)
        more = {"assisting": list(assisting)} if assisting else {}
        self.do(LI if place is HERE else HAN, "dispatch", body=body, **more)
        return self

    def handling(self, class_id: str = RUBBISH, condition: str = "1", **more: Any) -> "Story":
        self.dispatched(class_id, condition, **more).later(minutes=10)
        self.do({SANITATION: SUN, WORKS: WU, SECOND_LEVEL: ZHENG}[self.case.assignments[0].body], "sign")
        return self

    def handled(self, class_id: str = RUBBISH, condition: str = "1", **more: Any) -> "Story":
        self.handling(class_id, condition, **more).later(hours=1)
        self.do(SUN, "feed_back", media=[photo("after")])
        return self

    def checked(self, result: str = "fixed", **more: Any) -> "Story":
        self.handled(**more).later(minutes=5)
        self.do(CHEN if self.case.place == HERE else DU, "send_check")
        self.later(minutes=30).do(ZHAO, "check", result=result, media=[photo("check")])
        return self

    def closed(self, **more: Any) -> "Story":
        self.checked(**more).later(minutes=5)
        self.do(WANG, "close", outcome="qualified")
        return self

    def asked(self, kind: str, who: Actor = SUN, **data: Any) -> "Story":
        self.do(who, "request", request=kind, reason=WHY, **data)
        return self


def at(**span: float) -> datetime:
    return MONDAY + timedelta(**span)



