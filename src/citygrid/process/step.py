"""A decision in the making: effects say what changes, the step keeps it and turns it into one entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from citygrid.process import clocks, ladder
from citygrid.process.coding import ASSIGNMENT, FINDING, ITEM, REQUEST, dump_fields
from citygrid.process.facts import Facts
from citygrid.process.model import SYSTEM, Act, Assignment, Case, Entry, Finding, Holder, Request, WorkItem
from citygrid.process.refusal import refuse
from citygrid.process.rules import ClassRule, Condition, Rules, StepRule, Variant
from citygrid.process.states import State
from citygrid.process.transitions import Transition
from citygrid.process.upcasting import schema_of
from citygrid.worktime import Limit


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to an act: one new entry, and acts that follow from it (same commit). `tries`: acts of the system that
    are attempted after it and left undone when they are refused."""

    entry: Entry
    follow: tuple[Act, ...] = ()
    tries: tuple[Act, ...] = ()


class Step:
    """What one act does to one case. Reads see what was already changed in this step."""

    def __init__(
        self,
        case: Case | None,
        act: Act,
        rules: Rules,
        facts: Facts,
        row: Transition,
        item: WorkItem | None,
        moment: datetime,
        variant: Variant,
    ) -> None:
        self._case, self.act, self.rules, self.facts = case, act, rules, facts
        self.row, self.answering, self.moment, self.variant = row, item, moment, variant
        self.said: Mapping[str, Any] = act.data
        self.sets: dict[str, Any] = {}
        self.work: dict[int, WorkItem] = {i.no: i for i in case.work} if case is not None else {}
        self.last_no = case.items if case is not None else 0
        self._opened: dict[int, WorkItem] = {}
        self._changed: dict[int, WorkItem] = {}
        self._closed: list[dict[str, Any]] = []
        self._rows: dict[str, dict[int, Any]] = {"assign": {}, "request": {}, "finding": {}}
        self.follow: list[Act] = []
        self.tries: list[Act] = []
        self.tell: list[Holder] = []
        """Who is told of it beside the holders: a rung of the ladder names them, or their step of a request is over."""
        self._line_moved = case is None

    # reading

    @property
    def case(self) -> Case:
        assert self._case is not None, "this act has no case before it"
        return self._case

    def get(self, name: str) -> Any:
        """A field of the case as this step leaves it; None of a case that begins and has not got it yet."""
        if name in self.sets:
            return self.sets[name]
        return getattr(self._case, name) if self._case is not None else None

    def assignments(self) -> list[Assignment]:
        known = {a.no: a for a in self._case.assignments} if self._case is not None else {}
        known.update(self._rows["assign"])
        return list(known.values())

    def items(self, *kinds: str, subject: str | None = None) -> list[WorkItem]:
        """Open items of these kinds (all when none is named), of one subject when given."""
        return [
            i
            for i in self.work.values()
            if (not kinds or i.kind in kinds) and (subject is None or i.subject == subject)
        ]

    def class_rule(self, class_id: str | None) -> ClassRule:
        if class_id is None:
            raise refuse("class_missing")
        found = self.rules.classes.get(class_id)
        if found is None:
            raise refuse("unknown_class", value=class_id)
        return found

    def condition(self, class_id: str | None, no: str | None) -> Condition:
        if no is None:
            raise refuse("condition_missing")
        found = self.class_rule(class_id).conditions.get(no)
        if found is None:
            raise refuse("unknown_condition", value=no)
        return found

    def evidence(self, count: int, name: str = "media") -> tuple[str, ...]:
        """The files of a field; all must exist and at least `count` must be images (imports record absence)."""
        files: list[str] = self.said.get(name, [])
        for one in files:
            if one not in self.facts.media:
                raise refuse("unknown_media", value=one)
        if sum(self.facts.media[f] == "image" for f in files) < count:
            if not self.facts.imported:
                raise refuse("evidence_missing", count=count)
            self.sets["media_absent"] = True
        return tuple(files)

    def played(self, films: int, sounds: int) -> None:
        """At least so many of the files in `media` must be films and sounds. Imports need not."""
        kinds = [self.facts.media.get(one) for one in self.said.get("media", [])]
        if self.facts.imported:
            return
        if kinds.count("video") < films:
            raise refuse("films_missing", count=films)
        if kinds.count("audio") < sounds:
            raise refuse("sounds_missing", count=sounds)

    # changing

    def to(self, state: State) -> None:
        if state not in self.row.to:
            raise AssertionError(f"{self.act.name} may not lead from {self.row.source} to {state}")
        self.sets["state"] = state

    def step_rule(self, kind: str) -> StepRule:
        found = self.variant.steps.get(kind)
        if found is None:
            raise refuse("no_rule", what=kind)
        return found

    def centre(self, level: str) -> int:
        centres = self.facts.centres
        body = centres.get(level, centres.get("city"))
        if body is None:
            raise refuse("no_rule", what=f"centre:{level}")
        return body

    def open(
        self,
        kind: str,
        *,
        main: bool = False,
        subject: str = "case",
        holder: Holder | None = None,
        limit: Limit | None = None,
        due: datetime | None = None,
        rule: StepRule | None = None,
    ) -> WorkItem:
        """Open a work item by the variant's step rule; holder, limit or due given here win."""
        rule = rule or self.step_rule(kind)
        if holder is None:
            holder = Holder(self.centre(rule.level), rule.role)
        self.last_no += 1
        limit = limit or rule.limit
        clock = {}
        if due is None and limit is not None:
            clock = clocks.clock(self.rules, holder.body, self.moment, limit, rule.calendar)
        item = WorkItem(self.last_no, kind, holder, subject, self.moment, main, **clock)
        if due is not None:
            item = clocks.given(self.rules, item, due)
        self._line_moved = self._line_moved or main
        self.work[item.no] = self._opened[item.no] = item
        return item

    def reopen(self, item: WorkItem) -> None:
        """An item that was done or stashed is open again under its old number."""
        self._line_moved = self._line_moved or item.main
        self.work[item.no] = self._opened[item.no] = item

    def change(self, item: WorkItem) -> WorkItem:
        before = self.work[item.no]
        if before is item or before == item:
            return item
        self._line_moved = self._line_moved or before.on_line is not item.on_line
        self.work[item.no] = item
        if item.no in self._opened:
            self._opened[item.no] = item
        else:
            self._changed[item.no] = item
        return item

    def close(self, item: WorkItem, outcome: str = "done") -> None:
        """`late`: done after its due (a paused clock is judged at the pause)."""
        self._line_moved = self._line_moved or item.main
        del self.work[item.no]
        self._changed.pop(item.no, None)
        if self._opened.pop(item.no, None) is not None and (self._case is None or self._case.item(item.no) is None):
            return
        at = item.paused_at or self.moment
        late = None if item.due is None else at > item.due
        self._closed.append({"no": item.no, "outcome": outcome, "late": late})

    def close_all(self, *kinds: str, subject: str | None = None, outcome: str = "dropped") -> None:
        for item in self.items(*kinds, subject=subject):
            self.close(item, outcome)

    def done(self, outcome: str = "done") -> None:
        """Close the work item that this act answers, if it answers one."""
        if self.answering is not None and self.answering.no in self.work:
            self.close(self.work[self.answering.no], outcome)

    def assign(self, assignment: Assignment) -> Assignment:
        self._rows["assign"][assignment.no] = assignment
        return assignment

    def put_request(self, request: Request) -> None:
        self._rows["request"][request.no] = request

    def put_finding(self, finding: Finding) -> None:
        self._rows["finding"][finding.no] = finding

    def _derived(self, case: UUID, name: str, data: Mapping[str, Any]) -> Act:
        return Act(uuid5(self.act.id, f"{name}:{case}"), case, name, self.act.at, SYSTEM, data, self.moment)

    def then(self, case: UUID, name: str, **data: Any) -> None:
        """An act that follows on another case, by the system; its id is derived, so a repeat is the same act."""
        self.follow.append(self._derived(case, name, data))

    def attempt(self, name: str, **data: Any) -> None:
        """An act on this case that the system tries next; when it is refused, people go on where it stands."""
        self.tries.append(self._derived(self.act.case, name, data))

    # finishing

    def _persons_and_bodies(self) -> None:
        case, actor = self._case, self.act.actor
        bodies: set[int | None] = {actor.body}
        persons: set[int | None] = {actor.person}
        for item in self._opened.values():
            bodies.add(item.holder.body)
            persons.add(item.holder.person)
        for item in self._changed.values():
            bodies.add(item.holder.body)
            persons.add(item.holder.person)
        for one in self._rows["assign"].values():
            bodies.add(one.body)
            persons.add(one.worker)
        known_bodies = case.bodies if case is not None else frozenset()
        known_persons = case.persons if case is not None else frozenset()
        new_bodies = {b for b in bodies if b is not None} - known_bodies
        new_persons = {p for p in persons if p} - known_persons
        if new_bodies:
            self.sets["bodies"] = known_bodies | new_bodies
        if new_persons:
            self.sets["persons"] = known_persons | new_persons

    def finish(self, *, handling: bool) -> Decision:
        case, actor = self._case, self.act.actor
        if handling and actor.person and (case is None or actor.person not in case.handlers):
            self.sets["handlers"] = (case.handlers if case is not None else frozenset()) | {actor.person}
        self._persons_and_bodies()
        climbs = bool(self.variant.ladder)
        for rows in (self._opened, self._changed):
            for no, item in rows.items():
                if climbs or item.rung_at is not None:  # it may come from where there was a ladder
                    rows[no] = ladder.timed(self.rules, self.variant, item)
        if self._line_moved:
            self.sets["since"] = self.moment
        if self.last_no != (case.items if case is not None else 0):
            self.sets["items"] = self.last_no
        entry = Entry(
            self.act.case,
            case.version + 1 if case is not None else 1,
            self.act.name,
            schema_of(self.act.name),
            self.act.id,
            self.act.at,
            self.moment,
            actor,
            self._data(),
        )
        return Decision(entry, tuple(self.follow), tuple(self.tries))

    def _data(self) -> dict[str, Any]:
        """What the entry keeps: what was said, what follows for the case, and the rows that it opens and changes."""
        data: dict[str, Any] = {"said": dict(self.said), "set": dump_fields(self.sets)}
        if self.act.actor.stands_in_for is not None:
            data["stands_in_for"] = self.act.actor.stands_in_for
        if self.answering is not None:
            data["item"] = self.answering.no
        if self.tell:
            data["tell"] = [[one.body, one.role] for one in self.tell]
        if self._closed:
            data["close"] = self._closed
        opened = [ITEM.dump(i) for i in self._opened.values()]
        changed = [ITEM.dump(i) for i in self._changed.values()]
        for key, rows in (("open", opened), ("change", changed)):
            if rows:
                data[key] = rows
        for key, record in (("assign", ASSIGNMENT), ("request", REQUEST), ("finding", FINDING)):
            if self._rows[key]:
                data[key] = [record.dump(r) for r in self._rows[key].values()]
        return data
