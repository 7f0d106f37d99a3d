"""A second, slow computation of indicators: plain Python over timelines, knowing nothing of facts or SQL."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from citygrid.evaluation.periods import Period
from citygrid.process import Case, Entry
from citygrid.process.moments import maybe_moment
from citygrid.process.states import State
from tests.process.city import Story
from tests.process.walker import on_line_micros

Key = tuple[Any, ...]


@dataclass
class Task:
    """A work item as its entries tell it."""

    no: int
    kind: str
    subject: str
    body: int | None
    role: str
    person: int | None
    opened_at: datetime
    due: datetime | None
    paused_at: datetime | None
    done_at: datetime | None = None
    done_by: int = 0
    outcome: str = ""
    late: bool = False


def tasks_of(entries: list[Entry]) -> dict[int, Task]:
    found: dict[int, Task] = {}
    for entry in entries:
        for row in entry.data.get("close", ()):
            one = found[row["no"]]
            one.done_at, one.done_by = entry.effective_at, entry.actor.person
            one.outcome, one.late = row["outcome"], bool(row["late"])
        for key in ("open", "change"):
            for row in entry.data.get(key, ()):
                opened = maybe_moment(row["opened_at"])
                assert opened is not None
                due, paused = maybe_moment(row.get("due")), maybe_moment(row.get("paused_at"))
                found[row["no"]] = Task(row["no"], row["kind"], row["subject"], *row["holder"], opened, due, paused)
    return found


@dataclass
class Oracle:
    story: Story
    period: Period

    def within(self, moment: datetime | None) -> bool:
        return moment is not None and self.period.start <= moment < self.period.cut

    def open_at_cut(self, since: datetime | None, until: datetime | None) -> bool:
        cut = self.period.cut
        return since is not None and since < cut and (until is None or until >= cut)

    def overdue(self, task: Task) -> bool:
        judged = min(self.period.cut, task.paused_at) if task.paused_at else self.period.cut
        return task.due is not None and task.due < judged and self.open_at_cut(task.opened_at, task.done_at)

    def tasks(self, kind: str) -> Iterator[tuple[Case, Task]]:
        for case_id, entries in self.story.entries.items():
            for task in tasks_of(entries).values():
                if task.kind == kind:
                    yield self.story.cases[case_id], task

    def main_handling(self) -> Iterator[tuple[Case, Task]]:
        for case, task in self.tasks("handle"):
            one = case.assignments[int(task.subject[1:]) - 1]
            if one.parent is None and not one.assisting and not one.exempt:
                yield case, task

    # the indicators, each by one subject

    def handlings(self) -> Counter[Key]:
        return Counter((t.body,) for _, t in self.main_handling() if t.outcome == "done" and self.within(t.done_at))

    def handlings_late(self) -> Counter[Key]:
        late = ((c, t) for c, t in self.main_handling() if t.outcome == "done" and t.late)
        return Counter((t.body,) for _, t in late if self.within(t.done_at))

    def handlings_overdue(self) -> Counter[Key]:
        return Counter((t.body,) for _, t in self.main_handling() if self.overdue(t))

    def handlings_due(self) -> Counter[Key]:
        return self.handlings() + self.handlings_overdue()

    def micros(self) -> Counter[Key]:
        found: Counter[Key] = Counter()
        for case, t in self.main_handling():
            if t.outcome == "done" and self.within(t.done_at):
                assert t.done_at is not None
                found[(t.body,)] += on_line_micros(self.story.opened[case.id][t.no], t.done_at)
        return found

    def checks_on_time(self) -> Counter[Key]:
        answers = ("fixed", "not_fixed", "cannot_tell")
        return Counter(("collector", t.done_by, None) for _, t in self.tasks("check")
                       if t.outcome in answers and not t.late and self.within(t.done_at))  # fmt: skip

    def dispatches_to_do(self) -> Counter[Key]:
        return Counter((c.source,) for c, t in self.tasks("dispatch") if self.open_at_cut(t.opened_at, t.done_at))

    def filings(self) -> Counter[Key]:
        return Counter((c.class_id,) for c in self.story.cases.values() if self.within(c.filed_at))

    def closings(self) -> Counter[Key]:
        return Counter((self.district(c),) for c in self.closed() if self.within(c.closed_at))

    def closings_late(self) -> Counter[Key]:
        late = (c for c in self.closed() if c.current and c.current.state == "done" and c.current.late)
        return Counter((self.district(c),) for c in late if self.within(c.closed_at))

    def reworks(self) -> Counter[Key]:
        return Counter((self.district(c),) for c in self.closed() if c.reworks and self.within(c.closed_at))

    def returns(self) -> Counter[Key]:
        asked = (
            r for c in self.story.cases.values() for r in c.requests if r.kind == "return" and r.state == "granted"
        )
        return Counter((r.asker_body,) for r in asked if self.within(r.decided_at))

    def reports(self) -> Counter[Key]:
        return Counter((self.district(c),) for c in self.story.cases.values() if self.within(c.received_at))

    def missed_reports(self) -> Counter[Key]:
        found: Counter[Key] = Counter()
        for entries in self.story.entries.values():
            for entry in entries:
                for row in entry.data.get("finding", ()):
                    if row.get("state") == "confirmed" and row["kind"] == "missed" and self.within(entry.effective_at):
                        found[("collector", row["person"], None)] += 1
        return found

    def closed(self) -> Iterator[Case]:
        for case in self.story.cases.values():
            exempt = case.current is not None and case.current.exempt
            if case.state is State.CLOSED and case.parent is None and not exempt:
                yield case

    @staticmethod
    def district(case: Case) -> int | None:
        return case.place.district if case.place is not None else None


WHAT: dict[str, tuple[str, Callable[[Oracle], Counter[Key]]]] = {
    "handlings": ("unit", Oracle.handlings),
    "handlings_late": ("unit", Oracle.handlings_late),
    "handlings_overdue": ("unit", Oracle.handlings_overdue),
    "handlings_due": ("unit", Oracle.handlings_due),
    "returns": ("unit", Oracle.returns),
    "filings": ("class", Oracle.filings),
    "dispatches_to_do": ("source", Oracle.dispatches_to_do),
    "checks_on_time": ("post", Oracle.checks_on_time),
    "missed_reports": ("post", Oracle.missed_reports),
    "reports": ("area", Oracle.reports),
    "closings": ("area", Oracle.closings),
    "closings_late": ("area", Oracle.closings_late),
    "reworks": ("area", Oracle.reworks),
}
