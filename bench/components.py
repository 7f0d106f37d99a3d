"""Surveys at the size of a big city: a million components from a file to staging, checked; a box among them.

Beside it the bare cost: the same rows written to the same table by COPY from lines that are ready. Beside the box: the
same rows by PostgreSQL's own index, fetched without our code. `python -m bench.components [ROWS]`."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "citygrid.config.settings")
django.setup()

import numpy as np  # noqa: E402 - Django's settings come first
import pyogrio.raw  # noqa: E402
import shapely  # noqa: E402
from bench import town  # noqa: E402
from django.db import connection  # noqa: E402

from citygrid.areas.models import Area  # noqa: E402
from citygrid.basedata import components, copying, publishing, surveys  # noqa: E402
from citygrid.basedata.mappings import FileMapping  # noqa: E402
from citygrid.basedata.models import Survey  # noqa: E402
from citygrid.organization.models import Person  # noqa: E402

BenchRow = tuple[str, float, str, float | None, str]
ROWS = 1_000_000
CLASSES = ("0101", "0102", "0103", "0105", "0118")
"""Of the shipped edition; the file names them by code."""
MAPPING = FileMapping(
    "bench",
    columns={name: (name,) for name in ("key", "class", "owner", "state", "location", "surveyed_on")},
    constants={"source": "survey"},
)


def rows(many: int = ROWS, kinds: tuple[str, ...] = ("gpkg", "csv")) -> list[BenchRow]:
    """(name, value, unit, bare value of the same run or None, note) of each figure."""
    town.settle()
    found: list[BenchRow] = []
    with tempfile.TemporaryDirectory() as folder:
        data = _data(many)
        for kind in kinds:
            path = Path(folder) / f"lamps.{kind}"
            _write(path, data)
            survey, seconds, processor, peak = _staged(path)
            note = f"{many:,} rows, {survey.counts['ready']:,} ready, one process; bare: the same rows by COPY alone"
            found.append((f"components staged from {kind}", seconds, "s", _bare(survey), note))
            note = f"peak memory of the process that staged them; it took {processor:.1f} s of a processor"
            found.append((f"staging from {kind}: memory", peak, "MB", None, note))
            if kind != kinds[-1]:
                _forget(survey)
    found.append(_published(survey))
    found.append(_box())
    with connection.cursor() as cursor:
        cursor.execute("truncate basedata_surveyrow, basedata_component, basedata_componentversion, basedata_serial")
    Survey.objects.filter(id=survey.id).delete()
    return found


def _data(many: int) -> dict[str, Any]:
    """Spread over the city's communities, none in the same spot."""
    chance = np.random.default_rng(1)
    shapes = [shapely.from_wkb(bytes(one)) for one in Area.objects.filter(kind="grid", valid_to=None)
              .values_list("geometry", flat=True)]  # fmt: skip
    boxes = shapely.bounds(np.array(shapes, dtype=object))
    at = chance.integers(0, len(boxes), many)
    share = chance.random((many, 2)) * 0.5 + 0.25
    lon = boxes[at, 0] + (boxes[at, 2] - boxes[at, 0]) * share[:, 0]
    lat = boxes[at, 1] + (boxes[at, 3] - boxes[at, 1]) * share[:, 1]
    picks = Random(1)
    return {
        "lon": np.round(lon, 7),
        "lat": np.round(lat, 7),
        "key": np.array([f"L{n:07d}" for n in range(many)], dtype=object),
        "class": np.array([CLASSES[n % len(CLASSES)] for n in range(many)], dtype=object),
        "owner": np.array([picks.choice(("water", "power")) for _ in range(many)], dtype=object),
        "state": np.array(["破损" if n % 9 == 0 else "完好" for n in range(many)], dtype=object),
        "location": np.array([f"人民路{n % 2000}号" for n in range(many)], dtype=object),
        "surveyed_on": np.array([f"2024-0{1 + n % 9}-1{n % 9}" for n in range(many)], dtype=object),
    }


def _write(path: Path, data: dict[str, Any]) -> None:
    names = [name for name in data if name not in ("lon", "lat")]
    if path.suffix == ".gpkg":
        shapes = shapely.to_wkb(shapely.points(data["lon"], data["lat"]))
        pyogrio.raw.write(path, shapes, [data[name] for name in names], names, geometry_type="Point", crs="EPSG:4490",
                          driver="GPKG")  # fmt: skip
        return
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(["lon", "lat", *names]) + "\n")
        columns = [[f"{one:.7f}" for one in data[name]] for name in ("lon", "lat")] + [data[name] for name in names]
        file.writelines(",".join(row) + "\n" for row in zip(*columns, strict=True))


