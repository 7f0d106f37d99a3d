"""An independent check of a division, written with shapely and pyproj alone (nothing of the divider's own modules),
and communities made up with a seed."""

import itertools
import math
from collections import Counter
from random import Random

import numpy as np
import shapely
from pyproj import Transformer

CRS = "EPSG:4549"
THERE = Transformer.from_crs("EPSG:4490", CRS, always_xy=True)
BACK = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True)


def metres(shape):
    return shapely.transform(shape, lambda xy: np.column_stack(THERE.transform(xy[:, 0], xy[:, 1])))


def degrees(shape):
    return shapely.transform(shape, lambda xy: np.column_stack(BACK.transform(xy[:, 0], xy[:, 1])))


def faults(community, grids, buildings, side=100.0):
    """What is wrong with the grids (degrees, in the order of their numbers) of a community; empty: nothing."""
    lon, lat = community.centroid.coords[0]
    flat, cells = plain(community, lon, lat), [plain(grid, lon, lat) for grid in grids]
    found = [f"grid {n} is {c.geom_type}, {shapely.is_valid_reason(c)}" for n, c in enumerate(cells) if not good(c)]
    off = shapely.union_all(cells).symmetric_difference(flat).area
    found += [f"{off} m2 are in the union or the community alone"] * bool(off > 1)
    found += [f"the surfaces differ by {flat.area - sum(c.area for c in cells)} m2"] * (
        abs(flat.area - sum(c.area for c in cells)) > 1
    )
    tree = shapely.STRtree(cells)
    first, second = tree.query(cells, predicate="intersects")
    array, once = np.array(cells, dtype=object), first < second
    common = shapely.area(shapely.intersection(array[first[once]], array[second[once]])).sum()
    found += [f"{common} m2 lie in two grids"] * bool(common >= 1e-2)
    found += corners(flat, cells)
    found += numbers(metres(community), [metres(grid) for grid in grids], side)
    return found + cut(flat, cells, tree, [plain(building, lon, lat) for building in buildings])


def plain(shape, lon, lat):
    """Metres around a point in which edges that are straight in degrees are straight (a sphere does for a check)."""
    scale = np.array([111_320 * math.cos(math.radians(lat)), 111_320])
    return shapely.transform(shape, lambda xy: (xy - [lon, lat]) * scale)


def good(cell):
    return cell.geom_type == "Polygon" and cell.is_valid and cell.area > 0


def corners(flat, cells):
    """Every edge between two corners is an edge of two grids, to the last bit, or lies on the boundary."""
    owners = Counter()
    for cell in cells:
        for ring in [cell.exterior, *cell.interiors]:
            points = list(ring.coords)
            owners.update(tuple(sorted(pair)) for pair in itertools.pairwise(points))
    alone = [shapely.LineString(pair) for pair, times in owners.items() if times == 1]
    off = shapely.distance(flat.boundary, shapely.line_interpolate_point(alone, 0.5, normalized=True))
    found = [f"the edge {alone[at]} belongs to one grid" for at in np.flatnonzero(off > 1e-3)]
    return found + [f"an edge belongs to {times} grids" for times in owners.values() if times > 2]


def numbers(flat, cells, side):
    """Bands of a cell's side from the northern edge, north to south; west to east in a band."""
    north = flat.bounds[3]
    middles = [cell.centroid for cell in cells]
    keys = [(math.floor((north - p.y + 1e-3) / side), round(p.x, 3), -round(p.y, 3)) for p in middles]
    return [f"grid {n + 1} before grid {n}" for n, (a, b) in enumerate(itertools.pairwise(keys)) if a > b]


def cut(flat, cells, tree, buildings):
    found = []
    for number, building in enumerate(buildings):
        for part in shapely.get_parts(building.intersection(flat)):
            if part.geom_type != "Polygon" or part.area < 1:
                continue
            touching = tree.query(part, predicate="intersects")
            whole = max(cells[at].intersection(part).area for at in touching)
            if part.area - whole > 0.01 + 1e-3 * part.length:
                found.append(f"building {number} of {part.area} m2 is cut: {whole} m2 in one grid")
    return found


def random_city(seed):
    """A community with holes, sometimes in parts, with roads across and outside, and buildings that overlap each
    other and the boundary. In degrees: (community, lines, buildings)."""
    chance = Random(seed)
    x, y = 550_000 + chance.uniform(-2e4, 2e4), 3_450_000 + chance.uniform(-2e4, 2e4)
    reach = chance.choice([25, 90, 250, 400, 600])
    region = blob(chance, x, y, reach)
    for _ in range(chance.choice([0, 0, 1, 3])):
        hole = blob(chance, x + chance.uniform(-reach, reach), y + chance.uniform(-reach, reach), reach / 8)
        region = region.difference(hole)
    if chance.random() < 0.2:
        region = region.union(blob(chance, x + 3 * reach, y, reach / 3))
    if chance.random() < 0.15:
        region = shapely.LineString([(x, y), (x + 900, y + 300)]).buffer(chance.uniform(2, 30))
    lines = [road(chance, x, y, reach) for _ in range(chance.randrange(0, 14))]
    buildings = [house(chance, x, y, reach) for _ in range(chance.randrange(0, 60))]
    return degrees(region), [degrees(line) for line in lines], [degrees(house) for house in buildings]


def blob(chance, x, y, reach):
    turns = sorted(chance.uniform(0, 2 * math.pi) for _ in range(chance.randrange(5, 30)))
    far = [reach * chance.uniform(0.5, 1.0) for _ in turns]
    ring = [(x + r * math.cos(a), y + r * math.sin(a)) for r, a in zip(far, turns, strict=True)]
    return shapely.Polygon(ring).buffer(reach / 20).buffer(0)


def road(chance, x, y, reach):
    points = [(x + chance.uniform(-1.5, 1.5) * reach, y + chance.uniform(-1.5, 1.5) * reach) for _ in range(5)]
    return shapely.LineString(points[: chance.randrange(2, 6)])


def house(chance, x, y, reach):
    at = x + chance.uniform(-1.1, 1.1) * reach, y + chance.uniform(-1.1, 1.1) * reach
    wide, high = chance.uniform(4, 45), chance.uniform(4, 45)
    if chance.random() < 0.03:
        wide, high = 160, 150
    box = shapely.box(at[0] - wide / 2, at[1] - high / 2, at[0] + wide / 2, at[1] + high / 2)
    return shapely.affinity.rotate(box, chance.uniform(0, 90))
