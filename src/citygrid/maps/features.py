"""The features that a layer keeps itself: replaced as a whole, in one transaction; the same features change nothing."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import psycopg
import shapely
from django.db import connection, transaction
from shapely import Geometry

from citygrid.maps import metres, register
from citygrid.maps.models import Layer
from citygrid.standards.coordinates import Metric

BATCH = 10_000
COLUMNS = (
    "layer_id", "key", "name", "properties", "shape", "lon", "lat", "point", "box", "size", "valid_from", "valid_to",
)  # fmt: skip
KINDS = {"Point": "point", "MultiPoint": "point", "LineString": "line", "MultiLineString": "line",
         "Polygon": "polygon", "MultiPolygon": "polygon"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Draft:
    """A feature to be kept. `shape`: in degrees (lon, lat; CGCS2000), not empty."""

    key: str
    properties: Mapping[str, Any]
    shape: Geometry
    since: date | None = None
    until: date | None = None


def keep(layer: Layer, drafts: Iterable[Draft], to: Metric) -> tuple[int, bool]:
    """Make these the layer's features; how many, and whether anything has changed.

    They come in batches and are never all in memory; a mistake on the way leaves the layer as it was."""
    total, kinds, number = hashlib.sha256(to.name.encode()), set[str](), 0
    fields: dict[str, set[str]] = {}
    with transaction.atomic():
        locked = Layer.objects.select_for_update().get(pk=layer.pk)
        point = transaction.savepoint()
        with connection.cursor() as cursor:
            cursor.execute("delete from maps_feature where layer_id = %s", [layer.pk])
        for batch in _batches(drafts):
            for draft in batch:
                total.update(_line(draft))
                kinds.add(KINDS.get(draft.shape.geom_type, "mixed"))
                for name, value in draft.properties.items():
                    fields.setdefault(name, set()).add(_type(value))
            number += len(batch)
            _copy(layer.pk, batch, to)
        if total.hexdigest() == locked.digest:
            transaction.savepoint_rollback(point)
            return number, False
        transaction.savepoint_commit(point)
        layer.digest = total.hexdigest()
        layer.geometry = kinds.pop() if len(kinds) == 1 else "mixed"
        layer.fields = {name: _common(types) for name, types in fields.items()}
        layer.save(update_fields=["digest", "geometry", "fields", "changed_at"])
        register.touch()
    return number, True


def drafts_of(layer: Layer) -> Iterator[Draft]:
    """The layer's features as they were kept, in the order of their keys."""
    rows = layer.features.order_by("key").values_list("key", "properties", "shape", "valid_from", "valid_to")
    for key, properties, shape, since, until in rows.iterator(BATCH):
        yield Draft(key, properties, shapely.from_wkb(bytes(shape)), since, until)


def _type(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, int | float) else "text"


def _common(types: set[str]) -> str:
    known = types - {""}
    return known.pop() if len(known) == 1 else "text"


def _batches(drafts: Iterable[Draft]) -> Iterator[list[Draft]]:
    rest = iter(drafts)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _line(draft: Draft) -> bytes:
    facts = [draft.key, dict(draft.properties), str(draft.since), str(draft.until)]
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode() + bytes(shapely.to_wkb(draft.shape))


def _copy(layer: int, batch: Sequence[Draft], to: Metric) -> None:
    shapes = [draft.shape for draft in batch]
    boxes = metres.boxes(shapes, to)
    inner = shapely.point_on_surface(shapes)
    lon, lat = shapely.get_x(inner), shapely.get_y(inner)
    x, y = to(lon, lat)
    points = np.column_stack((x, y)).tolist()
    wkb = shapely.to_wkb(shapes)
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        text = f"copy maps_feature ({', '.join(COLUMNS)}) from stdin"
        with cursor.copy(text) as copy:
            for i, draft in enumerate(batch):
                w, s, e, n = boxes[i].tolist()
                copy.write_row((
                    layer, draft.key, str(draft.properties.get("name") or "")[:200],
                    json.dumps(draft.properties, ensure_ascii=False), wkb[i], float(lon[i]), float(lat[i]),
                    "({!r},{!r})".format(*points[i]),
                    f"({w!r},{s!r}),({e!r},{n!r})", max(e - w, n - s), draft.since, draft.until,
                ))  # fmt: skip
