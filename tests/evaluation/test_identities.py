"""The identities of the foundation, over lives that nobody thought of (issue 2; GB/T 30428.4)."""

from datetime import timedelta

import pytest

from citygrid.evaluation.periods import period
from tests.evaluation.lives import ALWAYS, LATER, SHANGHAI, cells, table, write
from tests.process.walker import Walk


def test_smoke(city: None, walks: list[Walk]) -> None:
    for walk in walks:
        write(walk.story.entries.values())
    total = table("unit").total.values
    print({k: str(v) for k, v in total.items()})
    assert 0
