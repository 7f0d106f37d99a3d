"""Whoever sees a part of the city: what the roll-ups tell of it, and what is left for the facts.

Seen are the rows of the scope's bodies and those in its areas (`counting.seen`). Each cell is of one district, and
where its subject is owned (`days.OWNED`) it says whose its rows are: the cells of the scope's districts and of its
bodies are told, each once. A scope may see more: rows of its bodies elsewhere, where the cells do not say whose they
are, and rows of its streets and communities in none of its districts (a street that went to another district, a patrol
over two). That is seldom so and looked for first; a table of facts that has such rows is counted itself, as are all for
who sees streets without their district: to add the few others, the same month of it would have to be read."""

from collections.abc import Iterable
from typing import Any

from citygrid.cases.database import Connection
from citygrid.evaluation import days, rolled_cells
from citygrid.evaluation.counting import Question, by_facts
from citygrid.evaluation.definitions import Count
from citygrid.evaluation.rolled_cells import Part
from citygrid.organization.visibility import Scope


def is_whole(scope: Scope | None) -> bool:
    return scope is None or scope.everything


def part_of(connection: Connection, question: Question) -> Part | None:
    """What the roll-ups tell of a scope that is not everything; None where it is nothing that they can tell."""
    scope = question.scope
    assert scope is not None
    if question.by in days.EVERYWHERE:
        return None
    owned = question.by in days.OWNED
    districts = _districts(connection, scope.areas) if scope.areas else frozenset()
    if not districts and (scope.areas or not owned):
        return None
    return Part(districts, scope.bodies if owned else frozenset())


def left(connection: Connection, counts: Iterable[Count], question: Question, part: Part) -> list[Count]:
    """Those of the counts for which the scope sees more than the roll-ups tell: to be counted from facts."""
    scope, found = question.scope, []
    assert scope is not None
    strays = _strays(connection, scope.areas, part.districts) if scope.areas else frozenset()
    for facts, group in by_facts(counts).items():
        asked = [("unit", scope.bodies)] if question.by not in days.OWNED else []
        if facts in strays:
            asked += [("street", scope.areas), ("community", scope.areas)]
        if any(ids and _any(connection, group, question, part, way, ids) for way, ids in asked):
            found += group
    return found


def _any(
    connection: Connection, counts: list[Count], question: Question, part: Part, way: str, numbers: frozenset[int]
) -> bool:
    """Whether there is a row of these numbers outside of the told districts that one of the counts could count."""
    params: dict[str, Any] = {"numbers": sorted(numbers)}
    source = rolled_cells.source(counts, question, way, params)
    told = rolled_cells.parts_of(Part(part.districts, frozenset()), params)[0]
    # What came and left again is in the cells until the night; of each moment they add up to the rows there are.
    text = f"""select 1 {source} and number = any(%(numbers)s::bigint[]) and not {told}
        group by moment having sum(n) <> 0 limit 1"""
    with connection.cursor() as run:
        return run.execute(text.encode(), params).fetchone() is not None


def _districts(connection: Connection, areas: frozenset[int]) -> frozenset[int]:
    """Those of the areas that are the district of some row."""
    text = "select distinct district from evaluation_day_place where district = any(%s::bigint[])"
    return frozenset(row[0] for row in connection.execute(text, [sorted(areas)]).fetchall())


def _strays(connection: Connection, areas: frozenset[int], districts: frozenset[int]) -> frozenset[str]:
    """The facts that have or had rows in these areas, but in none of these districts."""
    text = """select distinct facts from evaluation_day_place
        where not district = any(%(districts)s::bigint[])
            and (street = any(%(areas)s::bigint[]) or community = any(%(areas)s::bigint[]))"""
    params = {"districts": sorted(districts), "areas": sorted(areas)}
    return frozenset(row[0] for row in connection.execute(text, params).fetchall())
