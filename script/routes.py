"""Who may open which address: tests/organization/routes.csv, compared with what is found by trying every route.

    script/routes.py           tries every route in every role and names what differs from the table
    script/routes.py --write   puts in what is found, and rows for new routes

A program finds what is. Whether it is right is read by a person, cell by cell, before the table is committed.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEST = "tests/organization/test_routes.py"


def main() -> int:
    run = [sys.executable, "-m", "pytest", "-p", "no:randomly", TEST]
    around = os.environ.copy()
    if "--write" in sys.argv[1:]:
        run += ["-k", "test_every_route_has_a_row"]
        around["CITYGRID_WRITE_ROUTES"] = "1"
    if not os.environ.get("DATABASE_URL"):
        run = [sys.executable, "-m", "citygrid.config.throwaway", *run]
    code = subprocess.run(run, cwd=ROOT, env=around, check=False).returncode
    if "--write" in sys.argv[1:] and code == 0:
        print("written: tests/organization/routes.csv. Read every changed cell: git diff tests/organization/routes.csv")
    return code


if __name__ == "__main__":
    sys.exit(main())
