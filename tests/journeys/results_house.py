"""A served house of its own with results in it: other journeys count their own cases and nobody else's."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.journeys.conftest import BASE, House, housed


@contextmanager
def with_results(folder: Path, *words: str) -> Iterator[tuple[House, dict[str, Any]]]:
    """The house and what was made in it. `cases`: nothing is closed, filed or published yet."""
    with housed(BASE, folder) as house:
        yield house, staged(house, *words)


def staged(house: House, *words: str) -> dict[str, Any]:
    argv = [sys.executable, "-m", "tests.journeys.walk.results_stage", *words]
    done = subprocess.run(argv, check=False, env=house.env, cwd=house.folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made
