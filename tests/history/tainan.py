"""A city made at test time of the real villages of Tainan (里 as communities); nothing of it is kept here."""

import shutil
from pathlib import Path

import duckdb
import shapely

from citygrid.areas import geojson
from tests.history.city import BAY

STEP = 1e-7
PROFILE = """code = "670000"
name = "臺南市"
name_en = "Tainan"
timezone = "Asia/Taipei"
metric_crs = "EPSG:3826"
since = 2015-01-01
editions = ["cjt214-2007"]

[codes]
base = "gbt30428"
code = "tainan"
name = "臺南市"

[calendar]
city = "office"
days = "china"

[variants]
city = "two_level_command"
"""


def make(villages: Path, folder: Path) -> Path:
    """A city folder with the villages of a parquet file as communities, towns as districts with one street each."""
    shutil.copytree(BAY, folder, ignore=shutil.ignore_patterns("areas", "rulebook", "days.csv", "duties.csv"))
    (folder / "city.toml").write_text(PROFILE, encoding="utf-8")
    for path in (folder / "calendars/office.toml", folder / "bodies.csv", folder / "posts.csv"):
        text = path.read_text(encoding="utf-8").replace("America/Los_Angeles", "Asia/Taipei")
        path.write_text(text.replace("990300", "670000").replace("990301", "").replace("ZR01", ""), encoding="utf-8")
    columns = "TOWNCODE, TOWNNAME, VILLCODE, VILLNAME, geometry"
    rows = duckdb.sql(f"select {columns} from '{villages}' order by 3").fetchall()
    since = {"valid_from": "2015-01-01"}
    layers = {"city": [({"code": "670000", "name": "臺南市", **since}, None)]}
    layers |= {"district": [], "street": [], "community": []}
    towns: dict[str, str] = {}
    numbers: dict[str, int] = {}
    shapes = apart([rounded(shapely.from_wkb(bytes(row[4]))) for row in rows])
    for (town, town_name, _, name, _), shape in zip(rows, shapes, strict=True):
        if town not in towns:
            towns[town] = f"67{len(towns) + 1:04}"
            layers["district"].append(({"code": towns[town], "name": town_name, "parent": "670000", **since}, None))
            street = {"code": towns[town] + "001", "name": town_name, "parent": towns[town], **since}
            layers["street"].append((street, None))
        numbers[town] = numbers.get(town, 0) + 1
        code = f"{towns[town]}001{numbers[town]:03}"
        facts = {"code": code, "name": name or code, "parent": towns[town] + "001", **since}
        layers["community"].append((facts, shape))
    (folder / "areas").mkdir()
    for layer, found in layers.items():
        (folder / "areas" / f"{layer}.geojson").write_text(geojson.text(found), encoding="utf-8")
    return folder


def rounded(shape: shapely.Geometry) -> shapely.Geometry:
    """Valid, on the seven decimals of a file, surfaces only."""
    parts = shapely.get_parts(shapely.set_precision(shapely.make_valid(shape), STEP))
    return shapely.union_all([p for p in parts if p.geom_type == "Polygon" and p.area > 1e-9], grid_size=STEP)


def apart(shapes: list[shapely.Geometry]) -> list[shapely.Geometry]:
    """The source's villages overlap by some metres at 46 places: what two have is the first one's."""
    tree, found = shapely.STRtree(shapes), list(shapes)
    for one, other in sorted(tree.query(shapes, predicate="intersects").T.tolist()):
        if one < other:
            found[other] = rounded(shapely.difference(found[other], found[one], grid_size=STEP))
    return found
