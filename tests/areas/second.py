"""Makes `tests/cities/second/areas`: a small invented city far from the first, with the older codes.

Streets of two digits, unit grids of fourteen, a grid that was split in 2022, a duty grid whose members changed,
a service area that grew, and a village without unit grids. `python -m tests.areas.second`; same bytes each time.
"""

from pathlib import Path

import numpy as np
import shapely

from citygrid.areas import geojson, lattice

CRS = "EPSG:4546"
WEST, SOUTH = 512_340.0, 4_512_340.0
FOLDER = Path(__file__).parent.parent / "cities" / "second" / "areas"
X, Y = (0, 260, 520, 790, 1040), (0, 390, 780)
PARTS = {
    "99010101": ("红柳街道", [("红柳社区", 0, 1), ("沙枣社区", 1, 1)]),
    "99010102": ("驼铃街道", [("驼铃社区", 0, 0), ("烽燧社区", 1, 0)]),
    "99010201": ("绿洲街道", [("绿洲社区", 2, 1), ("渠首社区", 3, 1)]),
    "99010202": ("戈壁街道", [("戈壁社区", 2, 0), ("胡杨村", 3, 0)]),
}
DISTRICTS = {"990101": "赭东区", "990102": "赭西区"}
BARE = "胡杨村"
FROM = "2020-01-01"


def corner(column, row):
    """A slanted net, so that no edge follows the lattice."""
    x, y = X[column], Y[row]
    return WEST + x + 0.12 * y + 7 * (column % 2), SOUTH + y - 0.08 * x + 9 * (row % 2)


def block(column, row):
    ring = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
    return lattice.project(shapely.Polygon([corner(*at) for at in ring]), CRS, back=True)


def rounded(shape):
    return shapely.transform(shape, lambda xy: np.round(xy, geojson.DECIMALS))


def make():
    rows = {layer: [] for layer in ("city", "district", "street", "community", "grid", "duty_grid", "service_area")}

    def add(layer, shape, **facts):
        rows[layer].append(({"valid_from": FROM, **facts}, shape))

    add("city", None, code="990100", name="赭石市")
    for code, name in DISTRICTS.items():
        add("district", None, code=code, name=name, parent="990100")
    for street, (name, communities) in PARTS.items():
        add("street", None, code=street, name=name, parent=street[:6])
        for number, (community, column, row) in enumerate(communities, start=1):
            code = f"{street}{number:03d}"
            grids = [] if community == BARE else [rounded(g) for g in lattice.divide(block(column, row), CRS)]
            shape = shapely.union_all(grids, grid_size=1e-7) if grids else block(column, row)
            add("community", rounded(shape), code=code, name=community, parent=street)
            codes = [f"{code}{serial:03d}" for serial in range(1, len(grids) + 1)]
            for grid, shape in zip(codes, grids, strict=True):
                add("grid", shape, code=grid, parent=code)
            half = len(codes) // 2
            for part, members in enumerate((codes[:half], codes[half:]), start=1):
                if members:
                    add("duty_grid", None, code=f"Z{code[4:]}{part}", parent=code, grids=members)
    split(rows)
    whole = shapely.union_all([shape for _, shape in rows["community"]], grid_size=1e-7)
    half = rounded(whole.intersection(shapely.box(*whole.bounds[:2], whole.centroid.x, whole.bounds[3])))
    approval = {"approval": "赭石市人民政府公告", "approved_on": "2019-12-01"}
    add("service_area", half, code="1", name="一期", valid_to="2021-01-01", **approval)
    add("service_area", rounded(whole), code="2", name="二期", valid_from="2021-01-01", **approval)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for layer, found in rows.items():
        found.sort(key=lambda row: (row[0]["code"], row[0]["valid_from"]))
        (FOLDER / f"{layer}.geojson").write_text(geojson.text(found), encoding="utf-8")


def split(rows):
    """The fifth grid of the first community became two in 2022; its code is not used again."""
    day, code = "2022-01-01", "99010101001005"
    facts, shape = next(row for row in rows["grid"] if row[0]["code"] == code)
    facts["valid_to"] = day
    west, south, east, north = shape.bounds
    middle = round((west + east) / 2, geojson.DECIMALS)
    new = []
    for serial, box in ((901, (west, south, middle, north)), (902, (middle, south, east, north))):
        new.append(f"{code[:11]}{serial}")
        part = rounded(shape.intersection(shapely.box(*box)))
        rows["grid"].append(({"code": new[-1], "parent": code[:11], "valid_from": day}, part))
    for duty, _ in rows["duty_grid"]:
        if code in duty["grids"]:
            kept = [g if g != code else {"code": g, "valid_from": FROM, "valid_to": day} for g in duty["grids"]]
            duty["grids"] = kept + [{"code": g, "valid_from": day} for g in new]


if __name__ == "__main__":
    make()
