"""Sets the stage of a journey: what others did before, by the acting layer of a served house (`stagehand.py`)."""

import json
import subprocess
import sys
from typing import Any

from tests.journeys.conftest import House


class Stage:
    """The stagehand's process: `play(acts)` gives the ids and numbers of the cases."""

    def __init__(self, house: House) -> None:
        argv = [sys.executable, "-m", "tests.journeys.walk.stagehand"]
        self.process = subprocess.Popen(
            argv, env=house.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )  # fmt: skip
        assert self._told()["ready"]

    def _told(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the stagehand ended"
        told: dict[str, Any] = json.loads(line)
        return told

    def play(self, acts: list[Any]) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"acts": acts}) + "\n")
        self.process.stdin.flush()
        told = self._told()
        assert "refused" not in told, told
        return told

    def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
