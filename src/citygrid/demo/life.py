"""One problem and what people do about it: every act goes through `decide`, at its own time, by the right person.

Whatever somebody owes is a work item, so the simulation is a heap of moments at which work items are answered
(`answers`), with what happens beside them. A problem is a little world of its own: its cases (a duplicate, a part
split off, a recurrence) are together, and no other problem is touched. So problems may be played in any order."""

import heapq
import logging
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from citygrid.cases import delegations
from citygrid.cases.copying import Timeline
from citygrid.cases.factfinding import place_of
from citygrid.cases.numbers import template_of
from citygrid.demo.planning import Plan, Planned, dice
from citygrid.demo.scene import Choice, Scene
from citygrid.demo.texts import Texts
from citygrid.process import SYSTEM, Act, Actor, Case, Entry, Facts, Linked, Place, Refusal, WorkItem, decide
from citygrid.process.ladder import waiting
from citygrid.process.rules import Variant
from citygrid.process.states import TERMINAL, State
from citygrid.worktime import Limit, Unit

log = logging.getLogger(__name__)
NAMESPACE = UUID("6f0c9b52-5f7e-5c6b-9d0c-0c1d4e39a100")
TICK = 30.0  # seconds: the clock's acts come this late at most
FURTHER = 3  # cases that one problem may make beside its first

Answer = Callable[["Life", Case, WorkItem], None]
ANSWERS: dict[str, Answer] = {}
Happening = Callable[["Life", UUID], None]


def answers(*kinds: str) -> Callable[[Answer], Answer]:
    """Registers what is done when the time has come to answer a work item of these kinds."""

    def put(function: Answer) -> Answer:
        ANSWERS.update(dict.fromkeys(kinds, function))
        return function

    return put


def case_id(seed: int, number: int) -> UUID:
    """The id of a problem's first case: from seed and number, so that nothing is ever doubled."""
    return uuid5(NAMESPACE, f"{seed}:{number}")


