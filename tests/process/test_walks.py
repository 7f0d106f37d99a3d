"""Random walks: what must hold after every act of every life (issue 2, item 4; DESIGN sections 2 and 4).

The walker checks after each act: one holder on the main line of every open case but a merged one; natural minutes of
the holders add up to the whole; entries are JSON without floats and give the case again; numbers without gaps; what
was on offer is accepted or refused for its content; a refusal has no trace; the same arguments give the same answer."""

from collections import Counter
from functools import cache

import pytest

from citygrid.process.acts import ACTS
from citygrid.process.states import State
from tests.process.walker import Walk

SEEDS, MOST = 24, 120
ACTS_EACH = 160


@cache
def walked(seed: int) -> Walk:
    return Walk(seed).run(ACTS_EACH)


def test_everything_holds_on_every_walk_and_all_is_reached() -> None:
    acts: Counter[str] = Counter()
    states: Counter[State] = Counter()
    for seed in range(MOST):
        if seed >= SEEDS and set(states) == set(State) and set(acts) == set(ACTS):
            break
        try:
            walk = walked(seed)
        except AssertionError as error:
            raise AssertionError(f"walk {seed}: {error}") from error
        acts += walk.acts
        states += walk.states
    assert set(State) - set(states) == set(), "every state is reached"
    assert set(ACTS) - set(acts) == set(), "every act is done"
    assert sum(acts.values()) > 2_000


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_long_walks(seed: int) -> None:
    assert sum(Walk(seed).run(600).acts.values()) > 100
