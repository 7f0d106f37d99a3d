"""The embedded PostgreSQL: made, started, shared and stopped by us; only its programs come from the wheel.

Several processes may use one server: each holds a shared lock on `users.lock` (the system takes it back from
whoever dies), and the last one to leave stops the server. A server left behind by a killed process is attached
to. What was acknowledged survives a kill: fsync stays on, except for the throw-away servers of tests.
"""

import fcntl
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

from citygrid.config.postgres_binaries import Account, PostgresError, cluster_folder, programs

# Collation by code point everywhere; LC_CTYPE of libc, because pg_trgm asks it what a letter is.
INITDB = (
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--auth-local=scram-sha-256",
    "--auth-host=scram-sha-256",
    "--username=postgres",
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
SOCKET_LIMIT = 107  # bytes of a unix socket's path, by the kernel
# A killed postmaster stays a zombie until process 1 collects it, and its lock file counts until then.
PATIENCE = 20.0
RECOVERY = 600.0  # replaying the log after a crash may take long; the process is watched meanwhile


class Server:
    """One cluster under `data`. `start()` gives the address of the database `citygrid` (made when missing)."""

    def __init__(self, data: Path, *, durable: bool = True, database: str = "citygrid") -> None:
        self.data = data.absolute()
        self.database = database
        self._settings = SETTINGS if durable else SETTINGS | THROW_AWAY
        self._account = Account.of_this_process()
        self._process: subprocess.Popen[bytes] | None = None
        self._users: IO[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def cluster(self) -> Path:
        return cluster_folder(self.data, self._account)

    @property
    def url(self) -> str:
        """Address by the unix socket: postgresql://postgres:password@:port/database?host=folder."""
        port, folder = self._where()
        return (
            f"postgresql://postgres:{self._password()}@:{port}/{self.database}"
            f"?host={quote(str(folder), safe='/')}"
        )

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while its lock file stands."""
        try:
            return int(self._lock_file().read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def start(self) -> str:
        """Attach to the running server, or make the cluster and start one.

        Raises PostgresError (with the log's last lines) when the server does not come up.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if not self._comes_up():
                self._make_cluster()
                self._launch()
            self._make_database()
            if self._users is None:
                self._users = (self.data / "users.lock").open("a")
                fcntl.flock(self._users, fcntl.LOCK_SH)
        return self.url

    def stop(self) -> None:
        """Leave; the last one to leave stops the server (open connections are ended, all is written)."""
        with self._alone():
            if self._users is None:
                return
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody else still uses it
            finally:
                self._users.close()
                self._users = None
            self._halt()

    def ensure(self) -> bool:
        """Start the server again if it died; True when it had to be."""
        if self._answers():
            return False
        self.start()
        return True

    def _halt(self) -> None:
        pid = self.pid
        if pid is None or not _is_postgres(pid):
            return
        os.kill(pid, signal.SIGINT)  # "fast": ends connections, writes a checkpoint
        if self._gone(pid, 45):
            return
        # One that was asked while it got over the death of a backend may never come to it; "immediate" loses nothing
        # that was acknowledged: the next start reads the log.
        os.kill(pid, signal.SIGQUIT)
        if not self._gone(pid, 15):
            raise PostgresError(f"PostgreSQL (process {pid}) did not stop within a minute.")

    def _gone(self, pid: int, seconds: float) -> bool:
        """Whether it has ended by then."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process is not None:
                self._process.poll()  # collect it, or it stays a zombie of ours
            if not _is_postgres(pid):
                return True
            time.sleep(0.02)
        return False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.data / "start.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _lock_file(self) -> Path:
        return self.cluster / "postmaster.pid"

    def _where(self) -> tuple[int, Path]:
        """Port and socket folder, as the running server wrote them."""
        lines = self._lock_file().read_text().splitlines()
        return int(lines[3]), Path(lines[4])

    def _password(self) -> str:
        path = self.data / "password"
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(24))
        return path.read_text().strip()

    def _connect(self, database: str) -> "psycopg.Connection[tuple[object, ...]]":
        port, folder = self._where()
        return psycopg.connect(
            host=str(folder),
            port=port,
            user="postgres",
            password=self._password(),
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def _answers(self) -> bool:
        pid = self.pid
        if pid is None or not _is_postgres(pid):
            return False
        try:
            self._connect("postgres").close()
        except (psycopg.OperationalError, OSError, ValueError, IndexError):
            return False
        return True

    def _comes_up(self) -> bool:
        """Wait for a server that lives and does not answer yet: after a killed backend it replays its log.

        False when none lives. A second one beside it would only take another port."""
        deadline = time.monotonic() + RECOVERY
        while time.monotonic() < deadline:
            if self._answers():
                return True
            pid = self.pid
            if pid is None or not _is_postgres(pid):
                return False
            time.sleep(0.05)
        return False

    def _make_cluster(self) -> None:
        cluster = self.cluster
        if (cluster / "PG_VERSION").exists():
            self._check_cluster(cluster)
            return
        cluster.mkdir(mode=0o700, exist_ok=True)
        self._account.give(cluster)
        handle, name = tempfile.mkstemp(dir="/tmp")  # nosec B108 # any account can enter it; the file is 0600
        password = Path(name)
        try:
            with os.fdopen(handle, "w") as file:
                file.write(self._password())
            self._account.give(password)
            bin_folder = programs(self._account)
            argv = [str(bin_folder / "initdb"), "-D", str(cluster), f"--pwfile={password}", *INITDB]
            self._run(argv)
        finally:
            password.unlink()

    def _check_cluster(self, cluster: Path) -> None:
        made_by = cluster.stat().st_uid
        runs_as = os.geteuid() if self._account.ids is None else self._account.ids[0]
        if made_by != runs_as:
            raise PostgresError(
                f"The database in {cluster} belongs to user id {made_by}, but would run as {runs_as}: "
                "start as the account that made it, or set CITYGRID_DATA to another folder."
            )
        made = (cluster / "PG_VERSION").read_text().strip()
        offered = subprocess.check_output(
            [str(programs(self._account) / "postgres"), "--version"], text=True, cwd="/"
        ).split()[2]
        if offered.split(".")[0] != made:
            raise PostgresError(
                f"The database in {cluster} was made by PostgreSQL {made}, the installed one is {offered}: "
                "dump it with the old one and load it into the new one (docs/operations.md)."
            )

    def _run(self, argv: list[str]) -> None:
        with tempfile.TemporaryFile() as output:
            if self._account.popen(argv, output=output.fileno()).wait(120) != 0:
                output.seek(0)
                raise PostgresError(output.read().decode(errors="replace").strip())

    def _launch(self) -> None:
        """Start the server and wait until it answers; try again while an old lock file fades."""
        deadline = time.monotonic() + PATIENCE
        while True:
            problem = self._launch_once()
            if problem is None:
                return
            late = time.monotonic() > deadline
            if late and not self._drop_stale_lock():
                raise PostgresError(f"PostgreSQL did not start:\n{problem}")
            if "lock file" not in problem and "Address already in use" not in problem:
                raise PostgresError(f"PostgreSQL did not start:\n{problem}")
            time.sleep(0.1)

    def _launch_once(self) -> str | None:
        """None when the server answers, else the end of what it said."""
        log = self.data / "postgres.log"
        settings = self._settings | {
            "port": str(self._free_port()),
            "unix_socket_directories": str(self._socket_folder()),
        }
        argv = [str(programs(self._account) / "postgres"), "-D", str(self.cluster)]
        argv += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with log.open("ab") as output:
            begin = output.tell()
            env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
            self._process = self._account.popen(argv, output=output.fileno(), env=env)
        deadline = time.monotonic() + RECOVERY
        while self._process.poll() is None and time.monotonic() < deadline:
            if self.pid == self._process.pid and self._answers():
                return None
            time.sleep(0.02)
        with log.open("rb") as file:
            file.seek(begin)
            return file.read()[-2000:].decode(errors="replace").strip() or "it ended without a word"

    def _drop_stale_lock(self) -> bool:
        """Remove the lock file of a process that is no PostgreSQL any more (dead, zombie, or another program)."""
        pid = self.pid
        if pid is None or _is_postgres(pid):
            return False
        self._lock_file().unlink(missing_ok=True)
        return True

    def _free_port(self) -> int:
        """The port of the last time if it is free, else any; always that one once others know our address."""
        memory = self.data / "port"
        wished = int(memory.read_text()) if memory.exists() else 0
        if wished and self._users is not None:
            return wished
        for port in (wished, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    continue
                found: int = probe.getsockname()[1]
            memory.write_text(str(found))
            return found
        raise PostgresError("No free port on 127.0.0.1.")

    def _socket_folder(self) -> Path:
        """Beside the cluster, or in /tmp when that path is too long for a socket."""
        folder = self.cluster.parent / "socket"
        if len(os.fsencode(folder / ".s.PGSQL.65535.lock")) > SOCKET_LIMIT:
            digest = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:12]
            folder = Path(tempfile.gettempdir()) / f"citygrid-{os.geteuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), *(self._account.ids or ())}:
            raise PostgresError(f"{folder} belongs to somebody else; remove it or set CITYGRID_DATA.")
        self._account.give(folder)
        return folder

    def _make_database(self) -> None:
        with self._connect("postgres") as connection:
            known = connection.execute("select 1 from pg_database where datname = %s", [self.database])
            if known.fetchone() is None:
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(self.database)))


def _is_postgres(pid: int) -> bool:
    """True while the process lives and is a PostgreSQL (not a zombie, not another program with the same id)."""
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "postgres" in name and rest.split()[0] not in {"Z", "X"}
