"""Real demand that a simulated city answers: open reports of an import, carried to their end by the city's people.

Whatever city is loaded, its own posts, rosters, rules and responsibilities answer; only the habits (how fast, how
careful) are those of the demo's settings. Every act goes through `decide` at a moment after the report's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from citygrid.cases import loading, partitions, rows
from citygrid.cases.copying import Timeline
from citygrid.cases.database import Connection, plain
from citygrid.cases.loading import Loaded
from citygrid.cases.numbers import numbers
from citygrid.cases.writing import Change, write
from citygrid.demo import desks, fieldwork, illustrations  # noqa: F401 - they register the answers
from citygrid.demo.life import Life
from citygrid.demo.planning import Plan, Planned
from citygrid.demo.scene import Scene
from citygrid.process import Case, evolve
from citygrid.process.states import TERMINAL


@dataclass(frozen=True, slots=True)
class Answered:
    """How it went: cases that got acts, those of them that came to an end, and how many acts."""

    cases: int
    over: int
    acts: int


class _Taken(Life):
    """A case that somebody else reported; its numbers come from the city's own series."""

    connection: Connection

    def _case_no(self, one: UUID) -> str:
        return numbers.take(self.connection, "case", self.scene.profile, self.now)

    _report_no = _case_no


def answer(cases: Iterable[UUID], until: datetime, seed: int = 1) -> Answered:
    """Carry these open cases on until a moment (aware). A case that is over or unknown is left alone.

    The case number's series is the city's; the same cases, seed and moment give the same acts. One transaction a
    case. Messages are written as for any live act."""
    scene = Scene(until, illustrations.shelf(until))
    plan = Plan(seed, until, (), {}, 0)
    done = over = acts = 0
    for one in sorted(cases):
        added, after = _answer_one(scene, plan, one)
        acts += added
        done += added > 0
        over += after is not None and after.state in TERMINAL
    return Answered(done, over, acts)


def _answer_one(scene: Scene, plan: Plan, one: UUID) -> tuple[int, Case | None]:
    with plain() as connection:
        seen = loading.peek(connection, one)
        if seen is None or seen.state in TERMINAL:
            return 0, seen
        life = _Taken(scene, plan, Planned(0, max(seen.since, seen.received_at), seen.source), one)
        life.connection = connection
        life.memory["class", one] = seen.class_id or scene.choose("public", life.chance).id
        timeline = Timeline(one, seen)
        life.take_over(timeline)
        life.run()
        partitions.ensure(connection, {partitions.month_of(e.effective_at) for e, _, _ in timeline.entries})
        with connection.transaction():
            locked = loading.lock(connection, [one])[one]
            if locked.case != seen:  # somebody acted meanwhile: theirs stands
                return 0, seen
            changes = _changes(locked, timeline)
            if changes:
                write(connection, changes, life.texts.drafts, plan.until)
        return len(changes), timeline.case


def _changes(locked: Loaded, timeline: Timeline) -> list[Change]:
    before, bucket, found = locked.case, locked.bucket, []
    for entry, digest, _ in timeline.entries:
        after = evolve(before, entry)
        found.append(Change(before, after, entry, digest, locked.head, bucket))
        before, bucket = after, rows.bucket_of(after)
    return found
