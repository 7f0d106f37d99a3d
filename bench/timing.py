"""How long a work takes: warmed up once, then the median of some rounds."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 3


def median(work: Callable[[], object]) -> float:
    """Seconds."""
    work()
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return statistics.median(took)
