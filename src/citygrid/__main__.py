"""`citygrid <command>`: every command of the product; hyphens and underscores are the same."""

import os
import signal
import sys

# These need no database of their own accord.
WITHOUT_DATABASE = {"help", "version", "collectstatic"}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
    argv = ["citygrid", *sys.argv[1:]]
    if len(argv) > 1 and not argv[1].startswith("-"):
        argv[1] = argv[1].replace("-", "_")
    asks = len(argv) < 2 or argv[1] in WITHOUT_DATABASE or {"-h", "--help", "--version"} & set(argv)
    if "DATABASE_URL" in os.environ or asks:
        return _execute(argv)

    from citygrid.config import embedded
    from citygrid.config.postgres_binaries import PostgresError

    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that the server is left in order
    try:
        with embedded.running():
            return _execute(argv)
    except PostgresError as error:
        sys.stderr.write(f"citygrid: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130


def _execute(argv: list[str]) -> int:
    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError, connection

    try:
        execute_from_command_line(argv)
    except ProgrammingError:
        from citygrid.config import migrating

        connection.close()
        if migrating.on_disk() <= migrating.applied():
            raise
        sys.stderr.write("citygrid: this database lacks tables of this version: run `citygrid migrate` first.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
