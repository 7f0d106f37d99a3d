"""The pure modules of the app's report and tasks, run by node with answers from Python: shapely for areas, the server's
own search for classes, the process for evidence."""

import json
import random
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, Polygon, mapping

from citygrid.standards.coordinates import metric

SCREENS = Path(__file__).resolve().parents[2] / "src/citygrid/collection/static/collection/screens"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node: the modules of the app are only run in the journeys")
LON, LAT = 121.5, 31.24
METRIC = metric("EPSG:4549")


def run(module: str, expression: str, given: Any) -> Any:
    """What an expression gives with the module as `m` and what was given as `given`. The module's file is read as an ES
    module whatever its folder says."""
    script = (
        "import fs from 'node:fs';"
        "const url = (path) => 'data:text/javascript,' + encodeURIComponent(source(path));"
        'const source = (path) => fs.readFileSync(path, \'utf8\').replace(/from "(\\.[^"]+)"/g,'
        " (all, name) => `from \"${url(new URL(name, 'file://' + path).pathname)}\"`);"
        "const given = JSON.parse(fs.readFileSync(0, 'utf8'));"
        f"const m = await import(url({json.dumps(str(SCREENS / module))}));"
        f"fs.writeSync(1, JSON.stringify({expression}));"
        "process.exit(0);"  # the channel between windows (core/bus.js) would wait for ever
    )
    assert NODE is not None
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", script],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _near(dice: random.Random, metres: float) -> tuple[float, float]:
    return LON + dice.uniform(-metres, metres) / 95_000, LAT + dice.uniform(-metres, metres) / 111_000


def test_distances_are_those_of_the_citys_projection() -> None:
    """Within a decimetre in 500 m: what a phone shows and what the server measures are the same metres."""
    dice = random.Random(6)
    pairs = [(_near(dice, 250), _near(dice, 250)) for _ in range(200)]
    told = run("report/geometry.js", "given.map(([a, b]) => m.metres(a, b))", pairs)
    for (one, other), metres in zip(pairs, told, strict=True):
        a, b = METRIC(*one), METRIC(*other)
        assert metres == pytest.approx(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5, rel=3e-4, abs=0.1)


def test_the_area_that_holds_a_point_is_the_one_that_shapely_says() -> None:
    dice = random.Random(7)
    star = Polygon(
        [(LON, LAT), (LON + 0.002, LAT + 0.0004), (LON + 0.001, LAT + 0.002), (LON - 0.001, LAT + 0.0012)],
        [[(LON + 0.0004, LAT + 0.0006), (LON + 0.0008, LAT + 0.0006), (LON + 0.0006, LAT + 0.001)]],
    )
    far = [[[LON + 0.01, LAT], [LON + 0.011, LAT], [LON + 0.011, LAT + 0.001], [LON + 0.01, LAT]]]
    two = {"type": "MultiPolygon", "coordinates": [mapping(star)["coordinates"], far]}
    points = [_near(dice, 300) for _ in range(400)] + [(LON + 0.0109, LAT + 0.0002)]
    told = run(
        "report/geometry.js", "given.points.map((p) => m.holds(given.shape, p))", {"shape": two, "points": points}
    )
    assert told[:-1] == [star.contains(Point(p)) for p in points[:-1]]
    assert told[-1], "the second part counts too"
    assert 20 < sum(told[:-1]) < 380, "points on both sides were asked"


@pytest.mark.parametrize(("to", "eighth"), [((0, 1), 0), ((1, 1), 1), ((1, 0), 2), ((0, -1), 4), ((-1, 0), 6)])
def test_the_direction_of_a_task_is_read_from_the_compass(to: tuple[int, int], eighth: int) -> None:
    there = (LON + to[0] * 0.001, LAT + to[1] * 0.00085)
    assert run("report/geometry.js", "m.eighth(m.bearing(given[0], given[1]))", [(LON, LAT), there]) == eighth


CLASSES = [
    {"id": "x:event:0101", "code": "0101", "name": "暴露垃圾", "name_en": "Exposed garbage", "initials": "bllj"},
    {"id": "x:event:0102", "code": "0102", "name": "积存垃圾渣土", "name_en": "Piled garbage", "initials": "jcljzt"},
    {"id": "x:component:0101", "code": "0101", "name": "上水井盖", "name_en": "Water manhole", "initials": "ssjg"},
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("bllj", ["x:event:0101"]),
        ("lj", ["x:event:0101", "x:event:0102"]),
        ("垃圾", ["x:event:0101", "x:event:0102"]),
        ("0101", ["x:component:0101", "x:event:0101"]),
        ("garbage", ["x:event:0101", "x:event:0102"]),
        ("  ", []),
        ("路灯", []),
    ],
)
def test_a_class_is_found_by_name_initials_or_code(typed: str, found: list[str]) -> None:
    assert [one["id"] for one in run("report/classes.js", "m.search(given[0], given[1])", [CLASSES, typed])] == found


