"""A day of real traces walked as patrols: minutes, standing, outside, coverage and squares are what a plain count
second by second finds (issue 6: one day of real GPS traces replayed as patrols; S1-36)."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyproj
import pytest
import shapely
from django.db import connection
from django.utils import timezone
from pyarrow import parquet

from citygrid.areas.models import Area, DutyMembership
from citygrid.collection.patrol import folder_part, in_force, replaying
from citygrid.collection.positions import days
from citygrid.rulebook.slices import profile_at
from tests.collection.crews import on_shift
from tests.collection.plain_count import count

TAXIS = Path(__file__).resolve().parents[3] / "shared/data/gps/chengdu_taxi_deeptte.parquet"
OWN = "[track]\nidle_metres = 600\nidle_seconds = 300\ngap_seconds = 600\n[coverage]\nvisit_metres = 30\n"
"""The taxis told where they were every few hundred metres: what is slow for them is said by the rules of the city."""
SHORTEST = 1200

pytestmark = [
    pytest.mark.data,
    pytest.mark.django_db,
    pytest.mark.skipif(not TAXIS.exists(), reason=f"THE REAL DATA IS NOT THERE: {TAXIS.name}"),
]


@pytest.fixture(autouse=True)
def evening(world, monkeypatch):
    """Late in this city, so that the whole shift lies behind."""
    at = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: at)
    days.forget()
    yield at
    days.forget()


def the_day() -> tuple[int, dict[str, list[tuple[int, float, float]]]]:
    """The day of the file with the most traces that are long enough: (second, lon, lat) by driver/day."""
    traces: dict[str, list[tuple[int, float, float]]] = {}
    for row in parquet.read_table(TAXIS).to_pylist():
        at = int(row["t_offset_s"]) + row["start_minute"] * 60
        traces.setdefault(f"{row['driver']}/{row['date_id']}", []).append((at, row["lng"], row["lat"]))
    long = {name: sorted(rows) for name, rows in traces.items() if max(rows)[0] - min(rows)[0] >= SHORTEST}
    (day, _number), *_ = Counter(int(name.partition("/")[2]) for name in long).most_common(1)
    return day, {name: rows for name, rows in long.items() if name.endswith(f"/{day}")}


def rings(shapes: list[bytes], crs: str) -> list[list[tuple[float, float]]]:
    """Outer rings in metres."""
    to = pyproj.Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    polygons = [part for one in shapely.from_wkb(shapes) for part in getattr(one, "geoms", [one])]
    return [[to.transform(lon, lat) for lon, lat in part.exterior.coords] for part in polygons]


def stored(person: int, crs: str) -> list[tuple[int, float, float]]:
    """What the database holds of somebody's way: (second, x, y), by the degrees that were sent."""
    to = pyproj.Transformer.from_crs("EPSG:4490", crs, always_xy=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from at)::bigint, lon, lat from collection_fix f join collection_positioned p"
            " on p.id = f.thing where p.person_id = %s order by at",
            [person],
        )
        return [(int(at), *to.transform(lon, lat)) for at, lon, lat in cursor.fetchall()]


def test_a_day_of_real_traces_is_counted_second_by_second(evening, phone, tmp_path):
    on_shift()
    now, day = evening, timezone.localtime(evening).date()
    (tmp_path / "patrol.toml").write_text(OWN, encoding="utf-8")
    assert folder_part.load(tmp_path, day).ok
    number, source = the_day()
    chosen = [one for one in replaying.traces(TAXIS) if one.name.endswith(f"/{number}")]
    assert {one.name for one in chosen} == set(source) and len(chosen) >= 10

    walked = replaying.replay(chosen, day, now)
    assert len(walked) == 4
    crs = profile_at(now).data["metric_crs"]
    rules = in_force.rules_on(day).shown()
    sums: Counter[str] = Counter()
    for one in walked:
        patrol, fixes = one.patrol, stored(one.patrol.person_id, crs)
        seconds = [at for at, *_place in source[one.trace.name]]
        assert [at - fixes[0][0] for at, *_place in fixes] == sorted({at - seconds[0] for at in seconds})
        duty = Area.objects.filter(kind="duty_grid", code__in=patrol.duty_grids)
        members = DutyMembership.objects.filter(duty_grid__in=duty).values("grid")
        units = Area.objects.filter(id__in=members).order_by("code")
        outlines, grids = ([bytes(area.geometry) for area in areas] for areas in (duty, units))
        starts, ends = (int(at.timestamp()) for at in (patrol.in_at, patrol.out_at))
        found = count(fixes, starts, ends, rings(outlines, crs), rings(grids, crs), rules)
        told = patrol.figures
        names = ("active", "idle", "gap", "inside", "outside", "jumps", "grids_visited", "squares", "squares_seen")
        assert {name: told[name] for name in names} == {name: getattr(found, name) for name in names}, one.trace.name
        sums.update({name: told[name] for name in names})
    for name in ("idle", "inside", "outside", "gap", "grids_visited", "squares_seen"):
        assert sums[name] > 0, f"a day without {name} proves nothing"

    lead = phone("teamlead1").client
    for one in walked:
        page = lead.get(f"/collection/patrols/{one.patrol.pk}/")
        assert page.status_code == 200 and 'id="pt-track"' in page.text


def test_a_second_file_on_the_same_day_leaves_the_first_as_it_is(evening):
    on_shift()
    now, day = evening, timezone.localtime(evening).date()
    traces = replaying.traces(TAXIS)
    first = replaying.replay(traces[:4], day, now)
    again = replaying.replay(traces[:4], day, now)
    assert [one.patrol.pk for one in again] == [one.patrol.pk for one in first]
    assert {one.fixes for one in again} == {0}
    assert replaying.replay(traces[4:8], day, now) == []
