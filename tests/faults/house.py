"""The product as `citygrid serve` runs it, on a PostgreSQL of its own with fsync on, and how to kill parts of it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from citygrid.config.postgres import Server
from tests import moulds
from tests.moulds import BASE
from tests.ports import free_port


@dataclass
class House:
    """A served demo city without cases. `url`: of its database, the same before and after a restart."""

    data: Path
    port: int
    serve: "subprocess.Popen[str]"
    env: dict[str, str]

    @property
    def server(self) -> Server:
        return Server(self.data / "postgres")

    @property
    def url(self) -> str:
        return self.server.url

    def ask(self, sql: str, *params: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(sql.encode(), params).fetchall()

    def looks_at(self, path: str) -> int:
        """The status of a page for who is not signed in."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def verify(self) -> str:
        """What `citygrid verify` says."""
        env = self.env | {"DATABASE_URL": self.url}
        argv = [sys.executable, "-m", "citygrid", "verify"]
        done = subprocess.run(argv, env=env, cwd="/", capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip()

    def kill_web_workers(self, *, with_their_parent: bool) -> None:
        main = [pid for pid in _children(self.serve.pid) if f"--port {self.port} " in _line(pid)]
        assert len(main) == 1, "one web process with its workers"
        workers = [pid for pid in _children(main[0]) if "resource_tracker" not in _line(pid)]
        assert len(workers) == 2, [_line(pid) for pid in workers]
        for pid in [*workers, *(main if with_their_parent else ())]:
            os.kill(pid, signal.SIGKILL)

    def kill_a_database_backend(self) -> None:
        """The postmaster then ends all connections and replays its log."""
        (found,) = self.ask(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " order by state = 'active' desc, query_start desc limit 1"
        )
        os.kill(int(str(found[0])), signal.SIGKILL)

    def kill_the_database(self) -> None:
        pid = self.server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


@contextmanager
def serving() -> Iterator[House]:
    """The first start of all, which makes the tables, is held by tests/config/test_serve.py; here they are there."""
    with tempfile.TemporaryDirectory(prefix="citygrid-kills-") as name:
        Path(name).chmod(0o755)  # root's PostgreSQL runs as another account
        with Server(Path(name) / "postgres") as server:
            moulds.demo_into(BASE, server.url, Path(name))
        quick = moulds.environment("", Path(name))
        env = {k: v for k, v in quick.items() if k not in {"DATABASE_URL", "CITYGRID_MEDIA"}}
        port = free_port()
        argv = [sys.executable, "-m", "citygrid", "serve", "--no-demo", "--port", str(port), "--workers", "2"]
        process = subprocess.Popen(argv, env=env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            house = House(Path(name), port, process, env)
            _wait(house)
            yield house
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=90)
            process.kill()
            process.wait()


def _wait(house: House) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        assert house.serve.poll() is None, house.serve.communicate()[0]
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{house.port}/health/", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError("the house is not served")


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            after_name = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[1]) == parent and after_name[0] != "Z":
                found.append(int(folder.name))
    return found


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
