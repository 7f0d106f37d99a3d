"""How fast files are read: a million points of CSV, GeoPackage and a sheet, in batches, as text with shapes in degrees.

Each reading runs in a process of its own, so that its greatest memory is its own. The bare cost beside it is what any
code pays for the same file: `pyarrow.csv` (columns, no text in Python, no shapes) and `pyogrio.open_arrow` (batches,
nothing looked at). `python -m bench.tabular [ROWS]`.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from citygrid import tabular

BenchRow = dict[str, Any]
ROWS = 1_000_000
SHEET_ROWS = 200_000
COLUMNS = ("标识码", "部件名称", "主管部门代码", "权属单位", "所在单元网格", "状态", "初始日期", "备注")
EXTENT = (121.0, 30.0, 122.0, 32.0)

# (ru_maxrss would begin with the memory of the process that started this one.)
_OURS = r"""
import json, re, sys, time
from citygrid import tabular
begun = time.perf_counter()
rows = 0
with tabular.open_table(sys.argv[1], extent=(121.0, 30.0, 122.0, 32.0)) as table:
    for batch in table.batches():
        rows += len(batch)
        assert not batch.problems and batch.shapes is not None and batch.shapes[0] is not None
peak = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([rows, time.perf_counter() - begun, peak]))
"""
_BARE = {
    "csv": """
import pyarrow.csv as source
for batch in source.open_csv(sys.argv[1]):
    rows += batch.num_rows
""",
    "gpkg": """
import pyogrio
with pyogrio.open_arrow(sys.argv[1], use_pyarrow=True, batch_size=10_000) as (_, reader):
    for batch in reader:
        rows += batch.num_rows
""",
    "xlsx": """
import python_calamine
for row in python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows():
    rows += 1
rows -= 1
""",
}
_TIMED = r"""
import json, re, sys, time
rows = 0
begun = time.perf_counter()
{work}
peak = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) / 1024
print(json.dumps([rows, time.perf_counter() - begun, peak]))
"""


def rows(count: int = ROWS) -> list[BenchRow]:
    """Rows a second and greatest memory for each kind of file, and the writing of them."""
    found: list[BenchRow] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "gpkg", "xlsx"):
            number = min(count, SHEET_ROWS) if kind == "xlsx" else count
            path = Path(folder) / f"points.{kind}"
            writing = _seconds(lambda path=path, number=number: _write(path, number))
            ours, bare = _measured(_OURS, path), _measured(_TIMED.format(work=_BARE[kind]), path)
            assert ours[0] == bare[0] == number
            how = f"{number:,} points, {len(COLUMNS)} columns, one core, batches of 10,000"
            found += [
                {
                    "what": f"read {kind}",
                    "value": number / ours[1],
                    "unit": "rows/s",
                    "bare": number / bare[1],
                    "how": how,
                },
                {
                    "what": f"read {kind}: memory",
                    "value": ours[2],
                    "unit": "MB",
                    "bare": bare[2],
                    "how": "greatest, whole process",
                },
                {"what": f"write {kind}", "value": number / writing, "unit": "rows/s", "bare": None, "how": how},
            ]
            path.unlink()
    return found


def _measured(code: str, path: Path) -> tuple[int, float, float]:
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    number, seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    return int(number), float(seconds), float(megabytes)


def _seconds(work: Callable[[], object]) -> float:

    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _write(path: Path, number: int) -> None:
    chance = np.random.default_rng(1)
    points = shapely.points(121.1 + chance.random(number) * 0.8, 30.1 + chance.random(number) * 1.8)
    tabular.write_table(path, COLUMNS, _texts(number), points)


def _texts(number: int) -> Iterator[list[str]]:
    for at in range(number):
        code = f"3101010101{at:06d}"
        yield [
            code,
            "上水井盖",
            "310101",
            "自来水公司",
            f"310101001{at % 999:06d}",
            "完好",
            "2024-05-01",
            f"近{at}号门",
        ]


if __name__ == "__main__":
    for row in rows(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
        print(f"{row['what']:20} {row['value']:12,.0f} {row['unit']:7} bare {row['bare'] or 0:12,.0f}  {row['how']}")