class Life:
    """A problem being played. `timelines`: its cases; `texts.drafts`: rows to store with them; `refused`: acts that
    the process did not allow (people try things too), by name and code."""

    def __init__(self, scene: Scene, plan: Plan, problem: Planned, root: UUID | None = None) -> None:
        self.scene, self.plan, self.problem = scene, plan, problem
        self.chance = dice(plan.seed, problem.number, root or "")
        self.root = root or case_id(plan.seed, problem.number)
        self.texts = Texts(scene.settings["words"], self.root)
        self.timelines: dict[UUID, Timeline] = {}
        self.refused: list[str] = []
        self.memory: dict[Any, Any] = {}
        self._heap: list[tuple[datetime, int, Callable[..., None], tuple[Any, ...]]] = []
        self._turn = 0
        self._clocks: set[tuple[UUID, int, datetime]] = set()
        self.now = problem.at

    def take_over(self, timeline: Timeline) -> None:
        """Go on with a case that is there already: whoever owes something gets to it."""
        assert timeline.case is not None
        self.timelines[timeline.id] = timeline
        for item in timeline.case.work:
            if item.paused_at is None:
                self._clock(timeline.case, item)
                self._plan_answer(timeline.case, item)

    # time

    def run(self) -> None:
        """Play until the story's end."""
        until = self.plan.until
        while self._heap and self._heap[0][0] < until:
            self.now, _, function, words = heapq.heappop(self._heap)
            function(self, *words)

    def at(self, moment: datetime, function: Callable[..., None], *words: Any) -> None:
        self._turn += 1
        heapq.heappush(self._heap, (max(moment, self.now), self._turn, function, words))

    def after(self, minutes: float, function: Callable[..., None], *words: Any) -> None:
        self.at(self.now + timedelta(minutes=minutes), function, *words)

    def delay(self, name: str) -> float:
        """Minutes until somebody gets to it: log-normal by `[delays]`."""
        median, spread = self.scene.settings["delays"][name]
        return float(median) * math.exp(self.chance.gauss(0, spread)) + self.chance.random()

    def variant(self, case: Case) -> Variant:
        """The variant that holds where the case lies."""
        return self.scene.rules(self.now).variant(case.place.district if case.place is not None else None)

    def worked(self, minutes: float, body: int | None) -> datetime:
        """The moment so many working minutes from now on the calendar of a body."""
        calendar = self.scene.rules(self.now).calendar_for(body)
        return calendar.due(self.now, Limit(max(1, int(minutes)), Unit.WORK_MINUTE)).at + self.blink()

    def blink(self) -> timedelta:
        return timedelta(seconds=self.chance.uniform(2, 58))

    def maybe(self, name: str) -> bool:
        """Whether something of `[chances]` happens; problems that are held go straight."""
        return not self.problem.hold and self.chance.random() < self.scene.settings["chances"][name]

    # people

    def somebody(self, body: int | None, *roles: str) -> Actor | None:
        """Who of the body has one of the roles and is on shift now."""
        for role in roles:
            found = self.scene.on_shift(body or 0, role, self.now, self.chance)
            if found is not None:
                return found
        return None

    def centre(self, role: str) -> Actor:
        found = self.somebody(self.scene.book.levels["city"], role)
        assert found is not None, f"the city's centre has no {role}"
        return found

    # acts

    def case(self, one: UUID) -> Case:
        found = self.timelines[one].case
        assert found is not None
        return found

    def do(self, one: UUID, name: str, actor: Actor, item: int | None = None, **data: Any) -> Case | None:
        """An act now. None when the process refuses it: then nothing has happened."""
        return self._decide(Act(self._act_id(one, name), one, name, self.now, actor, data, None, item))

    def _act_id(self, one: UUID, name: str) -> UUID:
        known = self.timelines.get(one)
        version = known.case.version if known is not None and known.case is not None else 0
        return uuid5(one, f"{version}:{name}:{len(self.refused)}")

    def _decide(self, act: Act) -> Case | None:
        timeline = self.timelines.get(act.case) or Timeline(act.case, algorithm=self.scene.profile.hash)
        answer = decide(timeline.case, act, self.scene.rules(act.at), self._facts(timeline.case, act))
        if isinstance(answer, Refusal):
            self.refused.append(f"{act.name}:{answer.code}")
            return None
        case = timeline.add(answer.entry, act.id.bytes)
        self.timelines[act.case] = timeline
        for follow in answer.follow:
            done = self._decide(follow)
            assert done is not None, f"{follow.name} follows on {act.name} and was refused: {self.refused[-1]}"
        self._notice(case, answer.entry)
        return case

    def _facts(self, case: Case | None, act: Act) -> Facts:
        scene = self.scene
        place = case.place if case is not None else None
        if "lon" in act.data:
            place = place_of(act)[0]
        duty = None
        if act.name in ("send_verify", "send_check") and "person" not in act.data and place is not None:
            found = scene.collector(place, act.at)
            if found is None:
                found = scene.any_collector(act.at, case.handlers if case is not None else frozenset(), self.chance)
            duty = (found.person, found.body) if found is not None else None
        return Facts(
            place=place,
            centres=scene.book.centres_for(place.district if place is not None else None),
            duty=duty,
            bodies=scene.book.bodies,
            persons=scene.persons,
            media=scene.media,
            linked=self._linked(act) if act.name == "merge" else {},
            report_no=self._report_no(act.case) if case is None else "",
            case_no=self._case_no(act.case) if act.name == "file_case" and case and not case.case_no else "",
            delegations=delegations.of_actor(scene.delegations, act.actor) if act.name == "approve" else (),
        )

    def _linked(self, act: Act) -> dict[UUID, Linked]:
        cases = (t.case for t in self.timelines.values() if t.case is not None and t.id != act.case)
        return {c.id: Linked(c.id, c.state, c.parent, c.children) for c in cases}

    # numbers

    def _further(self, one: UUID) -> int:
        """0 for the first case of the problem, else a number that no other problem's further case has."""
        if one == self.root:
            return 0
        order: list[UUID] = self.memory.setdefault("order", [])
        if one not in order:
            order.append(one)
        return (self.problem.rank - 1) * FURTHER + order.index(one) + 1

    def _report_no(self, one: UUID) -> str:
        day = self.scene.profile.localday(self.now)
        further = self._further(one)
        serial = self.problem.of_day if not further else self.plan.day_counts.get(day.isoformat(), 0) + further
        return template_of("report", self.scene.profile).format(code=self.scene.profile.code, date=day, serial=serial)

    def _case_no(self, one: UUID) -> str:
        day = self.scene.profile.localday(self.now)
        further = self._further(one)
        serial = self.problem.number if not further else len(self.plan.problems) + further
        return template_of("case", self.scene.profile).format(code=self.scene.profile.code, date=day, serial=serial)

    # what follows

    def _notice(self, case: Case, entry: Entry) -> None:
        """Plan answers to work items that this entry opened or set going again, and the clock's own acts."""
        for key in ("open", "change"):
            for row in entry.data.get(key, ()):
                item = case.item(row["no"])
                if item is not None and item.paused_at is None:
                    self._clock(case, item)
                    self._plan_answer(case, item)

    def _clock(self, case: Case, item: WorkItem) -> None:
        rung = item.rung_at
        if rung is not None and (case.id, item.no, rung) not in self._clocks and rung < self.plan.until:
            self._clocks.add((case.id, item.no, rung))
            self.at(max(rung, self.now) + timedelta(seconds=TICK / 2), _climb, case.id)
        if item.due is None or item.lapsed or (case.id, item.no, item.due) in self._clocks:
            return
        self._clocks.add((case.id, item.no, item.due))
        late = timedelta(seconds=self.chance.uniform(0.5, TICK))
        if item.due + late < self.plan.until:
            self.at(item.due + late, _by_clock, case.id, item.no)

    def _plan_answer(self, case: Case, item: WorkItem) -> None:
        if item.shadow_at is not None:
            return
        key = (case.id, item.no)
        sign = (item.holder, item.pauses, item.shadows, item.main)
        if self.memory.get(key) == sign:
            return
        self.memory[key] = sign
        if not self.held(case, item):
            self.at(self._moment(case, item), _answer, case.id, item.no, sign)

    def held(self, case: Case, item: WorkItem) -> bool:
        """Whether this is the work that nobody does before the story ends."""
        hold = self.problem.hold
        if not hold or case.id != self.root:
            return False
        if hold.startswith("approve_"):
            asked = next((r.kind for r in case.requests if item.subject == f"r{r.no}"), "")
            undecided = item.kind == "approve" and hold == f"approve_{asked}" and self._last_step(case, item)
            return undecided or item.kind == "handle"
        return item.kind == hold or (hold in _UNDONE and item.kind == "handle")

    def _last_step(self, case: Case, item: WorkItem) -> bool:
        return any(item.subject == f"r{r.no}" and r.step + 1 == r.steps for r in case.requests)

    def _moment(self, case: Case, item: WorkItem) -> datetime:
        if item.kind == "handle":
            return self.handling_ends(case, item)
        if item.kind in ("arrive", "make_safe"):
            assert item.due is not None
            share = self.chance.uniform(1.05, 1.6) if self.maybe("arrival_late") else self.chance.uniform(0.2, 0.9)
            return item.opened_at + (item.due - item.opened_at) * share + self.blink()
        if item.kind == "resume" and item.due is not None and self.chance.random() < 0.8:
            return item.due + timedelta(seconds=self.chance.uniform(0.5, TICK))
        minutes = self.delay(item.kind)
        if item.kind in _AT_WORK_HOURS:
            return self.worked(minutes, item.holder.body)
        return self.now + timedelta(minutes=minutes)

    def handling_ends(self, case: Case, item: WorkItem) -> datetime:
        """A share of the limit, by the unit's speed; a unit that has it again needs a part of that."""
        habits = self.scene.habits(item.holder.body) if item.holder.body in self.scene.units else _OWN_TEAM
        share = habits["speed"] * math.exp(self.chance.gauss(0, habits["spread"]))
        if self.problem.hold in ("review_appeal", "explain"):
            share = self.chance.uniform(1.1, 1.5)
        if self.problem.hold in _AFTER_WORK:
            return self.now + timedelta(minutes=self.chance.uniform(15, 90))
        if item.due is None or item.shadows or item.pauses or case.reworks:
            return self.worked(self.chance.uniform(40, 300), item.holder.body)
        if item.limit is None or item.calendar is None:
            return item.opened_at + (item.due - item.opened_at) * share
        calendar = self.scene.rules(self.now).calendars[item.calendar]
        end = calendar.due(item.opened_at, Limit.parse(item.limit), max(4, int(share * 100))).at
        return end + self.blink()

    # words

    def problem_text(self, choice: Choice, condition: str, address: str, source: str) -> dict[str, str]:
        return self.texts.problem(choice, condition, address, source, self.chance)

    def say(self, what: str) -> dict[str, str]:
        return self.texts.say(what, self.chance)

    def photos(self, class_id: str | None, part: int, most: int = 2) -> list[str]:
        """Pictures of a class: part 0 before, 1 after."""
        choice = self.scene.by_class.get(class_id or "")
        files = self.scene.pictures[choice.motif if choice else "street"][part]
        return self.chance.sample(files, min(len(files), 1 + (self.chance.random() < (most - 1) * 0.4)))

    def condition(self, class_id: str) -> str:
        choice = self.scene.by_class[class_id]
        picked: tuple[str, str, bool] = self.chance.choices(choice.conditions, choice.weights)[0]
        return picked[0]

    def place(self, case: Case) -> Place:
        assert case.place is not None
        return case.place