def test_chinese_is_found_in_an_english_app_too() -> None:
    english = [one | {"name_zh": one["name"], "name": one["name_en"]} for one in CLASSES]
    told = run("report/classes.js", "m.search(given[0], given[1])", [english, "暴露垃圾"])
    assert [one["id"] for one in told] == ["x:event:0101"]


def _draft(**more: Any) -> dict[str, Any]:
    return {"kind": "report", "photos": ["a"], "after": [], "class_id": "c", "place": {"lon": LON, "lat": LAT}} | more


@pytest.mark.parametrize(
    ("draft", "cls", "codes"),
    [
        (_draft(), {"before_photos": 1}, []),
        (_draft(), {"before_photos": 2}, ["photos"]),
        (_draft(photos=[], place=None, class_id=""), None, ["place", "class"]),
        (_draft(kind="self_report"), {"before_photos": 0, "after_photos": 0, "self_handle": True}, ["after"]),
        (_draft(kind="self_report", after=["b"]), {"before_photos": 1, "after_photos": 1, "self_handle": True}, []),
        (_draft(kind="self_report", after=["b"]), {"self_handle": False}, ["self_handle_class"]),
        (_draft(), {"before_films": 1, "before_sounds": 1}, ["films", "sounds"]),
        (_draft(films=["f"], sounds=["s"]), {"before_films": 1, "before_sounds": 2}, ["sounds"]),
    ],
)
def test_what_lacks_is_told_before_the_server_would(draft: Any, cls: Any, codes: list[str]) -> None:
    """The same rule as process/effects/intake.py: a photo of each side at least, of one's own handling."""
    told = run("report/evidence.js", "m.missing(given[0], given[1]).map((one) => one.code)", [draft, cls])
    assert told == codes


def test_a_near_case_counts_by_class_metres_and_hours() -> None:
    """workflow 3.8: the same class, within the city's metres and hours; the own queue counts as well."""
    now = 1_790_000_000_000
    rule = {"metres": 50, "hours": 24}
    at = {"lon": LON, "lat": LAT}

    def row(east: float, hours: float, class_id: str = "c") -> dict[str, Any]:
        return {"class_id": class_id, "lon": LON + east / 95_000, "lat": LAT, "received_at": _iso(now - hours * 3.6e6)}

    said = {"class_id": "c", "lon": str(LON), "lat": str(LAT)}
    data = {"case": "mine", "data": said}
    queued = {"kind": "report", "state": "queued", "made_at": now - 60_000, "facts": {}, "data": data}
    rows = [row(40, 2), row(60, 2), row(10, 25), row(5, 1, "other")]
    given = {"rows": rows, "entries": [queued, {**queued, "state": "refused"}, {**queued, "kind": "answer"}]}
    told = run("report/duplicates.js", "m.likely(given[0], 'c', given[1], given[2], given[3])", [at, rule, given, now])
    assert [(one["metres"], one["own"]) for one in told] == [(0, True), (40, False)]


def _iso(milliseconds: float) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def test_tasks_are_sorted_by_their_limit_or_by_their_way() -> None:
    here = {"lon": LON, "lat": LAT}
    tasks = [
        {"id": "far", "lon": LON + 0.01, "lat": LAT, "due": "2026-07-01T08:00:00Z"},
        {"id": "near", "lon": LON + 0.001, "lat": LAT, "due": "2026-07-01T12:00:00Z"},
        {"id": "free", "lon": None, "lat": None, "due": None},
    ]
    both = "['late', 'near'].map((by) => m.sorted(given[0], by, given[1]).map((t) => t.id))"
    told = run("tasks/sorting.js", both, [tasks, here])
    assert told == [["far", "near", "free"], ["near", "far", "free"]]


def test_the_light_of_a_task_is_the_houses_own() -> None:
    """web/lights.py: green, yellow from the warning on, red after the due moment, none without a limit."""
    task = {"due": "2026-07-01T12:00:00Z", "warn_at": "2026-07-01T11:00:00Z"}
    moments = ["2026-07-01T10:00:00Z", "2026-07-01T11:30:00Z", "2026-07-01T12:00:01Z"]
    told = run("tasks/sorting.js", "given[1].map((at) => m.lightOf(given[0], Date.parse(at)))", [task, moments])
    assert told == ["green", "yellow", "red"]
    others = run(
        "tasks/sorting.js", "given.map((task) => m.lightOf(task, 0))", [{"due": None}, {**task, "paused": True}]
    )
    assert others == ["none", "paused"]
