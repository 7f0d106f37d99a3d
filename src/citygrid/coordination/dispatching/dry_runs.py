"""自动派遣的试算: what would have happened last month, had a class gone straight to its suggested unit (asks 12).

Asks today's rules and register about cases that are done: the unit that had the case in the end is the right answer.
A case that nobody has handled yet proves nothing and is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from citygrid.cases.database import cursor, plain
from citygrid.coordination.dispatching import suggesting
from citygrid.organization.visibility import Scope
from citygrid.rulebook.responsible import covers

BATCH = 500
MOST_TOLD = 200
"""Cases of a class that are listed one by one."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A case that a unit handled to the end."""

    id: UUID
    number: str
    class_id: str
    areas: list[int]
    component: str | None
    unit: int


@dataclass(frozen=True, slots=True)
class Other:
    """A case that would have gone elsewhere; `suggested` None: nobody would have been suggested."""

    case: UUID
    number: str
    unit: int
    suggested: int | None
    rule: int | None = None


@dataclass(slots=True)
class Outcome:
    """A class: to the unit that handled it in the end, to another one, to nobody. `others`: the first of them."""

    class_id: str
    same: int = 0
    other: int = 0
    none: int = 0
    others: list[Other] = field(default_factory=list)

    @property
    def all(self) -> int:
        return self.same + self.other + self.none

    @property
    def percent(self) -> int:
        """How many of a hundred would have gone right, rounded down."""
        return self.same * 100 // self.all if self.all else 0


def run(
    scope: Scope | None, start: datetime, end: datetime, at: datetime, classes: Sequence[str] = ()
) -> list[Outcome]:
    """Class by class, the most cases first. Cases received from `start` up to `end` that were handled and that the
    scope holds (None: all, for the operator). `classes`: ids, or prefixes that end in `*`; none: all."""
    found: dict[str, Outcome] = {}
    for batch in _handled(scope, start, end):
        wanted = [one for one in batch if not classes or any(covers(p, one.class_id) for p in classes)]
        for one, answer in zip(wanted, suggesting.tried(wanted, at), strict=True):
            outcome = found.setdefault(one.class_id, Outcome(one.class_id))
            first = answer[0] if answer else None
            if first is not None and first.body == one.unit:
                outcome.same += 1
                continue
            if first is None:
                outcome.none += 1
            else:
                outcome.other += 1
            if len(outcome.others) < MOST_TOLD:
                suggested, rule = (first.body, first.rule) if first is not None else (None, None)
                outcome.others.append(Other(one.id, one.number, one.unit, suggested, rule))
    return sorted(found.values(), key=lambda one: (-one.all, one.class_id))


def _handled(scope: Scope | None, start: datetime, end: datetime) -> Iterator[list[Handled]]:
    """By the time of receipt, in batches: the index on it is walked once."""
    seen, params = scope.sql("c") if scope is not None else ("true", [])
    after = (start, UUID(int=0))
    sql = f"""select c.id, coalesce(c.case_no, c.report_no), c.class_id, c.areas, c.component, c.unit, c.received_at
              from cases_case c where (c.received_at, c.id) > (%s, %s) and c.received_at < %s and c.unit is not null
                and c.class_id is not null and c.handled_at is not null and c.mode = 'regular' and c.parent is null
                and {seen} order by c.received_at, c.id limit %s"""  # noqa: S608 - the condition holds no input
    while True:
        with plain() as connection:
            rows = cursor(connection).execute(sql.encode(), [*after, end, *params, BATCH]).fetchall()
        if rows:
            yield [Handled(*row[:6]) for row in rows]
        if len(rows) < BATCH:
            return
        after = (rows[-1][6], rows[-1][0])
