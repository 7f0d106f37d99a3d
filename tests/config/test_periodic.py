"""Periodic jobs come as often as their cron lines mean: with six fields the seconds stand last."""

from itertools import pairwise

import pytest
from procrastinate.contrib.django import app


@pytest.mark.parametrize("one", [t for t in app.periodic_registry.periodic_tasks.values() if len(t.cron.split()) == 6],
                         ids=lambda t: t.task.name)  # fmt: skip
def test_a_line_with_seconds_comes_at_even_steps_all_day(one):
    ticks = one.croniter
    times = [ticks.get_next(float, start_time=1_795_328_471.5)] + [ticks.get_next(float) for _ in range(300)]
    gaps = {round(after - before, 3) for before, after in pairwise(times)}
    assert len(gaps) == 1 and max(gaps) <= 60, f"{one.cron}: {sorted(gaps)}"