def _staged(path: Path) -> tuple[Survey, float, float, float]:
    """The survey, seconds, seconds of a processor and peak memory in MB of a process that does nothing else."""
    survey = surveys.create(path, MAPPING, by=None, at=datetime.now(UTC))
    child = subprocess.run(
        [sys.executable, "-m", "bench.components", "--stage", str(survey.id)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, processor, peak = (float(word) for word in child.stdout.split()[-3:])
    survey.refresh_from_db()
    assert survey.status == Survey.Status.CHECKED, survey.failed
    return survey, seconds, processor, peak


def _stage(survey: str) -> None:
    begun, processor = time.perf_counter(), time.process_time()
    surveys.run(UUID(survey), datetime.now(UTC))
    print(time.perf_counter() - begun, time.process_time() - processor, _peak())


def _bare(survey: Survey) -> float:
    """COPY of the same lines into a table like the staging table, with its indexes."""
    with tempfile.NamedTemporaryFile() as file, connection.cursor() as cursor:
        columns = ", ".join(copying.COLUMNS)
        where = f"(select {columns} from basedata_surveyrow where survey_id = '{survey.id}')"
        with cursor.copy(f"copy {where} to stdout") as source:
            for part in source:
                file.write(part)
        file.flush()
        cursor.execute("create table bench_rows (like basedata_surveyrow including all)")
        try:
            begun = time.perf_counter()
            with Path(file.name).open("rb") as lines, cursor.copy(f"copy bench_rows ({columns}) from stdin") as target:
                while part := lines.read(1 << 20):
                    target.write(part)
            return time.perf_counter() - begun
        finally:
            cursor.execute("drop table bench_rows")


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _forget(survey: Survey) -> None:
    with connection.cursor() as cursor:
        cursor.execute("truncate basedata_surveyrow")
    Survey.objects.filter(id=survey.id).delete()


def _published(survey: Survey) -> BenchRow:
    at = datetime.now(UTC)
    reviewer = Person.objects.order_by("id").first()
    assert reviewer is not None
    publishing.submit(survey, None, at)
    begun = time.perf_counter()
    done = publishing.publish(survey.id, reviewer, at)
    seconds = time.perf_counter() - begun
    note = f"{done.counts['published']['new']:,} new, with codes and versions"
    return ("components published", seconds, "s", None, note)


def _box() -> BenchRow:
    """About 2,000 of them; the median of 40 boxes, each asked once before so that neither reads from the disk."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze basedata_component")
        cursor.execute("select point[0], point[1] from basedata_component tablesample bernoulli (1) repeatable (1)")
        places = cursor.fetchmany(40)
        span = "min(point[0]), max(point[0]), min(point[1]), max(point[1])"
        cursor.execute(f"select count(*), {span} from basedata_component")
        number, west, east, south, north = cursor.fetchone()
        half = ((east - west) * (north - south) * 2000 / number) ** 0.5 / 2
        ours, bare, hits = [], [], []
        for x, y in places:
            components.in_box(x - half, y - half, x + half, y + half, most=5000)
            begun = time.perf_counter()
            found = components.in_box(x - half, y - half, x + half, y + half, most=5000)
            ours.append(time.perf_counter() - begun)
            hits.append(len(found))
            begun = time.perf_counter()
            cursor.execute(
                "select code, class_id, name, lon, lat, state from basedata_component"
                " where point <@ box(point(%s, %s), point(%s, %s))", [x - half, y - half, x + half, y + half],
            )  # fmt: skip
            cursor.fetchall()
            bare.append(time.perf_counter() - begun)
    note = f"median of {len(places)}, {int(np.median(hits)):,} rows among {number:,}; bare: SQL alone"
    return ("components in a box", float(np.median(ours)) * 1000, "ms", float(np.median(bare)) * 1000, note)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stage"]:
        _stage(sys.argv[2])
        sys.exit()
    for name, value, unit, bare, note in rows(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
        print(f"{name:32} {value:12,.1f} {unit:4} bare {bare or 0:12,.1f}  {note}")
