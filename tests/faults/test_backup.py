"""Backup and restore: into a new server, everything as it was; a damaged backup leaves nothing behind."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from citygrid.config.throwaway import throw_away
from tests import moulds
from tests.moulds import ROOT

SECOND = ROOT / "tests" / "cities" / "second"


@dataclass(frozen=True)
class Installation:
    """A database and a data folder; `run` gives (exit code, what was printed)."""

    url: str
    data: Path

    def run(self, *words: str) -> tuple[int, str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith("CITYGRID_")}
        env |= {"DATABASE_URL": self.url, "CITYGRID_DATA": str(self.data), "PYTHONPATH": str(ROOT / "src")}
        argv = [sys.executable, "-m", "citygrid", *words]
        done = subprocess.run(argv, env=env, capture_output=True, text=True, cwd=self.data, check=False)
        return done.returncode, done.stdout + done.stderr


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


def test_another_key_is_told(made: Path, new: Installation) -> None:
    code, said = new.run("restore", str(made))
    assert code == 0
    assert "cannot be read" in said


def test_a_database_with_something_in_it_is_left_alone(old: Installation, made: Path) -> None:
    before = tables(old)
    code, said = old.run("restore", str(made))
    assert code != 0
    assert "not empty" in said
    assert tables(old) == before


@pytest.mark.parametrize("fault", ["dump", "media", "lacking", "manifest", "path"])
def test_a_damaged_backup_leaves_nothing_behind(copy: Path, new: Installation, fault: str) -> None:
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
    code, said = new.run("restore", str(copy))
    assert code != 0
    assert "Traceback" not in said
    assert tables(new) == 0
    assert not (new.data / "media").exists()


def test_a_second_backup_keeps_each_file_once(old: Installation, made: Path) -> None:
    (old.data / "media/ab/cd/abcd2").write_bytes(b"a later photo")
    inode = (made.parent / "media/ab/cd/abcd1").stat().st_ino
    code, said = old.run("backup", str(made.parent))
    assert code == 0, said
    assert (made.parent / "media/ab/cd/abcd1").stat().st_ino == inode
    assert (made.parent / "media/ab/cd/abcd2").exists()
