"""The second, independent count over the ordinary lives of many cases (issue 7, Done when)."""

import os
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import timedelta
from itertools import islice
from multiprocessing import get_context

import pytest

from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from tests.evaluation.lives import write
from tests.evaluation.offices import simulated
from tests.evaluation.oracle import Oracle
from tests.evaluation.test_oracle import PERIODS, agree
from tests.process.city import Story

MANY = int(os.environ.get("CITYGRID_LIVES", "100000"))
"""How many lives the long test asks for; fewer while something is looked for."""
BLOCK, AHEAD = 5_000, 2
METRES, DAYS = 20, 10
KEPT = ("cases_case", "cases_head", "cases_item", "cases_entry", "cases_assignment", "evaluation_recurrence",
        *(f"evaluation_{kind}{name}" for kind in ("", "day_") for name in facts.NAMES),
        "evaluation_changed")  # fmt: skip
LOOKED = (PERIODS[3], PERIODS[10], PERIODS[11], PERIODS[0])
"""Twelve days, the 21st to the 20th, a month that is not over, all: each block is looked at over another."""


def kept(stories: list[Story]) -> None:
    with plain() as connection:
        recurring_links.keep_rule(connection, METRES, DAYS)
    write([entries for story in stories for entries in story.entries.values()])


def test_the_slow_count_says_the_same_of_many_lives(city: None) -> None:
    """Some hundreds of cases of ordinary offices, and what came back among them."""
    stories = simulated(500)
    kept(stories)
    had = agree(Oracle(stories, timedelta(days=DAYS)), [PERIODS[3], PERIODS[10]])
    assert len(had) > 110
    assert {"recurrences_handled", "recurrences_checked", "recurrence_check_rate"} <= had


@pytest.mark.long
def test_the_slow_count_says_the_same_of_a_hundred_thousand_lives(city: None) -> None:
    """Lives are made by another process while these are written, counted twice and compared."""
    blocks = -(-MANY // BLOCK)
    seeds, seen, had = iter(range(blocks)), 0, set()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others:
        size = min(BLOCK, MANY)
        made: list[Future[list[Story]]] = [others.submit(simulated, size, seed) for seed in islice(seeds, AHEAD)]
        for block in range(blocks):
            stories = made.pop(0).result()
            made += [others.submit(simulated, size, seed) for seed in islice(seeds, 1)]
            kept(stories)
            had |= agree(Oracle(stories, timedelta(days=DAYS)), [LOOKED[block % len(LOOKED)]])
            seen += len(stories)
            with plain() as connection:
                connection.execute(f"truncate {', '.join(KEPT)}".encode())
    assert seen >= MANY
    assert len(had) > 110
