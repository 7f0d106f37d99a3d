"""A walker: random people do random acts that are on offer to them, with random content, at random moments."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from citygrid.process import (
    SYSTEM,
    Act,
    Actor,
    Case,
    Decision,
    Entry,
    Offer,
    WorkItem,
    creations,
    decide,
    offers,
    replay,
)
from citygrid.process.acts import ACTS, Field
from citygrid.process.effects.checking import LASTING
from citygrid.process.ladder import waiting
from citygrid.process.moments import stamp
from citygrid.process.rules import Variant
from citygrid.process.states import OPEN, State
from tests.process.city import (
    BODIES,
    CLASSES,
    EVERYBODY,
    HERE,
    RULES,
    SANITATION,
    SECOND_LEVEL,
    STREET_TEAM,
    THERE,
    WORKS,
    Story,
    calendar,
    facts_for,
    photo,
    text,
)

# An act on offer with well-formed content may still be refused, for what it says or what it points at.
BY_CONTENT = frozenset(
    {
        "assist_open", "calendar_gap", "class_missing", "condition_missing", "cost_missing", "enforcement_missing",
        "evidence_missing", "finding_by_third", "finding_not_confirmed", "finding_of_own", "finding_on_self",
        "safety_denied", "source_act", "source_role", "unknown_ground",
        "field_missing", "merge_has_children", "merge_into", "merge_self", "near_cases", "no_finding", "no_rule",
        "not_a_handler", "not_fixed", "not_later", "not_lower", "other_body", "outside_area", "own_finding",
        "request_late", "request_long", "request_most", "request_open", "request_past", "same_body", "same_value",
        "self_handle_class", "task_party", "unknown_body", "unknown_condition", "unknown_link", "wrong_state",
    }
)  # fmt: skip
# Offered all the time or ending a walk too soon: chosen less often.
WEIGHTS = {
    "comment": 0.03, "mark": 0.03, "instruct": 0.03, "inspect": 0.03, "finding": 0.1, "urge": 0.03, "supervise": 0.04,
    "refuse": 0.1, "refuse_filing": 0.1, "reclassify": 0.05, "relocate": 0.05, "merge": 0.25, "split": 0.02,
    "refer": 0.15, "request": 0.3, "unfile": 0.2, "approve": 2.0, "settle": 2.0, "redispatch": 0.5, "reopen": 0.3,
    "withdraw": 0.2, "escalate": 0.3, "order_first": 0.3,
    "declare_ownerless": 0.1, "archive": 0.3, "reassign_task": 0.2, "appeal": 3.0, "explain": 3.0, "check": 3.0,
}  # fmt: skip


_CODES = {"ground": ("policy", "boundary")}
UNITS = (SANITATION, WORKS, SECOND_LEVEL, STREET_TEAM)


def no_floats(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(k, str) and no_floats(v) for k, v in value.items())
    if isinstance(value, list | tuple):
        return all(map(no_floats, value))
    return value is None or isinstance(value, str | bool | int)


def on_line_micros(item: WorkItem, until: datetime) -> int:
    """Microseconds that the main line stood on this item: open, less the union of its pauses and shadows."""
    spans = [*item.pauses, *item.shadows, *((s, until) for s in (item.paused_at, item.shadow_at) if s is not None)]
    total, reached = until - item.opened_at, item.opened_at
    for start, end in sorted(spans):
        begin, stop = max(start, reached), min(end, until)
        if stop > begin:
            total -= stop - begin
            reached = stop
    return total // timedelta(microseconds=1)


def main_line(story: Story, case: Case) -> int:
    """Microseconds of all main-line holders of a case up to now, or to its end."""
    until = case.closed_at or story.now
    over = story.over[case.id]
    total = 0
    for no, item in story.opened[case.id].items():
        if item.main:
            total += on_line_micros(item, over[no][0] if no in over else until)
    return total


def merged_micros(entries: Sequence[Entry], until: datetime) -> int:
    total, since = timedelta(0), None
    for entry in entries:
        if entry.type == "merge":
            since = entry.effective_at
        elif entry.type in ("unmerge", "follow_parent") and since is not None:
            total, since = total + (entry.effective_at - since), None
    if since is not None:
        total += until - since
    return total // timedelta(microseconds=1)


@dataclass
class Walk:
    seed: int
    acts: Counter[str] = field(default_factory=Counter)
    states: Counter[State] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    rungs: Counter[str] = field(default_factory=Counter)
    story: Story = field(default_factory=Story)
    variant: Variant | None = None
    """One variant everywhere; None: the invented city's own, by district."""

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        rules = RULES
        if self.variant is not None:
            rules = replace(RULES, variants=dict.fromkeys(RULES.variants, self.variant))
        self.story.rules = self.rules = rules
        self.sources = sorted({code for v in rules.variants.values() for code in v.sources})
        hours = calendar("office", "08:30-12:00", "14:00-17:00")
        summer = replace(rules, version="rules-2", calendars={"office": hours})
        self.other = {rules.version: summer, summer.version: rules}

    # moving

    def run(self, acts: int) -> "Walk":
        done = 0
        while done < acts:
            self.story.now += timedelta(minutes=self.chance.choice((0, 1, 3, 10, 30, 90, 600)))
            self._new_case() if self._few() else self._some_act()
            done += 1
        for case_id, case in self.story.cases.items():
            assert replay(map(through_json, self.story.entries[case_id])) == case
        return self

    def _few(self) -> bool:
        open_cases = [c for c in self.story.cases.values() if c.state in OPEN]
        return len(open_cases) < 3 or self.chance.random() < 0.02

    def _new_case(self) -> None:
        who = self.chance.choice(EVERYBODY)
        acts = creations(who, self.rules.variant(None))
        if not acts:
            return
        spec = self.chance.choice(acts)
        case = UUID(int=self.chance.getrandbits(128), version=4)
        data = self._content(spec.fields, None, ())
        for link in ("split_from", "reopen_of", "transfer"):
            data.pop(link, None)
        data["lon"], data["lat"] = (p.lon, p.lat) if (p := self.chance.choice((HERE, HERE, THERE))) else ("", "")
        self._submit(self.story.make(who, spec.name, data, case=case))

    def _some_act(self) -> None:
        # Mostly the same few cases, so that long lives come about.
        cases = list(self.story.cases.values())
        lively = [c for c in cases if c.state in OPEN and (c.state is not State.MERGED or self.chance.random() < 0.1)]
        case = self.chance.choice(lively[:4] + cases[-2:])
        kind = self.chance.random()
        if kind < 0.12:
            self._by_clock(case)
        elif kind < 0.24:
            self._nonsense(case)
        else:
            self._offered(case)

    def _by_clock(self, case: Case) -> None:
        """The system: limits that are over, suspensions that end, dues computed anew."""
        if case.state is State.MERGED:
            return
        found = list(waiting(case, self.rules, self.story.now))
        for name, item, rung in found[:2]:
            data = {} if rung is None else {"rung": rung}
            act = self.story.make(SYSTEM, name, data, case=case.id, item=item.no)
            answer = self._submit(act)
            assert answer is None, (name, answer)
            self.rungs[rung or ""] += 1
            case = self.story.cases[case.id]
        if found or case.state not in OPEN:
            return
        name = "retime"
        if self.chance.random() < 0.5:
            self.story.rules = self.rules = self.other[self.rules.version]
        answer = self._submit(self.story.make(SYSTEM, name, {}, case=case.id))
        assert answer in (None, "nothing_to_retime"), answer

    def _offered(self, case: Case) -> None:
        found: list[tuple[Actor, Offer]] = []
        for who in EVERYBODY:
            found.extend((who, one) for one in offers(case, who, self.rules, self.story.now))
        if not found:
            assert case.state not in OPEN or case.state is State.MERGED, f"nobody can do anything: {case.state}"
            return
        found = self._likely(case, found)
        names = Counter(one.spec.name for _, one in found)
        weights = [WEIGHTS.get(one.spec.name, 1.0) / names[one.spec.name] for _, one in found]
        who, one = self.chance.choices(found, weights)[0]
        assert not one.spec.internal
        data = self._content(one.spec.fields, case, one.choices, who)
        item = one.item.no if one.item is not None and self.chance.random() < 0.7 else None
        claimed = None
        if self.chance.random() < 0.3:
            claimed = self.story.now - timedelta(minutes=self.chance.choice((1, 20, 200, 2000)))
        act = self.story.make(who, one.spec.name, data, case=case.id, item=item, claimed=claimed)
        code = self._submit(act)
        assert code is None or code in BY_CONTENT, (one.spec.name, who.role, code, case.state, data)

    def _likely(self, case: Case, found: list[tuple[Actor, Offer]]) -> list[tuple[Actor, Offer]]:
        """Mostly what is due next, so that walks come far; now and then decisions, so that requests come to an end."""
        line, chance = case.line, self.chance.random()
        if chance < 0.9:
            found = [p for p in found if p[1].spec.name != "forward" or p[0].body == SECOND_LEVEL]
        steps = [p for p in found if p[1].spec.name in ("approve", "review_appeal", "follow_up", "resume")]
        if steps and chance < 0.4:
            return steps
        asks = [p for p in found if p[1].spec.name in ("request", "appeal", "forward") and p[0].body in UNITS]
        if asks and chance < 0.6:
            return asks
        forward = [p for p in found if line is not None and p[1].item is line]
        return forward if forward and chance < 0.85 else found

    def _nonsense(self, case: Case) -> None:
        """Well-formed or not, offered or not: it is decided, and when it is refused there is no trace."""
        who = self.chance.choice((*EVERYBODY, SYSTEM))
        spec = self.chance.choice(list(ACTS.values()))
        data = self._content(spec.fields, case, ())
        how: list[Callable[[], Act]] = [
            lambda: self.story.make(who, spec.name, data | {"nonsense": 1}, case=case.id),
            lambda: self.story.make(who, spec.name, data, case=case.id, item=9999),
            lambda: self.story.make(who, spec.name, data, case=case.id, claimed=self.story.now + timedelta(minutes=1)),
            lambda: self.story.make(who, "dance", data, case=case.id),
            lambda: self.story.make(who, spec.name, data, case=UUID(int=7)),
        ]
        if data:
            name = self.chance.choice(list(data))
            how.append(lambda: self.story.make(who, spec.name, data | {name: 1.5}, case=case.id))
            how.append(lambda: self.story.make(who, spec.name, data | {name: {"id": None}}, case=case.id))
        act = self.chance.choice(how)()
        if spec.creates and act.case == UUID(int=7):
            return
        before = dict(self.story.cases)
        refusal = self.story.answer(act)
        assert refusal is not None, (act.name, act.data)
        assert self.story.cases == before
        self.refusals[refusal.code] += 1

    # doing

    def _submit(self, act: Act) -> str | None:
        before = self.story.cases.get(act.case)
        facts = facts_for(before, act, self.story.cases)
        first, second = decide(before, act, self.rules, facts), decide(before, act, self.rules, facts)
        assert first == second, "the same arguments give the same answer"
        had = {k: len(v) for k, v in self.story.entries.items()}
        refusal = self.story.answer(act)
        if refusal is not None:
            self.refusals[refusal.code] += 1
            return refusal.code
        assert isinstance(first, Decision)
        for case_id, entries in self.story.entries.items():
            for entry in entries[had.get(case_id, 0) :]:
                self._hold(entry)
        return None

    def _hold(self, entry: Entry) -> None:
        """What must hold after every act."""
        case = self.story.cases[entry.case]
        self.acts[entry.type] += 1
        self.states[case.state] += 1
        entries = self.story.entries[entry.case]
        assert [e.seq for e in entries] == list(range(1, len(entries) + 1))
        assert no_floats(entry.data), entry.data
        assert entry.effective_at <= entry.recorded_at
        again = through_json(entry)
        assert again == entry, "an entry is its JSON"
        for no, (closed_at, _) in self.story.over[case.id].items():
            assert closed_at >= self.story.opened[case.id][no].opened_at, (entry.type, no)
        self._items(case)
        whole = ((case.closed_at or self.story.now) - case.received_at) // timedelta(microseconds=1)
        merged = merged_micros(entries, self.story.now)
        assert main_line(self.story, case) + merged == whole, (entry.type, case.state)

    def _items(self, case: Case) -> None:
        line = [i for i in case.work if i.on_line]
        if case.state is State.MERGED:
            assert not case.work
        elif case.state in OPEN:
            assert len(line) == 1, (case.state, [i.kind for i in line])
            assert line[0].holder.body is not None or line[0].holder.person is not None
            assert case.closed_at is None
        else:
            assert {i.kind for i in case.work} <= LASTING | {"review_appeal", "settle"}, case.state
            assert case.closed_at is not None
            assert all(a.state in ("done", "withdrawn") for a in case.assignments)
            assert not [r for r in case.requests if r.state == "open" and r.kind != "appeal"]
        climbed = [(i.no, i.due, code) for i in case.work for code in i.climbed]
        assert len(climbed) == len(set(climbed)), "each rung once"
        for item in case.work:
            assert item.rung_at is None or (item.paused_at is None and item.due is not None)
            assert item.due is None or item.due >= item.opened_at, (item, case.state)
            assert item.warn_at is None or (item.due is not None and item.warn_at <= item.due)
        for one in case.assignments:
            items = [i for i in case.work if i.kind == "handle" and i.subject == f"a{one.no}"]
            if items:
                assert (one.due, one.limit) == (items[0].due, items[0].limit)
            if case.state in OPEN and case.state is not State.MERGED:
                assert bool(items) == (one.state not in ("done", "withdrawn")), (case.state, one)
        for one in case.requests:
            steps = [i for i in case.work if i.subject == f"r{one.no}" and i.kind in ("approve", "review_appeal")]
            if case.state is not State.MERGED:
                assert len(steps) == (one.state == "open"), (case.state, one)

    # content

    def _content(
        self, fields: Sequence[Field], case: Case | None, choices: tuple[str, ...], who: Actor | None = None
    ) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for one in fields:
            if one.name in ("rung", "caller", "phone") or (one.name == "due" and one.en.endswith("(imports only)")):
                continue
            likely = one.required or one.name in ("media", "class_id", "mode", "culprit", "measure", "finding")
            if likely or self.chance.random() < 0.3:
                data[one.name] = self._value(one, case, choices)
        if "condition" in data:
            known = RULES.classes.get(data.get("class_id") or (case.class_id if case else None) or "")
            if known is not None and known.conditions:
                data["condition"] = self.chance.choice(list(known.conditions))
        if "person" in data and self.chance.random() < 0.8:
            own = [p.person for p in EVERYBODY if who is not None and p.body == who.body and p.body in UNITS]
            data["person"] = self.chance.choice(own or (111, 112))
        if "body" in data and who is not None and who.body == SECOND_LEVEL:
            data["body"] = STREET_TEAM
        self._findings(data, case, choices)
        return data

    def _findings(self, data: dict[str, Any], case: Case | None, choices: tuple[str, ...]) -> None:
        """Confirms what was proposed, undoes what was confirmed; who may only undo says why."""
        states = {f.state: f.no for f in reversed(case.findings)} if case is not None else {}
        for name, state in (("confirms", "proposed"), ("undoes", "confirmed")):
            if data.get(name) is not None:
                if state in states and (name == "confirms" or "undo" in choices):
                    data[name] = states[state]
                else:
                    del data[name]
        if choices == ("undo",):
            data["undoes"] = states["confirmed"]
        if "undoes" in data:
            data["note"] = text("it was not so")

    def _value(self, one: Field, case: Case | None, choices: tuple[str, ...]) -> Any:
        pick = self.chance.choice
        if choices and one.name == "request":
            weights = [0.2 if c in ("void", "force") else 1 for c in choices]
            chosen = self.chance.choices(choices, weights)[0]
            return int(chosen) if one.type == "int" else chosen
        if one.choices:
            return pick(one.choices)
        place = pick((HERE, HERE, THERE))
        makers: dict[str, Callable[[], Any]] = {
            "text": lambda: text(f"{one.name} {self.chance.random()}"),
            "body": lambda: self._bodies(1)[0],
            "bodies": lambda: self._bodies(2),
            "person": lambda: pick(EVERYBODY[:-1]).person,
            "class": lambda: pick(list(CLASSES)),
            "condition": lambda: pick(("1", "2")),
            "moment": lambda: stamp(self.story.now + timedelta(hours=pick((2, 30, 200)))),
            "limit": lambda: pick(("2 work_hour", "1 work_day", "3 natural_day")),
            "bool": lambda: self.chance.random() < 0.7,
            "int": lambda: pick((1, 2, 500)),
            "code": lambda: pick(self.sources if one.name == "source" else _CODES.get(one.name, ("policy", "X-1"))),
            "media": lambda: [photo(str(self.chance.random()))],
            "case": lambda: str(pick(list(self.story.cases) or [UUID(int=5)])),
            "lon": lambda: place.lon,
            "lat": lambda: place.lat,
            "parts": lambda: [{"id": str(UUID(int=self.chance.getrandbits(128), version=4)), "class_id": "rubbish"}],
        }
        return makers[one.type]()

    def _bodies(self, count: int) -> list[int]:
        return self.chance.sample(sorted(BODIES) if self.chance.random() < 0.1 else UNITS, count)


def through_json(entry: Entry) -> Entry:
    return replace(entry, data=json.loads(json.dumps(entry.data)))

