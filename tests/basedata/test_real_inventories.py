"""Real inventories come in through mappings, are reviewed and published; the same file twice changes nothing (issue 3).

Each town is a rectangle around the data, divided by a lattice. What must come out is counted by DuckDB."""

from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from django.core.management import call_command

from citygrid.areas import locating
from citygrid.basedata import corrections, mappings, publishing, surveys
from citygrid.basedata.models import Component, Survey
from citygrid.organization.models import Person
from citygrid.rulebook import slices
from citygrid.standards.reports import Report
from tests.basedata import town
from tests.basedata.town import AT, DAY

FOLDER = Path(__file__).resolve().parents[3] / "shared/data/components"
MAPPINGS = Path(__file__).parent / "mappings"


class Inventory(NamedTuple):
    file: str
    mapping: str
    x: str
    y: str
    crs: str
    box: tuple[float, float, float, float]


NEW_YORK = (-74.3, 40.48, -73.69, 40.93)
FRISCO = (-122.53, 37.69, -122.35, 37.84)
WASHINGTON = (-77.08, 38.88, -77.0, 38.93)
ALL = [
    Inventory("dc_streetlights_3963.parquet", "dc_lights", "XCOORD", "YCOORD", "EPSG:32618", WASHINGTON),
    Inventory("sf_trees_9831.parquet", "sf_trees", "Longitude", "Latitude", "EPSG:32610", FRISCO),
    Inventory("nyc_hydrants.parquet", "nyc_hydrants", "longitude", "latitude", "EPSG:32618", NEW_YORK),
    Inventory("nyc_street_trees.parquet", "nyc_trees", "longitude", "latitude", "EPSG:32618", NEW_YORK),
    Inventory("nyc_wifi_hotspots.parquet", "nyc_wifi", "longitude", "latitude", "EPSG:32618", NEW_YORK),
    Inventory("dc_benches.csv.gz", "dc_points", "lon", "lat", "EPSG:32618", (-77.13, 38.78, -76.9, 39.0)),
]
LONG = {"nyc_trees": pytest.mark.long, "nyc_wifi": pytest.mark.long}
"""Of the three of one town the hydrants alone in the default run: the town takes longer than its inventories."""
BRISTOL = Inventory("bristol_streetlights_49451.parquet", "bristol_lights", "longitude", "latitude", "EPSG:32630",
                    (-2.72, 51.39, -2.22, 51.55))  # fmt: skip

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="THE REAL INVENTORIES ARE NOT THERE"),
]


def counted(one: Inventory) -> tuple[int, int]:
    """(rows, rows inside the town) by DuckDB."""
    west, south, east, north = one.box
    x, y = f"cast({one.x} as double)", f"cast({one.y} as double)"
    found = duckdb.sql(
        f"select count(*), count(*) filter ({x} between {west} and {east} and {y} between {south} and {north})"
        f" from '{FOLDER / one.file}'"
    ).fetchall()
    return found[0]


def brought(one: Inventory, folder: Path) -> tuple[Survey, Survey]:
    """The survey published, and the same file once more."""
    city = town.lay_over(folder / "city", *one.box, one.crs, 1000)
    town.load(city)
    path = folder / "inventory.csv"
    duckdb.execute(f"copy (select * from '{FOLDER / one.file}') to '{path}' (header)")
    text = (MAPPINGS / f"{one.mapping}.toml").read_text(encoding="utf-8")
    mapping = mappings.read(one.mapping, text, Report())
    owner, colleague = Person.objects.order_by("id")[:2]
    first = surveys.run(surveys.create(path, mapping, by=owner, at=AT, on=DAY).id, AT)
    assert first.failed is None, first.failed
    for code in ("near_row", "unit_unknown"):
        corrections.accept_all(first, code, "照实", owner, AT)
    publishing.submit(first, owner, AT)
    first = publishing.publish(first.id, colleague, AT)
    again = surveys.run(surveys.create(path, mapping, by=owner, at=AT, on=DAY).id, AT)
    return first, again


@pytest.fixture
def fresh(db: None, settings: Any, tmp_path: Path) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATA = tmp_path / "var"
    yield
    locating.forget()
    slices.forget()


def check(one: Inventory, tmp_path: Path) -> None:
    rows, inside = counted(one)
    first, again = brought(one, tmp_path)
    assert first.counts["rows"] == rows
    told = first.counts["problems"]
    assert told.get("outside_area", 0) + told.get("place_missing", 0) == rows - inside
    assert Component.objects.count() == first.counts["published"]["new"] == inside > 700
    assert Component.objects.filter(grid="").count() == 0
    assert again.counts["same"] == inside and again.counts["ready"] == 0
    assert len(set(Component.objects.values_list("code", flat=True))) == inside


@pytest.mark.django_db
@pytest.mark.parametrize("one", [pytest.param(one, id=one.mapping, marks=LONG.get(one.mapping, ())) for one in ALL])
def test_a_real_inventory_is_published_whole(fresh: None, tmp_path: Path, one: Inventory) -> None:
    check(one, tmp_path)


@pytest.mark.long
@pytest.mark.django_db
def test_the_lights_of_a_whole_city(fresh: None, tmp_path: Path) -> None:
    check(BRISTOL, tmp_path)
    call_command("components", "export", str(tmp_path / "out.gpkg"))
