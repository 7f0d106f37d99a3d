"""Databases that are made once in a run and copied for whoever needs one: bare tables, the demo city.

Several processes run the tests. The first that asks makes the mould, the others wait for it and copy: that takes a
moment, while all migrations take half a minute. What a run leaves on a server is taken away by a later one.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from citygrid.config import postgres_binaries

ROOT = Path(__file__).resolve().parent.parent
CITY = ROOT / "src" / "citygrid" / "demo" / "city"
BASE = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/citygrid")
PREFIX = "citygrid_mould_"
OLD = 6 * 3600
"""Seconds after which a mould of another run is taken to be left over."""
Connection = psycopg.Connection[Any]


def address_of(base: str, name: str) -> str:
    """The address of another database on the server of `base`."""
    return urlunsplit(urlsplit(base)._replace(path=f"/{name}"))


def environment(url: str, folder: Path) -> dict[str, str]:
    """For processes of ours: that database, that data folder, passwords hashed quickly."""
    return os.environ | {
        "DATABASE_URL": url, "CITYGRID_DATA": str(folder), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "CITYGRID_LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "tests.quick_settings",
    }  # fmt: skip


def shared_run() -> bool:
    """Whether several processes share this run."""
    return "PYTEST_XDIST_TESTRUNUID" in os.environ


def tables(base: str) -> str:
    """The name of a database with all tables and no rows of ours, to be copied."""
    with _server(base) as connection:
        return _tables(connection, base)


def copy_of_demo(base: str, name: str, folder: Path) -> None:
    """Make the database `name` with the demo city, and put the keys that belong to it into `folder`."""
    with _server(base) as connection:
        _copy(connection, _demo(connection, base), name)
    shutil.copytree(_keys(), folder, dirs_exist_ok=True)


def demo_into(base: str, url: str, folder: Path) -> None:
    """Put the demo city into an empty database of another server, and the keys that belong to it into `folder`."""
    with _server(base) as connection:
        model = address_of(base, _demo(connection, base))
    programs = postgres_binaries.installed() / "bin"
    dump = folder / "demo.dump"
    subprocess.run([programs / "pg_dump", "--format=custom", f"--file={dump}", model], check=True)
    subprocess.run([programs / "pg_restore", "--no-owner", "--single-transaction", f"--dbname={url}", dump], check=True)
    dump.unlink()
    shutil.copytree(_keys(), folder, dirs_exist_ok=True)


def copy_of_tables(base: str, name: str) -> None:
    """Make the database `name` with all tables and no rows of ours."""
    with _server(base) as connection:
        _copy(connection, _tables(connection, base), name)


def leave(base: str) -> None:
    """A process that has the run for itself takes its moulds away in the end."""
    if shared_run() or not _keys().exists():
        return
    with _server(base) as connection:
        for kind in ("demo", "tables"):
            _drop(connection, f"{PREFIX}{kind}_{_run()}")
    shutil.rmtree(_keys(), ignore_errors=True)


def drop(base: str, name: str) -> None:
    with _server(base) as connection:
        _drop(connection, name)


def _demo(connection: Connection, base: str) -> str:
    return _made(connection, "demo", lambda name: _import_city(connection, base, name))


def _tables(connection: Connection, base: str) -> str:
    return _made(connection, "tables", lambda name: _migrate(connection, base, name))


def _migrate(connection: Connection, base: str, name: str) -> None:
    connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    _citygrid(base, name, "migrate", "--verbosity", "0")


def _import_city(connection: Connection, base: str, name: str) -> None:
    _copy(connection, _tables(connection, base), name)
    _citygrid(base, name, "city", "import", str(CITY))


def _citygrid(base: str, name: str, *words: str) -> None:
    argv = [sys.executable, "-m", "citygrid", *words]
    subprocess.run(argv, check=True, env=environment(address_of(base, name), _keys()), cwd=_keys())


def _copy(connection: Connection, mould: str, name: str) -> None:
    words = sql.SQL("create database {} template {}")
    connection.execute(words.format(sql.Identifier(name), sql.Identifier(mould)))


def _drop(connection: Connection, name: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


@contextmanager
def _server(base: str) -> Iterator[Connection]:
    with psycopg.connect(address_of(base, "postgres"), autocommit=True) as connection:
        yield connection


def _run() -> str:
    return os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))[:20]


def _keys(run: str = "") -> Path:
    """The data folder of the moulds of a run."""
    return Path(tempfile.gettempdir()) / f"citygrid-moulds-{run or _run()}"


def _made(connection: Connection, kind: str, make: Callable[[str], None]) -> str:
    """The mould's name; made by the process of this run that asks first. One that could not be made is not left."""
    name = f"{PREFIX}{kind}_{_run()}"
    connection.execute("select pg_advisory_lock(hashtext(%s))", [name])
    try:
        rows = connection.execute("select datname from pg_database where starts_with(datname, %s)", [PREFIX])
        known = {str(row[0]) for row in rows}
        if name not in known:
            for old in known:
                _drop_old(connection, old)
            _keys().mkdir(exist_ok=True)
            try:
                make(name)
            except BaseException:
                _drop(connection, name)
                raise
    finally:
        connection.execute("select pg_advisory_unlock(hashtext(%s))", [name])
    return name


def _drop_old(connection: Connection, name: str) -> None:
    """What a run of long ago left on the server goes; another that is at work now keeps its own."""
    folder = _keys(name.rpartition("_")[2])
    if folder == _keys() or (folder.exists() and time.time() - folder.stat().st_mtime < OLD):
        return
    _drop(connection, name)
    shutil.rmtree(folder, ignore_errors=True)
