"""The processes that `serve` keeps alive: started, restarted with a growing pause, stopped together."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY = 60.0  # after this many seconds a process counts as healthy again
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def _end_with_parent() -> None:
    """In the child: the kernel sends SIGTERM when `serve` dies, even when it is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One supervised process; `name` also names its log file."""

    name: str
    argv: list[str]
    logs: Path
    env: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    pause: float = FIRST_PAUSE
    started: float = 0.0
    start_again_at: float = 0.0

    def start(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=os.environ | self.env,
                start_new_session=True,  # Ctrl-C reaches `serve` only, which then stops its children in order
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (`serve` has one thread)
            )
        self.started = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def watch(self, warn: Callable[[str], None]) -> None:
        """Start it again when it died; the pause doubles each time, up to half a minute."""
        now = time.monotonic()
        if self.alive or now < self.start_again_at:
            return
        if self.process is not None:
            self._sweep()
            self.pause = FIRST_PAUSE if now - self.started > STEADY else min(self.pause * 2, LONGEST_PAUSE)
            warn(
                f"{self.name} ended (code {self.process.returncode}); again in {self.pause:g} s, "
                f"see {self.logs / self.name}.log"
            )
            self.process = None
            self.start_again_at = now + self.pause
            return
        self.start()

    def _sweep(self) -> None:
        """End what a dead process left behind in its group (its workers hold the port)."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def stop(children: list[Child], patience: float = 10.0) -> None:
    """Ask all to stop, wait together, then end those that did not."""
    living = [child for child in children if child.process is not None]
    for child in living:
        if child.process is not None and child.alive:
            child.process.terminate()
    deadline = time.monotonic() + patience
    for child in living:
        if child.process is not None:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            child._sweep()
            child.process.wait()
