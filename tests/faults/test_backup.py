"""Backup and restore: into a new server, everything as it was; a damaged backup leaves nothing behind."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import psycopg.conninfo
import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import override_settings

from citygrid.config.throwaway import throw_away
from tests import moulds
from tests.moulds import ROOT

SECOND = ROOT / "tests" / "cities" / "second"


@dataclass(frozen=True)
class Installation:
    """A database and a data folder; `run` gives (exit code, what was printed), `here` the same without a process of its
    own (1 for a CommandError, anything else that is raised is raised)."""

    url: str
    data: Path

    def run(self, *words: str) -> tuple[int, str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("CITYGRID_")}
        env |= {"DATABASE_URL": self.url, "CITYGRID_DATA": str(self.data), "PYTHONPATH": str(ROOT / "src")}
        argv = [sys.executable, "-m", "citygrid", *words]
        done = subprocess.run(argv, env=env, capture_output=True, text=True, cwd=self.data, check=False)
        return done.returncode, done.stdout + done.stderr

    def here(self, *words: str) -> tuple[int, str]:
        said = StringIO()
        with self._lived_in(), override_settings(DATA=self.data, MEDIA_STORE=self.data / "media"):
            try:
                call_command(*words, stdout=said, stderr=said)
            except CommandError as error:
                return 1, str(error)
        return 0, said.getvalue()

    @contextmanager
    def _lived_in(self) -> Iterator[None]:
        """This process's connection is one to this database."""
        known = psycopg.conninfo.conninfo_to_dict(self.url)
        ours = connections["default"]
        facts: dict[str, Any] = ours.settings_dict | {"NAME": known["dbname"], "OPTIONS": {}}
        facts |= {name: known.get(name.lower(), "") for name in ("USER", "PASSWORD", "HOST", "PORT")}
        connections["default"] = type(ours)(facts, "default")
        try:
            yield
        finally:
            connections["default"].close()
            connections["default"] = ours


def installation(base: str, name: str, data: Path) -> Installation:
    with psycopg.connect(base, autocommit=True) as connection:
        connection.execute(f'create database "{name}"')
    data.mkdir()
    return Installation(urlunsplit(urlsplit(base)._replace(path=f"/{name}")), data)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with throw_away() as url:
        yield url


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The second city on another server, with a file and an anchor."""
    name = f"old_{os.getpid()}"
    one = Installation(moulds.address_of(moulds.BASE, name), tmp_path_factory.mktemp("old") / "data")
    one.data.mkdir()
    try:
        moulds.copy_of_tables(moulds.BASE, name)
        code, said = one.run("city", "import", str(SECOND))
        assert code == 0, said
        for path in ("media/ab/cd/abcd1", "anchors/1.json"):
            (one.data / path).parent.mkdir(parents=True)
            (one.data / path).write_bytes(path.encode() * 1000)
        yield one
    finally:
        moulds.drop(moulds.BASE, name)


@pytest.fixture(scope="module")
def made(old: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    code, said = old.run("backup", str(tmp_path_factory.mktemp("backups")))
    assert code == 0, said
    return Path(said.strip().splitlines()[-1])


@pytest.fixture
def copy(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made.parent, tmp_path / "backups")
    return tmp_path / "backups" / made.name


@pytest.fixture
def new(server: str, tmp_path: Path, request: pytest.FixtureRequest) -> Installation:
    return installation(server, request.node.name[:60], tmp_path / "new")


@pytest.fixture
def unblocked(django_db_blocker: Any) -> Iterator[None]:
    """Databases of its own, none of the tests'."""
    with django_db_blocker.unblock():
        yield


def tables(one: Installation) -> int:
    with psycopg.connect(one.url) as connection:
        row = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
    assert row is not None
    return int(row[0])


def test_a_new_server_gets_everything_back(old: Installation, made: Path, new: Installation) -> None:
    shutil.copytree(old.data / "keys", new.data / "keys")
    code, said = new.run("restore", str(made))
    assert code == 0, said
    assert "cannot be read" not in said
    for path in ("media/ab/cd/abcd1", "anchors/1.json"):
        assert (new.data / path).read_bytes() == (old.data / path).read_bytes()
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["tables"]["areas_area"][0] != "0"
    code, said = new.run("city", "diff", str(SECOND))
    assert (code, "areas" in said) == (0, False), said
    assert new.run("verify")[0] == 0
    # What was restored, backed up again, holds the very same rows.
    again = Path(new.run("backup", str(new.data / "again"))[1].strip().splitlines()[-1])
    assert json.loads((again / "manifest.json").read_text())["tables"] == manifest["tables"]


def test_another_key_is_told(unblocked: None, server: str, new: Installation, tmp_path: Path) -> None:
    one = installation(server, "of_another_key", tmp_path / "one")
    with psycopg.connect(one.url) as connection:
        connection.execute("create table kept as select 7 as n")
    with override_settings(PERSONAL_KEY="the key of another installation"):
        code, said = one.here("backup", str(tmp_path / "backups"))
    assert code == 0, said
    code, said = new.here("restore", said.strip())
    assert code == 0, said
    assert "cannot be read" in said
    assert tables(new) == 1


def test_a_database_with_something_in_it_is_left_alone(old: Installation, made: Path) -> None:
    before = tables(old)
    code, said = old.run("restore", str(made))
    assert code != 0
    assert "not empty" in said and "Traceback" not in said
    assert tables(old) == before


@pytest.mark.parametrize("fault", ["dump", "media", "lacking", "manifest", "path"])
def test_a_damaged_backup_leaves_nothing_behind(unblocked: None, copy: Path, new: Installation, fault: str) -> None:
    media, dump, manifest = copy.parent / "media/ab/cd/abcd1", copy / "database.dump", copy / "manifest.json"
    if fault == "dump":
        dump.write_bytes(dump.read_bytes()[:-100] + bytes(100))
    elif fault == "media":
        media.write_bytes(b"another file")
    elif fault == "lacking":
        media.unlink()
    elif fault == "manifest":
        manifest.write_text("{")
    else:
        manifest.write_text(manifest.read_text().replace("ab/cd/abcd1", "../../abcd1"))
    code, said = new.here("restore", str(copy))
    assert code != 0, said
    assert tables(new) == 0
    assert not (new.data / "media").exists()


def test_a_second_backup_keeps_each_file_once(old: Installation, made: Path) -> None:
    (old.data / "media/ab/cd/abcd2").write_bytes(b"a later photo")
    inode = (made.parent / "media/ab/cd/abcd1").stat().st_ino
    code, said = old.run("backup", str(made.parent))
    assert code == 0, said
    assert (made.parent / "media/ab/cd/abcd1").stat().st_ino == inode
    assert (made.parent / "media/ab/cd/abcd2").exists()
