"""Which requirement is held by which test: docs/requirements.md, made from docs/requirements.csv and the citations.

    script/requirements.py           what the page would say, in one line
    script/requirements.py --write   makes the page anew, and lowers the number of those not yet cited

A test cites a requirement by its id (`S0-45`, `S2-20 to S2-23`) in a docstring or a comment. Citations in `src` are
counted apart: they say where a rule comes from, not that anything holds it.
"""

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "docs" / "requirements.csv"
PAGE = ROOT / "docs" / "requirements.md"
BOUND = ROOT / "docs" / "requirements_uncited.txt"
BUILT = "Y"
SOURCES = {
    "S0": "沁阳市数字化城市管理实施意见 (沁政〔2018〕12号)",
    "S1": "数字城管建设方案内容摘要 (a functional zone)",
    "S2": "宁波市智慧城管建设工作方案 (甬政发〔2011〕68号)",
    "S3": "数字化城市管理模式建设导则(试行) (建城〔2009〕119号)",
    "S4": "泰州市市区数字化城市管理办法 (2024-11-08)",
}
_CITED = re.compile(r"(?<![\w-])S(\d)-(\d\d)(?:(?: to |\.\.)S\1-(\d\d))?(?![\w-])")

Cited = Mapping[str, list[str]]


class Requirement(NamedTuple):
    """`build`: Y the software must do it, C it must hold it as data, P policy around it."""

    id: str
    kind: str
    build: str
    text: str


def requirements() -> list[Requirement]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [Requirement(**row) for row in csv.DictReader(file)]


def ids_in(text: str) -> Iterator[str]:
    """Every id that a text cites, ranges written out."""
    for source, first, last in _CITED.findall(text):
        for number in range(int(first), int(last or first) + 1):
            yield f"S{source}-{number:02d}"


def cited(folder: str) -> dict[str, list[str]]:
    """Requirement id -> files of that folder that cite it, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if path.name == "test_requirements.py":
            continue
        for one in ids_in(path.read_text(encoding="utf-8")):
            found[one].add(name)
    return {one: sorted(files) for one, files in found.items()}


def uncited(rows: Iterable[Requirement], tests: Cited) -> list[Requirement]:
    """What the software must do and no test cites."""
    return [row for row in rows if row.build == BUILT and row.id not in tests]


def page() -> str:
    """The whole page; the same files give the same text."""
    rows, tests, source = requirements(), cited("tests"), cited("src")
    missing = uncited(rows, tests)
    built = [row for row in rows if row.build == BUILT]
    lines = [
        "# Requirements, and the tests that hold them",
        "",
        "Made by `python script/requirements.py --write` from `docs/requirements.csv` and the ids cited in the code:",
        "do not edit. The ids number the sentences of five public documents of Chinese cities and of the ministry; the",
        "texts are short readings of ours, `[inferred]` where the reading goes beyond the words.",
        "",
        *(f"- {key}: {name}" for key, name in SOURCES.items()),
        "",
        f"Of {len(rows)} requirements {len(built)} are for the software to do (build Y), "
        f"{sum(r.build == 'C' for r in rows)} are data that it must hold (C),",
        f"{sum(r.build == 'P' for r in rows)} are policy around it (P). Of those to do, tests cite "
        f"{len(built) - len(missing)}; {len(missing)} are not yet cited. A citation says that a test",
        "holds some part of the sentence, not that all of it is built. \"src\" marks those that the source names too.",
        "`grep -rn S0-45 tests` finds the tests themselves.",
        "",
        "## Cited in tests",
        "",
        "| id | build | requirement | tests of | src |",
        "|---|---|---|---|---|",
        *(_row(row, tests, source) for row in rows if row.id in tests),
        "",
        f"## To do and not yet cited ({len(missing)})",
        "",
        "| id | kind | requirement | src |",
        "|---|---|---|---|",
        *(f"| {r.id} | {r.kind} | {_text(r)} | {_mark(r, source)} |" for r in missing),
        "",
        "## Data and policy not cited",
        "",
        "| id | build | requirement |",
        "|---|---|---|",
        *(f"| {r.id} | {r.build} | {_text(r)} |" for r in rows if r.build != BUILT and r.id not in tests),
        "",
    ]
    return "\n".join(lines)


def _text(row: Requirement) -> str:
    return row.text.replace("|", "\\|")


def _mark(row: Requirement, source: Cited) -> str:
    return "•" if row.id in source else ""


def _row(row: Requirement, tests: Cited, source: Cited) -> str:
    # Folders, not files: the page stays the same when a test moves; `grep -rn ID tests` finds the test itself.
    folders = sorted({str(Path(name).relative_to("tests").parent) for name in tests[row.id]})
    return f"| {row.id} | {row.build} | {_text(row)} | {', '.join(folders)} | {_mark(row, source)} |"


def bound() -> int:
    """How many may be without a test at most."""
    return int(BOUND.read_text(encoding="utf-8").split()[0])


def main() -> int:
    missing = len(uncited(requirements(), cited("tests")))
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
        if not BOUND.exists() or missing < bound():
            BOUND.write_text(f"{missing}\n", encoding="utf-8")
    stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page()
    print(f"{missing} requirements without a test; {bound()} allowed" + ("; the page is old: --write" if stale else ""))
    return 1 if stale or missing > bound() else 0


if __name__ == "__main__":
    sys.exit(main())
