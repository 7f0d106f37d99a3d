"""The demo city's components: drawn along its roads, brought in as a survey by one person and published by another."""

import csv
import math
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from random import Random

import numpy as np
from shapely import Geometry, LineString, Point, Polygon

from citygrid.areas import locating
from citygrid.basedata import classes, mappings, publishing, surveys
from citygrid.basedata.models import Component
from citygrid.demo.addresses import METRES_A_DEGREE, Spot
from citygrid.demo.planning import dice
from citygrid.demo.scene import Choice, Scene
from citygrid.organization.models import Person
from citygrid.standards.codes import CodeProfile
from citygrid.standards.reports import Report

COLUMNS = ("标识码", "小类", "图形", "单元网格", "状态", "权属单位", "养护单位", "位置", "普查日期")
SIZES = {"point": (0.0, 0.0), "line": (16.0, 0.0), "polygon": (8.0, 3.0)}
"""Metres: length along the road, width."""
MAPPING = """code = "demo_survey"
title = "部件普查"
target = "components"
[place]
wkt = "图形"
[columns]
code = "标识码"
class = "小类"
grid = "单元网格"
state = "状态"
owner = "权属单位"
maintainer = "养护单位"
location = "位置"
surveyed_on = "普查日期"
[constants]
source = "实测"
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One component. `grid`, `district`: codes of the areas that hold it; `lon`, `lat` as text of seven decimals;
    `angle`: radians from east in which its road runs."""

    code: str
    class_id: str
    lon: str
    lat: str
    grid: str
    district: str
    address: str
    angle: float


def draw(scene: Scene, seed: int, at: datetime) -> list[Item]:
    """All components, the same for a seed. Codes count by district and class in the order of the unit grids, as a
    survey would (GB/T 30428.2: 6 + 2 + 2 + 6)."""
    wanted = scene.settings.get("inventory")
    if not wanted:
        return []
    chance, metres = dice(seed, "inventory"), scene.streets.metres
    drawn: list[tuple[Choice, Spot]] = []
    for choice in scene.classes:
        if choice.kind == "component":
            count = int(metres / wanted.get(choice.name, wanted["other"]))
            drawn += [(choice, scene.streets.spot(chance)) for _ in range(count)]
    lons, lats = np.array([one.lon for _, one in drawn]), np.array([one.lat for _, one in drawn])
    many = locating.locate_many(lons, lats, at)
    served = locating.served_many(many, lons, lats, at)
    placed = []
    for number, (choice, spot) in enumerate(drawn):
        place = many.place(number)
        if place is not None and place.grid is not None and place.district is not None and served[number]:
            placed.append((place.grid.code, choice, spot, place.district.code))
    placed.sort(key=lambda one: (one[0], one[1].id, one[2].lon, one[2].lat))
    return _numbered(placed, scene.codes)


def _numbered(placed: Sequence[tuple[str, Choice, Spot, str]], codes: CodeProfile) -> list[Item]:
    serials: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for grid, choice, spot, district in placed:
        serials[district, choice.code] += 1
        code = codes.build("component", area=district, major=choice.code[:2], minor=choice.code[2:],
                           number=serials[district, choice.code])  # fmt: skip
        lon, lat = f"{spot.lon:.7f}", f"{spot.lat:.7f}"
        found.append(Item(code.text, choice.id, lon, lat, grid, district, spot.address, spot.angle))
    return found


def pick(scene: Scene, seed: int, class_id: str, grid: str | None, chance: Random) -> Item | None:
    """One of the components of the class in the unit grid, None where there is none."""
    if seed not in scene.stock:
        found: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for one in draw(scene, seed, scene.until):
            found[one.grid, one.class_id].append(one)
        scene.stock[seed] = found
    here = scene.stock[seed].get((grid or "", class_id))
    return chance.choice(here) if here else None


def bring(scene: Scene, items: Sequence[Item], at: datetime) -> int:
    """Survey and publish what is not there yet; how many components there are. A second run changes nothing."""
    if not items or Component.objects.exists():
        return Component.objects.count()
    surveyor, steward = (Person.objects.get(login=scene.settings["survey"][name]) for name in ("surveyor", "steward"))
    report = Report()
    mapping = mappings.read("demo", MAPPING, report)
    assert report.ok, report.problems
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.csv"
        _write(path, scene, items, at)
        survey = surveys.create(path, mapping, by=surveyor, at=at)
    survey = surveys.run(survey.id, at)
    if survey.failed:
        raise RuntimeError(survey.failed["message"] % survey.failed["params"])
    publishing.publish(publishing.submit(survey, surveyor, at).id, steward, at)
    return Component.objects.count()


def _write(path: Path, scene: Scene, items: Sequence[Item], at: datetime) -> None:
    day = scene.profile.localday(at).isoformat()
    sheets = {one.id: classes.sheet(one.id, scene.profile.localday(at)) for one in scene.classes}
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file)
        write.writerow(COLUMNS)
        for one in items:
            body = scene.keeper(one.class_id, one.district)
            sheet = sheets[one.class_id]
            shape = _shape(one, sheet.geometry if sheet is not None else "point")
            write.writerow([one.code, one.class_id, shape.wkt, one.grid, "完好", body, body, one.address, day])


def _shape(one: Item, kind: str) -> Geometry:
    """A point, or a line along the road or a strip beside it, small enough to stay in the grid mostly."""
    lon, lat = float(one.lon), float(one.lat)
    length, width = SIZES[kind]
    if not length:
        return Point(lon, lat)
    east, north = 1 / (METRES_A_DEGREE * math.cos(math.radians(lat))), 1 / METRES_A_DEGREE
    along, across = (math.cos(one.angle), math.sin(one.angle)), (-math.sin(one.angle), math.cos(one.angle))

    def corner(a: float, b: float) -> tuple[float, float]:
        x, y = a * along[0] + b * across[0], a * along[1] + b * across[1]
        return round(lon + x * east, 7), round(lat + y * north, 7)

    if not width:
        return LineString([corner(-length / 2, 0), corner(length / 2, 0)])
    sides = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return Polygon([corner(a * length / 2, b * width / 2) for a, b in sides])
