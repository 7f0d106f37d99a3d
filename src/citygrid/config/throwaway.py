"""A PostgreSQL of its own for one command, gone afterwards: `python -m citygrid.config.throwaway COMMAND ...`."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citygrid.config.postgres import Server


@contextmanager
def throw_away(*, durable: bool = False) -> Iterator[str]:
    """A server in a new folder, gone afterwards; fast instead of safe unless `durable`. Gives its address."""
    with tempfile.TemporaryDirectory(prefix="citygrid-") as name:
        Path(name).chmod(0o755)  # root's server runs as another account
        with Server(Path(name), durable=durable) as server:
            yield server.url


def main(argv: list[str]) -> int:
    """`python -m citygrid.config.throwaway [--durable] COMMAND ...`: run it with the DATABASE_URL of a new server.

    `--durable` keeps fsync on (for measurements); tests do without.
    """
    durable = argv[:1] == ["--durable"]
    child: subprocess.Popen[bytes] | None = None

    def pass_on(number: int, _: object) -> None:
        if child is None:
            sys.exit(128 + number)
        child.send_signal(number)

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, pass_on)
    with throw_away(durable=durable) as url:
        child = subprocess.Popen(argv[durable:], env=os.environ | {"DATABASE_URL": url})
        return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
