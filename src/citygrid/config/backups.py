"""Backup and restore: the database as one moment saw it, and the files that its rows name (等级保护三级 8.1.4.9).

A backup folder holds `media/` (every file once, by hash, shared by all backups there) and one folder a backup with
`database.dump`, `anchors/` and `manifest.json`: what each table held, so that a restore is compared and not believed.
The keys are not in it: they lie elsewhere on purpose (docs/security.md).
"""

import hashlib
import hmac
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import psycopg.conninfo
import psycopg.sql
from django.conf import settings
from django.db import connection

from citygrid import __version__
from citygrid.config.postgres_binaries import PostgresError, installed
from citygrid.trust import keys

FORMAT = 1
CHUNK = 1 << 20


class BackupError(Exception):
    """A backup or a restore that was given up; the text says why, and nothing was kept."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. `tables`: name -> [rows, digest of their contents]; `media`, `anchors`: path -> SHA-256."""

    format: int
    version: str
    made_at: str
    key: str
    dump: str
    tables: dict[str, list[str]]
    media: dict[str, str]
    anchors: dict[str, str]


def backup(folder: Path, now: datetime) -> Path:
    """Write a backup into a new folder below `folder` and give its path. It appears whole or not at all."""
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    made, unfinished = folder / name, folder / f".{name}.unfinished"
    if made.exists():
        raise BackupError(f"There is a backup {made} already.")
    unfinished.mkdir(parents=True)
    try:
        dump = unfinished / "database.dump"
        with _snapshot() as (database, snapshot):
            _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={dump}")
            tables = _tables(database)
        # Files are stored before rows name them and never change: what the dump names is there.
        media = dict(_copied(Path(settings.MEDIA_STORE), folder / "media"))
        anchors = dict(_copied(settings.DATA / "anchors", unfinished / "anchors"))
        key = _fingerprint(settings.PERSONAL_KEY)
        manifest = Manifest(FORMAT, __version__, now.isoformat(), key, _sha256(dump), tables, media, anchors)
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
        (unfinished / "manifest.json").write_text(text + "\n", encoding="utf-8")
        unfinished.rename(made)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return made


def restore(made: Path) -> list[str]:
    """Put a backup into this installation's empty database, media and anchor folders; what to know afterwards.

    Everything is checked before anything is written; what came out is compared with the manifest, table by table.
    """
    manifest = _manifest(made)
    if _holds_tables():
        raise BackupError("The database is not empty: restore into a new one.")
    _check_files(made, manifest)
    for path in manifest.media:
        _copy(made.parent / "media" / path, Path(settings.MEDIA_STORE) / path)
    for path in manifest.anchors:
        _copy(made / "anchors" / path, settings.DATA / "anchors" / path)
    connection.close()
    _run(
        *("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"),
        *(f"--dbname={_name()}", str(made / "database.dump")),
    )
    with _snapshot() as (database, _):
        found = _tables(database)
    wrong = [name for name in sorted(manifest.tables | found) if manifest.tables.get(name) != found.get(name)]
    if wrong:
        raise BackupError(f"What was restored differs from the backup in: {', '.join(wrong)}.")
    if manifest.key not in [_fingerprint(secret) for secret in keys.secrets()]:
        return ["The personal key here is not the backup's: sealed names and numbers cannot be read with it."]
    return []


class _snapshot:  # noqa: N801 - used like a function
    """A read-only transaction whose view of the database pg_dump shares."""

    def __enter__(self) -> tuple[psycopg.Connection[Any], str]:
        self._database = psycopg.connect(_address())
        self._database.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._database.read_only = True
        row = self._database.execute("select pg_export_snapshot()").fetchone()
        assert row is not None
        return self._database, row[0]

    def __exit__(self, *_: object) -> None:
        self._database.close()


def _tables(database: psycopg.Connection[Any]) -> dict[str, list[str]]:
    """Rows and a digest, whatever their order, of every table with rows of its own."""
    names = database.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind = 'r' order by 1"
    ).fetchall()
    found = {}
    for (name,) in names:
        query = psycopg.sql.SQL(
            "select count(*)::text, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text from {} t"
        ).format(psycopg.sql.Identifier(name))
        row = database.execute(query).fetchone()
        assert row is not None
        found[name] = [row[0], row[1]]
    return found


def _manifest(made: Path) -> Manifest:
    try:
        facts = json.loads((made / "manifest.json").read_text(encoding="utf-8"))
        manifest = Manifest(**facts)
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{made} is not a backup: its manifest cannot be read.") from error
    if manifest.format != FORMAT:
        raise BackupError(f"The backup has form {manifest.format}; this program reads form {FORMAT}.")
    return manifest


def _check_files(made: Path, manifest: Manifest) -> None:
    wanted = {made / "database.dump": manifest.dump}
    for folder, files in ((made.parent / "media", manifest.media), (made / "anchors", manifest.anchors)):
        for path, digest in files.items():
            if Path(path).is_absolute() or ".." in Path(path).parts:
                raise BackupError(f"The manifest names a path outside the backup: {path}.")
            wanted[folder / path] = digest
    for file, digest in wanted.items():
        if not file.is_file():
            raise BackupError(f"The backup lacks {file.relative_to(made.parent)}.")
        if _sha256(file) != digest:
            raise BackupError(f"{file.relative_to(made.parent)} is not what was backed up.")


def _copied(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    """Copy what the target lacks; path and SHA-256 of each file."""
    for file in sorted(source.rglob("*")) if source.is_dir() else ():
        if file.is_file() and not file.name.startswith("."):
            path = file.relative_to(source)
            digest = _sha256(file)
            if not (target / path).is_file() or _sha256(target / path) != digest:
                _copy(file, target / path)
            yield path.as_posix(), digest


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, beside)
    beside.replace(target)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _fingerprint(secret: str) -> str:
    """Tells two personal keys apart, and nothing of the key."""
    return hmac.new(secret.encode(), b"citygrid backup", hashlib.sha256).hexdigest()[:16]


def _holds_tables() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from pg_tables where schemaname = 'public')")
        return bool(cursor.fetchone()[0])


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _address() -> str:
    facts = connection.settings_dict
    parts = {"dbname": _name(), "user": facts["USER"], "password": facts["PASSWORD"], "host": facts["HOST"]}
    return psycopg.conninfo.make_conninfo(**{k: v for k, v in parts.items() if v}, port=facts["PORT"] or None)


def _run(program: str, *argv: str) -> None:
    """One of PostgreSQL's programs on our database; the password goes by the environment, not by the command line."""
    facts = connection.settings_dict
    given = {"PGHOST": facts["HOST"], "PGPORT": facts["PORT"], "PGUSER": facts["USER"], "PGDATABASE": _name(),
             "PGPASSWORD": facts["PASSWORD"]}  # fmt: skip
    env = os.environ | {key: str(value) for key, value in given.items() if value}
    done = subprocess.run([_program(program), *argv], env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-2000:]}")


def _program(name: str) -> str:
    """The one of the embedded server, which is as new as any server that we run on; else one on the path."""
    try:
        own = installed() / "bin" / name
    except PostgresError:
        own = None
    found = str(own) if own is not None and own.exists() else shutil.which(name)
    if found is None:
        raise BackupError(f"There is no {name} on this machine: install PostgreSQL's client programs.")
    return found
