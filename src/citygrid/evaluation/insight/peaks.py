"""高发时段: the hours in which most comes, of a matrix of days of the week by hours (`heat.matrix`). Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Peak:
    """`day` 1 (Monday) to 7, None: all of them together; `hour` 0 to 23; `cases` of `of` came then."""

    day: int | None
    hour: int
    cases: int
    of: int


def peaks(counted: Mapping[tuple[str, str], int]) -> list[Peak]:
    """The hour of the day with the most cases, and the hour of the week; of equals the first. Nothing came: none."""
    of = sum(counted.values())
    if not of:
        return []
    hours: Counter[int] = Counter()
    for (_day, hour), cases in counted.items():
        hours[int(hour)] += cases
    most = min(hours, key=lambda one: (-hours[one], one))
    day, of_day = min(counted, key=lambda cell: (-counted[cell], int(cell[0]), int(cell[1])))
    return [Peak(None, most, hours[most], of), Peak(int(day), int(of_day), counted[(day, of_day)], of)]
