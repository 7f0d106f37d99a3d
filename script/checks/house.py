"""House rules that no ready-made tool knows. Each finding is one line: path:line: what is wrong."""

import functools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "citygrid"
LONGEST = 500
IGNORES = 20
CODE = {".py", ".html", ".js", ".css", ".sql", ".sh", ".txt"}
DRAWERS = {"utils", "util", "helpers", "helper", "services", "service", "misc", "common", "tools"}
# Written in two parts, so that this file does not find itself.
HOSTS = re.compile(
    "pypi" + r"\.org|python" + r"hosted\.org|npm" + r"js\.(?:org|com)"
    + r"|(?<!\w)registry" + r"\.\w+\.\w+"
)  # fmt: skip
PATHS = re.compile(r"(?<![\w.~-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me)/[\w.]")
IGNORE = re.compile(r"#\s*type:\s*ignore(?P<code>\[[\w-]+(?:,\s*[\w-]+)*\])?(?P<reason>.*)")
# The demo city's surroundings; its own names are read from its folder.
PLACES = {"上海", "黄浦", "浦东", "虹口", "陆家嘴", "外滩", "Shanghai", "Lujiazui"}
ALLOWED = ("Asia/Shanghai",)

Finding = tuple[Path, int, str]


def tracked() -> list[Path]:
    """Files that git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = (ROOT / name for name in listed.decode().split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    yield from enumerate(text.splitlines(), 1)


def long_files(files: list[Path]) -> Iterator[Finding]:
    for path in files:
        if path.suffix in CODE - {".txt"} and "migrations" not in path.parts:
            count = sum(1 for _ in lines(path))
            if count > LONGEST:
                yield path, count, f"{count} lines; over {LONGEST} a file wants to be two"


def drawers(files: list[Path]) -> Iterator[Finding]:
    for path in files:
        if path.suffix == ".py":
            names = {path.stem, *path.relative_to(ROOT).parent.parts} & DRAWERS
            if names:
                yield path, 1, f"'{min(names)}' is a drawer: name it after what it does"


def addresses(files: list[Path]) -> Iterator[Finding]:
    for path in files:
        if path.name in {"house.py", "package-lock.json"}:
            continue
        for number, line in lines(path):
            if HOSTS.search(line):
                yield path, number, "names the host of a package registry"
            if path.suffix in CODE | {".toml", ".md", ".lock", ".in", ""} and PATHS.search(line):
                yield path, number, "names a path of one machine"


def demo_places() -> set[str]:
    """Names of the demo city's areas of three or more characters (shorter ones are also plain words)."""
    found = set(PLACES)
    for file in (SOURCE / "demo" / "city" / "areas").glob("*.geojson"):
        for feature in json.loads(file.read_text(encoding="utf-8")).get("features", []):
            name = feature.get("properties", {}).get("name")
            if isinstance(name, str) and len(name) > 2 and re.search(r"[\u4e00-\u9fff]", name):
                found.add(name)
    return found


def places(files: list[Path]) -> Iterator[Finding]:
    pattern = re.compile("|".join(map(re.escape, sorted(demo_places()))))
    for path in files:
        inside = SOURCE in path.parents and SOURCE / "demo" not in path.parents
        if not inside or path.suffix not in CODE:
            continue
        for number, line in lines(path):
            rest = functools.reduce(lambda text, word: text.replace(word, ""), ALLOWED, line)
            found = pattern.search(rest)
            if found:
                yield path, number, f"names the demo city's place {found.group()} in code"


def ignores(files: list[Path]) -> Iterator[Finding]:
    seen: list[tuple[Path, int]] = []
    for path in files:
        if path.suffix != ".py" or path.name == "house.py":
            continue
        for number, line in lines(path):
            found = IGNORE.search(line)
            if found is None:
                continue
            seen.append((path, number))
            if not found["code"] or len(found["reason"].strip(" #()")) < 5:
                yield path, number, "type: ignore without its code or its reason"
    if len(seen) >= IGNORES:
        yield (*seen[-1], f"{len(seen)} 'type: ignore' in the house; fewer than {IGNORES} are allowed")


def half_waits(files: list[Path]) -> Iterator[Finding]:
    """Playwright takes a promise for true: a wait for its end that never waited."""
    for path in files:
        if path.suffix == ".py" and path.name != "house.py":
            for number, line in lines(path):
                if ".wait_for_function(" in line:
                    yield path, number, "wait_for_function does not wait for promises: use until() of journeys/desk.py"


def main() -> int:
    files = tracked()
    findings = [
        finding
        for rule in (long_files, drawers, addresses, places, ignores, half_waits)
        for finding in rule(files)
    ]
    for path, number, text in findings:
        print(f"{path.relative_to(ROOT)}:{number}: {text}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
