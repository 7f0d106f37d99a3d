"""The embedded server of this installation, for the commands that are started without DATABASE_URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citygrid.config.postgres import Server

ROOT = Path(__file__).resolve().parent.parent.parent.parent
_server: Server | None = None


def data_folder() -> Path:
    """Everything that this installation keeps: CITYGRID_DATA, or var/ beside the source."""
    return Path(os.environ.get("CITYGRID_DATA") or ROOT / "var").absolute()


@contextmanager
def running() -> Iterator[Server]:
    """Start or attach to the server, name it in DATABASE_URL for us and our children, leave it afterwards."""
    global _server  # noqa: PLW0603 (there is one per process)
    with Server(data_folder() / "postgres") as server:
        _server = server
        os.environ["DATABASE_URL"] = server.url
        try:
            yield server
        finally:
            _server = None
            del os.environ["DATABASE_URL"]


def ours() -> Server | None:
    """The server that `running` started in this process; None when DATABASE_URL came from outside."""
    return _server
