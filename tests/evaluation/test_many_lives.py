"""The second, independent count over the ordinary lives of many cases (issue 7, Done when)."""

import os
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import facts
from tests.evaluation.lives import write
from tests.evaluation.offices import simulated
from tests.evaluation.oracle import Oracle
from tests.evaluation.test_oracle import PERIODS, agree
from tests.process.city import Story

MANY = int(os.environ.get("CITYGRID_LIVES", "100000"))
"""How many lives the long test asks for; fewer while something is looked for."""
BLOCK, AHEAD = 2_500, 2


def kept(stories: list[Story]) -> None:
    write([entries for story in stories for entries in story.entries.values()])


def test_the_slow_count_says_the_same_of_many_lives(city: None) -> None:
    """Some hundreds of cases of ordinary offices."""
    stories = simulated(500)
    kept(stories)
    assert len(agree(Oracle(stories), [PERIODS[3], PERIODS[10]])) > 110


@pytest.mark.long
def test_the_slow_count_says_the_same_of_a_hundred_thousand_lives(city: None) -> None:
    """Lives are made by another process while these are written, counted twice and compared."""
    seeds, seen = iter(range(-(-MANY // BLOCK))), 0
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others:
        made: list[Future[list[Story]]] = [others.submit(simulated, BLOCK, seed) for seed in islice(seeds, AHEAD)]
        while made:
            stories = made.pop(0).result()
            made += [others.submit(simulated, BLOCK, seed) for seed in islice(seeds, 1)]
            kept(stories)
            assert len(agree(Oracle(stories), [PERIODS[3]])) > 110
            seen += len(stories)
            with plain() as connection:
                for name in ("case", "head", "item", "entry", "assignment"):
                    connection.execute(f"delete from cases_{name}".encode())
                facts.refresh(connection)
    assert seen >= MANY
