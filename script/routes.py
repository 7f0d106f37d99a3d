"""Who may open which address: tests/organization/routes.csv, compared with what is found by trying every route.

    python script/routes.py           tries every route in every role and names what differs from the table
    python script/routes.py --new     puts in rows for new routes, and what is found for rows that are empty
    python script/routes.py --write   the same, and every other row anew

A program finds what is. Whether it is right is read by a person, cell by cell, before the table is committed.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST = "tests/organization/test_routes.py"


def main(words: list[str]) -> int:
    writing = {"--new": "new", "--write": "all"}.get(words[0]) if words else None
    run = [sys.executable, "-m", "pytest", TEST]
    around = os.environ.copy()
    if writing is not None:
        run += ["-k", "test_every_route_has_a_row"]
        around["CITYGRID_WRITE_ROUTES"] = writing
    if not os.environ.get("DATABASE_URL"):
        run = [sys.executable, "-m", "citygrid.config.throwaway", *run]
    code = subprocess.run(run, cwd=ROOT, env=around, check=False).returncode
    if writing is not None and code == 0:
        print("Read every changed cell before it is committed: git diff tests/organization/routes.csv")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
