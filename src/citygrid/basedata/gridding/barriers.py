"""The layers of the map as barriers of a division: roads, water, rails, buildings of the city's own base map.

Which kind of feature is which barrier is data of `areas.barriers`; which layer is used, and how, the person chooses
(GB/T 30428.1, 地理布局; S1-08)."""

from collections.abc import Mapping
from datetime import date

import shapely
from django.db import connection
from shapely import Geometry

from citygrid.areas import barriers
from citygrid.areas.barriers import BUILDING, YARD, Barrier
from citygrid.areas.lattice import project
from citygrid.maps.models import Kind, Layer

TABLE = "table"
"""A layer whose features say by their kind what they are."""
ASK = """
    select l.code, coalesce(f.properties->>'kind', ''), f.shape
    from maps_feature f join maps_layer l on l.id = f.layer_id
    where l.code = any(%s) and f.box && %s::box
      and (f.valid_from is null or f.valid_from <= %s) and (f.valid_to is null or f.valid_to > %s)
    order by l.code, f.key
"""


def layers() -> list[tuple[str, str, str]]:
    """Code, name and suggested role of the layers that may be barriers: those kept here, but for points."""
    known = barriers.shipped()["layers"]
    rows = Layer.objects.filter(kind=Kind.FEATURES).exclude(geometry="point")
    found = []
    for layer in rows.order_by("code"):
        wanted = layer.options.get("barrier")
        usual = known.get(layer.code, {"as": barriers.NONE})["as"]
        found.append((layer.code, str(layer), str(wanted) if wanted else ("" if usual == barriers.NONE else TABLE)))
    return found


def around(community: Geometry, crs: str, roles: Mapping[str, str], day: date) -> list[Barrier]:
    """The barriers of a day whose box touches a community (degrees), of the layers in `roles` (layer code -> role).

    A polygon that crosses itself in the base map is mended first: it stands for a building all the same."""
    if not roles:
        return []
    west, south, east, north = project(community, crs).bounds
    with connection.cursor() as cursor:
        cursor.execute(ASK, [list(roles), f"({east!r},{north!r}),({west!r},{south!r})", day, day])
        rows = cursor.fetchall()
    found = []
    for layer, kind, wkb in rows:
        for part in _whole(shapely.from_wkb(bytes(wkb))):
            role = roles[layer]
            one = barriers.barrier(part, kind, layer) if role == TABLE else barriers.of_kind(part, role)
            if one is not None:
                found.append(one)
    return found


def _whole(shape: Geometry) -> list[Geometry]:
    if shape.is_valid:
        return [shape]
    return [part for part in shapely.get_parts(shapely.make_valid(shape)) if part.area or part.length]


def closed(found: list[Barrier]) -> list[Geometry]:
    """The shapes that must not be cut."""
    return [one.shape for one in found if one.kind in (BUILDING, YARD)]
