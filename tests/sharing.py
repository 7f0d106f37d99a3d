"""How a run is shared out among its processes: what has a city in common goes to one of them, what is long begins
first, what is short comes last and evens out the ends."""

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = frozenset(
    ("cases", "collection", "coordination", "demo", "evaluation", "geocoding", "maps", "personal", "reception")
)
"""Packages whose tests share a city: it is made once in each process that runs some of them."""
FIRST = ("faults", "journeys", "collection", "cases", "evaluation", "attacks", "history", "demo", "config")
"""Packages that take long, or that have files which do."""
LAST = ("process", "standards", "tabular", "worktime")
"""Packages without a database: a moment for each file."""


class ByCity(LoadFileScheduling):
    """A file stays in one process, and so does a package that shares a city."""

    def _split_scope(self, nodeid: str) -> str:
        package = package_of(nodeid)
        return f"tests/{package}" if package in TOGETHER else nodeid.partition("::")[0]


def package_of(nodeid: str) -> str:
    """`cases` for `tests/cases/test_acting.py::...`; nothing for a file beside the packages."""
    parts = nodeid.partition("::")[0].split("/")
    return parts[1] if len(parts) > 2 else ""


def turn(item: pytest.Item) -> int:
    """When a test's package comes; within it the order stays."""
    package = package_of(item.nodeid)
    if package in FIRST:
        return FIRST.index(package)
    return len(FIRST) + (package in LAST)
