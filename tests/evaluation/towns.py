"""Cities for the evaluation's tests: set up once for a module."""

from collections.abc import Callable
from typing import Any

from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from tests.cases import world as worlds
from tests.cases.kept_city import town_of


def recurring(done: Callable[[worlds.World], None]) -> Any:
    """The fixture `town` of a module: what comes back within 20 m and 30 days of its closing is told as a recurrence,
    in what `done` does too; the facts know all of it."""

    def begun(world: worlds.World) -> None:
        with plain() as connection:
            recurring_links.keep_rule(connection, 20, 30)
        done(world)
        refresh()

    return town_of(begun)


def refresh() -> None:
    with plain() as connection:
        facts.refresh(connection)
