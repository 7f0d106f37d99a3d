"""The second, independent count over the ordinary lives of many cases (issue 7, Done when)."""

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import facts
from tests.evaluation.lives import simulated, write
from tests.evaluation.oracle import Oracle
from tests.evaluation.test_oracle import PERIODS, agree


def test_the_slow_count_says_the_same_of_many_lives(city: None) -> None:
    """A thousand cases of ordinary offices."""
    stories = simulated(1_000)
    write([entries for story in stories for entries in story.entries.values()])
    assert len(agree(Oracle(stories), [PERIODS[3], PERIODS[10]])) > 110


@pytest.mark.long
def test_the_slow_count_says_the_same_of_a_hundred_thousand_lives(city: None) -> None:
    for block in range(20):
        stories = simulated(5_000, seed=block)
        write([entries for story in stories for entries in story.entries.values()])
        agree(Oracle(stories), [PERIODS[3]])
        with plain() as connection:
            for name in ("case", "head", "item", "entry", "assignment"):
                connection.execute(f"delete from cases_{name}".encode())
            facts.refresh(connection)
