"""Known holes in what is locked: `script/audit`. Asks pip-audit, and says loudly what could not be asked.

Exit 1 for findings. Exit 2 when packages could not be looked up; with `--reachable`, as lint and CI ask, that is told
and passes: a machine without a way out must not stop work, and must not look clean either. `--service` names one of
pip-audit's services; both known ones are tried in turn.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ("base.lock", "test.lock", "node.lock")
SERVICES = ("osv", "pypi")
PATIENCE = 600


class Hole(NamedTuple):
    """One finding. `fixed`: versions without it."""

    package: str
    version: str
    id: str
    fixed: str


class Outcome(NamedTuple):
    """`asked`: packages that were looked up; `missed`: those that were not, with the reason."""

    asked: int
    missed: dict[str, str]
    holes: list[Hole]


def locked() -> dict[str, str]:
    """All packages of the locks with their versions."""
    found: dict[str, str] = {}
    for name in LOCKS:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        found |= dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)", text, re.MULTILINE))
    return found


def ask(service: str, wanted: dict[str, str]) -> Outcome:
    """What the service says. A service that cannot be reached has looked up nothing."""
    lines = "".join(f"{name}=={version}\n" for name, version in wanted.items())
    given = ["--requirement", "/dev/stdin", "--no-deps", "--disable-pip", "--vulnerability-service", service]
    argv = [sys.executable, "-m", "pip_audit", *given, "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(argv, input=lines, capture_output=True, text=True, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return Outcome(0, dict.fromkeys(wanted, f"no answer in {PATIENCE} s"), [])
    return read(done.stdout, done.stderr, wanted)


def read(said: str, complaint: str, wanted: dict[str, str]) -> Outcome:
    """pip-audit's JSON. It calls a package that it could not look up "skipped" and ends well: here that counts as
    missed, and so does every package of which it says nothing."""
    try:
        rows = json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = complaint.strip().splitlines()[-1:] or ["no answer"]
        return Outcome(0, dict.fromkeys(wanted, last[0][:200]), [])
    missed = dict.fromkeys(wanted, "nothing was said of it")
    holes = []
    for row in rows:
        name = row["name"].lower().replace("_", "-")
        if "skip_reason" in row:
            missed[name] = row["skip_reason"][:200]
            continue
        missed.pop(name, None)
        for hole in row.get("vulns", []):
            holes.append(Hole(name, row["version"], hole["id"], ", ".join(hole.get("fix_versions", []))))
    return Outcome(len(wanted) - len(missed), missed, holes)


def all_of(services: tuple[str, ...], wanted: dict[str, str], asking: Callable[..., Outcome] = ask) -> Outcome:
    """The services in turn, each for what the ones before could not look up."""
    left, holes = dict(wanted), []
    missed: dict[str, str] = {}
    for service in services:
        outcome = asking(service, left)
        holes += outcome.holes
        missed = outcome.missed
        left = {name: wanted[name] for name in missed}
        if not left:
            break
    return Outcome(len(wanted) - len(left), missed, holes)


def told(outcome: Outcome) -> Iterator[str]:
    for hole in sorted(set(outcome.holes)):
        yield f"{hole.package} {hole.version}: {hole.id}, mended in {hole.fixed or 'no release yet'}"
    if outcome.missed:
        name, reason = next(iter(outcome.missed.items()))
        yield (
            f"NOT AUDITED: {len(outcome.missed)} of {outcome.asked + len(outcome.missed)} locked packages could not be "
            f"looked up ({name}: {reason}). Run script/audit where a vulnerability service can be reached."
        )


def main(argv: list[str]) -> int:
    services = (argv[argv.index("--service") + 1],) if "--service" in argv else SERVICES
    outcome = all_of(services, locked())
    print("\n".join(told(outcome)) or f"{outcome.asked} locked packages, no known hole.")
    if outcome.holes:
        return 1
    return 2 if outcome.missed and "--reachable" not in argv else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
