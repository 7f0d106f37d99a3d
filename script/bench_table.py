"""Runs the modules of bench/ that offer `rows()` and prints one table.

A row is `(what, value, unit, bare, how)` or a mapping with these and, if there is one, `ratio`, `target`, `ok`: `bare`
is the figure of the same work without us in the same run, or None; `how` tells concurrency, role, warm or cold.
Without a ratio of its own a row gets value / bare.
"""

import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEEP = 10
POSITIONS = ("what", "value", "unit", "bare", "how")
COLUMNS = ("what", "value", "unit", "bare", "ratio", "target", "ok", "how")

Row = Mapping[str, Any] | tuple[str, Any, str, Any, str]


def measure(names: list[str]) -> list[dict[str, Any]]:
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
    import django

    django.setup()
    found: list[dict[str, Any]] = []
    for path in sorted((ROOT / "bench").glob("*.py")):
        if names and path.stem not in names:
            continue
        module = importlib.import_module(f"bench.{path.stem}")
        if hasattr(module, "rows"):
            begin = time.perf_counter()
            rows: Iterable[Row] = module.rows()
            found += [{"module": path.stem, **as_mapping(row)} for row in rows]
            print(f"[bench] {path.stem}: {time.perf_counter() - begin:.1f} s", file=sys.stderr, flush=True)
    return found


def as_mapping(row: Row) -> dict[str, Any]:
    facts = dict(row) if isinstance(row, Mapping) else dict(zip(POSITIONS, row, strict=True))
    if facts.get("bare") and "ratio" not in facts:
        facts["ratio"] = facts["value"] / facts["bare"]
    return facts


def text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def table(rows: list[dict[str, Any]]) -> str:
    cells = [list(COLUMNS), *([text(row.get(column)) for column in COLUMNS] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(COLUMNS))]
    padded = (map(str.ljust, line, widths) for line in cells)
    return "\n".join("  ".join(line).rstrip() for line in padded)


def keep(rows: list[dict[str, Any]]) -> Path:
    folder = Path(os.environ.get("CITYGRID_DATA") or ROOT / "var") / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    path = folder / f"{now:%Y%m%dT%H%M%SZ}.json"
    about = {"at": now.isoformat(), "python": sys.version, "machine": platform.machine(), "cores": os.cpu_count()}
    path.write_text(json.dumps({**about, "rows": rows}, ensure_ascii=False, indent=1, default=str))
    for old in sorted(folder.glob("*.json"))[:-KEEP]:
        old.unlink()
    return path


def main(names: list[str]) -> int:
    rows = measure(names)
    load = os.getloadavg()[0]
    print(f"Python {platform.python_version()} ({sys.executable}), {os.cpu_count()} cores, load {load:.1f}")
    print(table(rows))
    print(f"kept in {keep(rows)}")
    return 1 if any(row.get("ok") is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
