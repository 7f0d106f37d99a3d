"""`citygrid serve`: the whole house on one machine, from the database to the page."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections

from citygrid.config import children, embedded, migrating

WEB_PATIENCE = 60.0


class Stopped(BaseException):
    """Ctrl-C or SIGTERM came; raised wherever `serve` was, so that it ends from anywhere in order."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


class Command(BaseCommand):
    help = "Serve the site: migrate, web, push and jobs; the demo city on the first start. Ctrl-C stops all."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument("--host", default=os.environ.get("CITYGRID_HOST") or "127.0.0.1")
        parser.add_argument("--workers", type=int, default=int(os.environ.get("CITYGRID_WORKERS") or 2))
        parser.add_argument("--no-demo", action="store_true", help="Do not load the demo city into an empty database.")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        host, port = str(options["host"]), int(options["port"])
        for wanted in (port, port + 1):
            _check_port(host, wanted)
        logs = settings.DATA / "log"
        web = children.Child("web", _web(host, port, int(options["workers"])), logs)
        rest = [
            children.Child("push", _push(host, port + 1), logs),
            children.Child("jobs", _jobs(), logs),
        ]
        try:
            if migrating.migrate_when_needed():
                self.stdout.write("The database is brought up to date.")
            empty = _is_empty()
            connections.close_all()
            web.start()
            self._wait_for(web, f"http://{_local(host)}:{port}/health/")
            if empty and not options["no_demo"]:
                self._load_demo()
            connections.close_all()
            self._greet(host, port)
            self._watch([web, *rest])
        except Stopped:
            self.stdout.write("\nStopping ...")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # stopping goes to its end
            children.stop([web, *rest])

    def _wait_for(self, web: children.Child, address: str) -> None:
        deadline = time.monotonic() + WEB_PATIENCE
        while time.monotonic() < deadline:
            if not web.alive:
                break
            try:
                urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 # nosec B310 # our own http address
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        log = Path(web.logs / "web.log")
        raise CommandError(f"The web process does not serve {address}. The end of {log}:\n{_tail(log)}")

    def _load_demo(self) -> None:
        if "load_demo" not in get_commands():
            return
        self.stdout.write("First start: loading the demo city ...")
        begin = time.monotonic()
        call_command("load_demo", first=3000, stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(f"The demo city is there ({time.monotonic() - begin:.0f} s); the rest follows as a job.")

    def _greet(self, host: str, port: int) -> None:
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host  # noqa: S104 # nosec B104 # compared
        self.stdout.write(f"\nCityGrid 城格: http://{shown}:{port}/\n")
        for line in _accounts():
            self.stdout.write(f"  {line}")
        self.stdout.write(f"Logs: {settings.DATA / 'log'}. Stop with Ctrl-C.")
        self.stdout.flush()

    def _watch(self, running: list[children.Child]) -> None:
        while True:
            server = embedded.ours()
            if server is not None and server.ensure():
                self.stderr.write("PostgreSQL had stopped; it was started again.")
            for child in running:
                child.watch(self.stderr.write)
            time.sleep(0.5)


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {host} cannot be had ({error.strerror}). Choose another, for example PORT=8100; "
                "the one after it is needed too."
            ) from None


def _web(host: str, port: int, workers: int) -> list[str]:
    size = ["--workers", str(workers), "--blocking-threads", "3"]
    return [*_granian("wsgi", "citygrid.config.wsgi:application", host, port), *size]


def _push(host: str, port: int) -> list[str]:
    # Open event streams do not end by themselves: stopping waits for them no longer than this.
    size = ["--workers", "1", "--workers-kill-timeout", "1"]
    return [*_granian("asgi", "citygrid.config.asgi:application", host, port), *size]


def _granian(interface: str, target: str, host: str, port: int) -> list[str]:
    server = [sys.executable, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port)]
    # The first line and the headers of a request fit in 64 KiB and come within ten seconds.
    limits = ["--http1-buffer-size", "65536", "--http1-header-read-timeout", "10000"]
    return [*server, *limits, "--no-ws", "--log-level", "warning", target]


def _jobs() -> list[str]:
    return [sys.executable, "-m", "citygrid", "procrastinate", "worker", "--concurrency", "4"]


def _local(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 # nosec B104 # compared only


def _is_empty() -> bool:
    """True when no city was loaded: there is no body (institution) yet."""
    try:
        table = apps.get_model("organization", "Body")._meta.db_table
    except LookupError:
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"select not exists (select 1 from {connection.ops.quote_name(table)})")  # noqa: S608
        return bool(cursor.fetchone()[0])


def _accounts() -> list[str]:
    """Lines about the demo accounts, when the demo city offers them."""
    module, _, name = settings.DEMO_ACCOUNTS.rpartition(".")
    try:
        return list(getattr(import_module(module), name)())
    except (ImportError, AttributeError):
        return []


def _tail(log: Path, size: int = 3000) -> str:
    return log.read_bytes()[-size:].decode(errors="replace") if log.exists() else "(empty)"
