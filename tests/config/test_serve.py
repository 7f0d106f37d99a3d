"""`citygrid serve`: one command from nothing to a page, restarts what dies, stops in order (issue: two commands)."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="citygrid-serve-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def serving(data: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    env = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    env |= {"CITYGRID_DATA": str(data), "PORT": str(port), "PYTHONPATH": str(ROOT / "src")}
    argv = [sys.executable, "-m", "citygrid", "serve", "--no-demo"]
    process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/")
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(90)
        process.kill()


def answers(port: int, patience: float = 180.0) -> float:
    """Seconds until /health/ says ok."""
    begin = time.monotonic()
    while time.monotonic() - begin < patience:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=2) as page:
            assert page.read() == b'{"status": "ok"}'
            return time.monotonic() - begin
        time.sleep(0.05)
    raise AssertionError(f"nothing on port {port} after {patience} s")


def processes_with(word: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if word in (folder / "cmdline").read_bytes().decode(errors="replace").split("\0"):
                found.append(int(folder.name))
    return found


def test_it_serves_on_an_empty_machine_brings_back_what_dies_and_stops_without_leaving_anything(data: Path) -> None:
    port = free_port()
    with serving(data, port) as process:
        answers(port)
        answers(port + 1)
        for pid in (killed := processes_with(str(port + 1))):
            os.kill(pid, signal.SIGKILL)
        assert killed, "the push process was there"
        time.sleep(0.5)
        answers(port + 1)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=90)[0]
        assert process.returncode == 0, said
        assert f"http://localhost:{port}/" in said
    assert not processes_with(str(port))
    assert not processes_with(str(data / "postgres" / "cluster"))


def test_a_busy_port_is_told_with_the_reason(data: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        with serving(data, busy.getsockname()[1]) as process:
            said = process.communicate(timeout=180)[0]
            assert process.returncode == 1
            assert "Address already in use" in said
            assert "PORT=" in said
            assert "Traceback" not in said
