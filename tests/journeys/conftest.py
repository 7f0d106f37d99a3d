"""A served demo city of its own, and a browser. The journeys know the pages only; of what goes on behind them they
wait for the end."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import expect

from tests import moulds
from tests.browsing import CHROMIUM, left
from tests.journeys.desk import PATIENCE
from tests.moulds import BASE, CITY, ROOT
from tests.ports import free_port

if TYPE_CHECKING:
    from tests.journeys.walk.stage import Stage

__all__ = ["BASE", "CHROMIUM", "CITY", "ROOT", "House", "ended", "housed", "left", "lively"]
# For all journeys: how long something takes to appear says how busy the machine is.
expect.set_options(timeout=PATIENCE)

STARTING = 180
"""Seconds: within them a server starts on a machine that is busy with other things."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(str(item.fspath)).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason="no chromium: name it by CITYGRID_CHROMIUM"))


def _wait(address: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the server does not answer")


@dataclass(frozen=True)
class House:
    """A served demo city. `env`: for further processes of it."""

    address: str
    port: int
    env: dict[str, str]
    folder: Path

    def granian(self, interface: str, port: int) -> "subprocess.Popen[bytes]":
        """The web (`wsgi`) or the push process (`asgi`), as `serve` starts them."""
        return self.start(
            "granian", "--interface", interface, "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
            "--workers-kill-timeout", "1", f"citygrid.config.{interface}:application",
        )  # fmt: skip

    def start(self, module: str, *words: str) -> "subprocess.Popen[bytes]":
        argv = [sys.executable, "-m", module, *words]
        return subprocess.Popen(argv, env=self.env, cwd=self.folder, stdout=subprocess.DEVNULL)

    def told(self) -> None:
        """Until what happened so far is delivered: pages that are open then hear of nothing older any more. (Needs the
        jobs worker of `lively`.)"""
        waiting = "select count(*) from notices_outbox where done_at is null and next_try is not null"
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            until = time.monotonic() + STARTING
            while connection.execute(waiting).fetchone() != (0,):
                assert time.monotonic() < until, "the outbox is not emptied"
                time.sleep(0.2)


@contextmanager
def lively(house: House, jobs: int = 0) -> Iterator[House]:
    """With the push process, which answers before any page asks it (a page that was refused waits longer and longer);
    with a jobs worker of so many jobs at a time, whose relay tells what happened."""
    push = house.granian("asgi", house.port + 1)
    processes = [push]
    try:
        if jobs:
            processes.append(house.start("citygrid", "procrastinate", "worker", "--concurrency", str(jobs)))
        _wait(f"http://127.0.0.1:{house.port + 1}/health/", push)
        yield house
    finally:
        ended(*processes)


def ended(*processes: "subprocess.Popen[bytes]") -> None:
    """End these processes; one that does not hear is killed."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def housed(base: str, folder: Path, *load: list[str]) -> Iterator[House]:
    """The demo city in a database of its own on the server of `base`, dropped at the end; `load`: further commands."""
    port = free_port()
    name = f"journeys_{os.getpid()}_{port}"
    env = moulds.environment(moulds.address_of(base, name), folder)
    house = House(f"http://127.0.0.1:{port}", port, env, folder)
    server = None
    try:
        moulds.copy_of_demo(base, name, folder)
        for command in load:
            subprocess.run([sys.executable, "-m", "citygrid", *command], check=True, env=house.env, cwd=folder)
        server = house.granian("wsgi", port)
        _wait(f"{house.address}/sign-in/", server)
        yield house
    finally:
        if server is not None:
            ended(server)
        moulds.drop(base, name)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housed(BASE, tmp_path_factory.mktemp("journeys")) as one:
        yield one


@pytest.fixture(scope="session")
def site(house: House) -> str:
    """The address of a server with the demo city in a database of its own, which is dropped at the end."""
    return house.address


@pytest.fixture(scope="session")
def stage(house: House) -> Iterator["Stage"]:
    """Does what others did before a journey begins, without a browser."""
    from tests.journeys.walk.stage import Stage

    one = Stage(house)
    yield one
    one.leave()
