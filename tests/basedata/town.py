"""The second city and its people, and a town laid over any inventory: a rectangle divided by a lattice."""

import csv
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import shapely

from citygrid.areas import geojson, lattice
from citygrid.areas.models import Area
from citygrid.console.city import import_city
from citygrid.organization.models import Person

SECOND = Path(__file__).parent.parent / "cities" / "second"
AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
DAY = date(2026, 3, 2)
LAMP, COVER, HYDRANT = ("cjt214-2007:component:0118", "cjt214-2007:component:0101", "cjt214-2007:component:0113")
HEADER = ("no", "lon", "lat", "owner", "state")


def load(folder: Path = SECOND, at: date | None = None) -> None:
    report = import_city(folder, at)
    assert report.ok, [str(one) for one in report.problems]


def owner() -> Person:
    """The surveyor, who brings surveys."""
    return Person.objects.get(login="surveyor1")


def colleague() -> Person:
    """The data steward, who reviews them."""
    return Person.objects.get(login="steward1")


def spots(many: int, kind: str = "grid") -> list[tuple[float, float]]:
    """Places well inside unit grids, in the order of the grids' codes."""
    rows = Area.objects.filter(kind=kind, valid_to=None).order_by("code")[:many]
    return [(round(row.centre_lon, 7), round(row.centre_lat, 7)) for row in rows]


def write(path: Path, rows: list[dict[str, object]], columns: tuple[str, ...] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, columns, restval="")
        out.writeheader()
        out.writerows(rows)
    return path


def lamps(many: int) -> list[dict[str, object]]:
    return [
        {"no": f"P{at}", "lon": lon, "lat": lat, "owner": "power", "state": "intact"}
        for at, (lon, lat) in enumerate(spots(many), start=1)
    ]


TOWN_PROFILE = """code = "990700"
name = "试验市"
name_en = "Trial"
timezone = "UTC"
metric_crs = "{crs}"
since = 2020-01-01
editions = ["gbt30428.2", "ext-down99", "cjt214-2007"]
[codes]
base = "gbt30428"
code = "trial"
name = "试验市"
[numbers]
report = "{{serial:08d}}"
case = "T{{serial:08d}}"
[calendar]
city = "office"
days = "file"
[variants]
city = "two_level_command"
"""


def lay_over(folder: Path, west: float, south: float, east: float, north: float, crs: str, cell: float) -> Path:
    """A city folder: one rectangle as a district, a street and a few communities, divided into a lattice."""
    bay = Path(__file__).parent.parent / "cities" / "bay"
    shutil.copytree(bay, folder, ignore=shutil.ignore_patterns("areas", "city.toml", "duties.csv", "PROVENANCE.md"))
    (folder / "city.toml").write_text(TOWN_PROFILE.format(crs=crs), encoding="utf-8")
    for name in ("bodies.csv", "posts.csv", "people.csv", "rulebook/responsibilities.csv"):
        path = folder / name
        if path.exists():
            text = path.read_text(encoding="utf-8").replace("990300", "990700")
            path.write_text(re.sub("9903[0-9]{2}", "990701", text).replace("ZR01", ""), encoding="utf-8")
    box = shapely.box(west, south, east, north)
    steps = 4
    rows: dict[str, list] = {name: [] for name in ("city", "district", "street", "community", "grid")}
    since = {"valid_from": "2020-01-01"}
    rows["city"].append(({"code": "990700", "name": "试验市", **since}, None))
    rows["district"].append(({"code": "990701", "name": "试验区", "parent": "990700", **since}, None))
    rows["street"].append(({"code": "990701001", "name": "试验街道", "parent": "990701", **since}, None))
    width = (east - west) / steps
    for at in range(steps):
        part = shapely.box(west + at * width, south, west + (at + 1) * width, north)
        code = f"990701001{at + 1:03d}"
        grids = [shapely.set_precision(one, 1e-7) for one in lattice.divide(part, crs, cell)]
        whole = shapely.union_all(grids, grid_size=1e-7)
        rows["community"].append(({"code": code, "name": f"第{at + 1}社区", "parent": "990701001", **since}, whole))
        for serial, grid in enumerate(grids, start=1):
            rows["grid"].append(({"code": f"{code}{serial:03d}", "parent": code, **since}, grid))
    assert box.area > 0
    (folder / "areas").mkdir()
    for name, found in rows.items():
        (folder / "areas" / f"{name}.geojson").write_text(geojson.text(found), encoding="utf-8")
    return folder