_AT_WORK_HOURS = frozenset(
    {"approve", "settle", "review_self", "review_appeal", "explain", "answer", "reply", "call_back"}
)
_UNDONE = frozenset({"sign", "arrive", "make_safe", "resume", "answer"})
"""Whoever waits at these has not done the work either."""
_AFTER_WORK = frozenset({"send_check", "check", "close", "reply", "call_back"})
"""To wait at these the work must be done, be it Sunday or not."""
_OWN_TEAM = {"speed": 0.3, "spread": 0.4, "care": 0.97}


def _answer(life: Life, one: UUID, no: int, sign: Any) -> None:
    """The time has come; it may have passed by, or come to somebody else meanwhile."""
    case = life.case(one)
    item = case.item(no)
    if item is None or item.paused_at is not None or item.shadow_at is not None or life.memory.get((one, no)) != sign:
        return
    ANSWERS[item.kind](life, case, item)


def _climb(life: Life, one: UUID) -> None:
    """The rungs of the ladder that are due now, as `cases.timed` climbs them."""
    for act, item, rung in list(waiting(life.case(one), life.scene.rules(life.now), life.now)):
        if rung is not None:
            life.do(one, act, SYSTEM, item.no, rung=rung)


def _by_clock(life: Life, one: UUID, no: int) -> None:
    """What `cases.timed` does on the live site: limits lapse."""
    item = life.case(one).item(no)
    if item is not None and item.kind != "resume" and not item.lapsed and item.paused_at is None:
        if item.due is not None and item.due < life.now:
            life.do(one, "lapse", SYSTEM, no)
        elif item.due is not None:
            life.at(item.due + timedelta(seconds=1), _by_clock, one, no)


def over(case: Case) -> bool:
    return case.state in TERMINAL or case.state is State.MERGED
