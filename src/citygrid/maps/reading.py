"""Features of a layer by page and by key: one statement over a source's table, or a walk over what is held in memory.

Pages go by key (keyset): the next page begins after the last key, nothing is counted. What SQL cannot tell of shapes is
asked of GEOS on the rows found (native polygons are not exact)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from hashlib import sha256
from typing import Any

import shapely
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from shapely import Geometry

from citygrid.maps import cql, cql_sql, held, metres, sources
from citygrid.maps.cql import Op
from citygrid.maps.database import rows
from citygrid.maps.models import Kind, Layer
from citygrid.maps.sources import AnySource, Fragment, Held, Property, Source
from citygrid.organization.seats import Signed

TITLES = {"name": _("Name"), "kind": _("Kind"), "height": _("Height"), "number": _("Number"), "street": _("Street")}
"""What common properties of imported features are called; others are shown by their own name."""
MOST_LOOKED_AT = 50_000
"""Rows that one question may look at when shapes are tested; then the page ends, and the next begins there."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What of a layer is asked. `area`: shapes in degrees, features that touch any of them (`straight`: they are boxes
    along lon and lat). `where`: a checked filter. `day`: as it was then; with `until` all of the days between."""

    layer: Layer
    source: AnySource
    signed: Signed | None
    day: date
    until: date | None = None
    area: Sequence[Geometry] = ()
    straight: bool = True
    where: Op | None = None
    after: str = ""
    limit: int = 100


@dataclass(slots=True)
class Item:
    """A feature: shape in degrees. Not frozen: there are thousands to a page, and that would double their cost."""

    key: str
    shape: Geometry
    properties: Mapping[str, Any]


@dataclass(slots=True)
class Page:
    """Features in the order of their keys; `after`: where the next page begins, "" on the last."""

    items: list[Item] = field(default_factory=list)
    after: str = ""


def today() -> date:
    """The city's day."""
    return timezone.localdate()


def source_of(layer: Layer) -> AnySource | None:
    """What the layer draws from; None for external services and for sources that are not known."""
    if layer.kind == Kind.FEATURES:
        return _of_features(layer.pk, layer.name, layer.geometry, tuple(layer.fields.items()))
    return sources.get(layer.source) if layer.kind == Kind.SOURCE else None


def state_of(layer: Layer, source: AnySource) -> str:
    """Another text whenever the layer's data or rules have changed."""
    own = layer.digest if layer.kind == Kind.FEATURES else source.state()
    return sha256(f"{layer.code} {layer.changed_at.isoformat()} {own}".encode()).hexdigest()[:16]


@lru_cache(maxsize=512)
def _of_features(pk: int, title: str, geometry: Any, fields: tuple[tuple[str, str], ...]) -> Source:
    return Source(
        code=f"features.{pk}",
        title=title,
        table="maps_feature t",
        key="t.key",
        kind=geometry,
        shape="t.shape",
        lon="t.lon",
        lat="t.lat",
        point="t.point",
        box="t.box",
        size="t.size",
        where="t.layer_id = %s",
        params=(pk,),
        properties={name: Property(_member(name, kind), kind, TITLES.get(name, "")) for name, kind in fields},  # type: ignore[arg-type]  # by `features._type`
        at=("t.valid_from", "t.valid_to"),
        state=str,
    )


def _member(name: str, kind: str) -> str:
    """SQL of one property of a feature; a cast happens only where the value is of that type."""
    quoted = "'" + name.replace("'", "''").replace("%", "%%") + "'"
    if kind == "text":
        return f"t.properties->>{quoted}"
    json_type, cast = {"number": ("number", "float8"), "bool": ("boolean", "bool")}[kind]
    is_one = f"jsonb_typeof(t.properties->{quoted}) = '{json_type}'"
    return f"(case when {is_one} then (t.properties->>{quoted})::{cast} end)"


def open_properties(source: AnySource, signed: Signed | None) -> dict[str, Property]:
    """The properties that somebody sees."""
    return {name: one for name, one in source.properties.items() if one.open or signed is not None}


def page(ask: Ask) -> Page:
    """One page of what was asked."""
    if isinstance(ask.source, Held):
        return _held_page(ask, ask.source)
    return _table_page(ask, ask.source)


def one(ask: Ask, key: str) -> Item | None:
    """The feature of that key, if it is in what was asked."""
    if isinstance(ask.source, Held):
        return next((item for item in _held_items(ask, ask.source, "") if item.key == key), None)
    text, params = conditions(ask, ask.source)
    found = rows(f"{select(ask.source, ask.signed)} where {text} and {ask.source.key} = %s limit 1", [*params, key])
    return _items(ask.source, ask.signed, found)[0] if found else None


def count(ask: Ask, most: int) -> int | None:
    """How many there are; None when there are more than `most`, or when only testing shapes would tell."""
    if isinstance(ask.source, Held):
        return sum(1 for _ in _held_items(ask, ask.source, ""))
    if _must_test(ask, ask.source):
        return None
    text, params = conditions(ask, ask.source)
    inner = f"select 1 from {ask.source.table} where {text} limit %s"  # noqa: S608 - declared fragments, see Source
    number = int(rows(f"select count(*) from ({inner}) f", [*params, most + 1])[0][0])  # noqa: S608 - the same
    return number if number <= most else None


def select(source: Source, signed: Signed | None) -> str:
    """The columns of `_items`."""
    shape = source.shape or "null::bytea"
    columns = [source.key, shape, source.lon, source.lat]
    columns += [_column(one) for one in open_properties(source, signed).values()]
    return f"select {', '.join(columns)} from {source.table}"  # noqa: S608 - declared fragments, see Source


def _column(one: Property) -> str:
    """Days come as text: to look for them among the values of thousands of rows would cost more than the rows."""
    value = f"({one.sql})::{cql_sql.CASTS[one.type]}"
    return f"to_char({value}, 'YYYY-MM-DD')" if one.type == "date" else value


def conditions(ask: Ask, source: Source) -> Fragment:
    """Which rows: the source's own, the layer's filter, the scope, the days, the box, the filter asked for."""
    scope, seen = source.scope(ask.signed)
    texts, params = [source.where, scope], [*source.params, *seen]
    for name, wanted in ask.layer.filter.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        texts.append(f"({source.properties[name].sql})::text = any(%s::text[])")
        params.append([str(value) for value in values])
    if source.at is not None:
        since, until = source.at
        texts.append(f"({since} is null or {since} <= %s) and ({until} is null or {until} > %s)")
        params += [ask.until or ask.day, ask.day]
    for text, more in _placed(ask, source):
        texts.append(text)
        params += more
    return " and ".join(f"({text})" for text in texts), params


def _placed(ask: Ask, source: Source) -> list[Fragment]:
    found: list[Fragment] = []
    if ask.area:
        parts = [touching(source, shape.bounds) for shape in ask.area]
        found.append((" or ".join(text for text, _ in parts), [p for _, params in parts for p in params]))
        if ask.straight and source.kind == "point":
            inside = f"({source.lon} between %s and %s and {source.lat} between %s and %s)"
            bounds = [shape.bounds for shape in ask.area]
            found.append((" or ".join([inside] * len(bounds)), [p for w, s, e, n in bounds for p in (w, e, s, n)]))
    if ask.where is not None:
        compiler = cql_sql.Compiler(source.properties, lambda bounds: touching(source, bounds))
        text, params = compiler.wider(ask.where)
        found.append((text, list(params)))
    return found


def touching(source: Source, bounds: Sequence[float]) -> tuple[str, list[Any]]:
    """Rows whose box may touch a box in degrees; all of them when it reaches far beyond the city."""
    west, south, east, north = bounds
    found = metres.box_of(west, south, east, north, metres.city())
    if found is None:
        return "true", []
    box, corners = "box(point(%s,%s),point(%s,%s))", list(found)
    if source.box is None:
        return f"{source.point} <@ {box}", corners
    if source.boxless_points:
        return f"({source.box} && {box} or ({source.box} is null and {source.point} <@ {box}))", corners * 2
    return f"{source.box} && {box}", corners


def _must_test(ask: Ask, source: Source) -> bool:
    by_box = bool(ask.area) and not (ask.straight and source.kind == "point")
    return by_box or (ask.where is not None and cql.spatial(ask.where))


def _table_page(ask: Ask, source: Source) -> Page:
    found, after, looked = Page(), ask.after, 0
    text, params = conditions(ask, source)
    testing = _must_test(ask, source)
    statement = f"{select(source, ask.signed)} where {text} and {source.key} > %s order by {source.key} limit %s"
    while True:
        batch = rows(statement, [*params, after, ask.limit + 1])
        items = _items(source, ask.signed, batch)
        looked += len(items)
        more = len(items) > ask.limit
        found.items += _tested(ask, items[: ask.limit]) if testing else items[: ask.limit]
        if more:
            after = items[ask.limit - 1].key
        if len(found.items) > ask.limit:
            found.items = found.items[: ask.limit]
            found.after = found.items[-1].key
        elif more and (len(found.items) == ask.limit or looked >= MOST_LOOKED_AT):
            found.after = after
        elif more:
            continue
        return found


def _tested(ask: Ask, items: list[Item]) -> list[Item]:
    if ask.area and items:
        shapes = [item.shape for item in items]
        touches = shapely.intersects(shapes, shapely.union_all(list(ask.area)))
        items = [item for item, good in zip(items, touches.tolist(), strict=True) if good]
    if ask.where is not None:
        items = [item for item in items if cql.holds(ask.where, item.properties, item.shape)]
    return items


def _items(source: Source, signed: Signed | None, found: Sequence[Sequence[Any]]) -> list[Item]:
    names = list(open_properties(source, signed))
    shapes = shapes_of(found)
    return [Item(str(row[0]), shape, facts(names, row)) for row, shape in zip(found, shapes, strict=True)]


def shapes_of(found: Sequence[Sequence[Any]]) -> list[Any]:
    """The shapes of rows of `select`: the WKB, or the bare point."""
    if not found:
        return []
    points = shapely.points([row[2] for row in found], [row[3] for row in found])
    if all(row[1] is None for row in found):
        return list(points)
    shapes = shapely.from_wkb([None if row[1] is None else bytes(row[1]) for row in found])
    return [point if shape is None else shape for shape, point in zip(shapes.tolist(), points.tolist(), strict=True)]


def facts(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    """The properties of a row of `select`; days as text."""
    return {name: value for name, value in zip(names, row[4:], strict=False) if value is not None}


def _held_page(ask: Ask, source: Held) -> Page:
    found = Page()
    for item in _held_items(ask, source, ask.after):
        if len(found.items) == ask.limit:
            found.after = found.items[-1].key
            break
        found.items.append(item)
    return found


def _held_items(ask: Ask, source: Held, after: str) -> Any:
    shelf = held.shelf(source, ask.day, ask.until)
    names = open_properties(source, ask.signed)
    places = shelf.touching(shapely.union_all(list(ask.area))) if ask.area else range(len(shelf.keys))
    for place in places:
        key, known = shelf.keys[place], shelf.properties[place]
        if key <= after or not filtered(ask.layer, known):
            continue
        item = Item(key, shelf.shapes[place], {n: known[n] for n in names if known.get(n) is not None})
        if ask.where is None or cql.holds(ask.where, item.properties, item.shape):
            yield item


def filtered(layer: Layer, properties: Mapping[str, Any]) -> bool:
    """Whether the layer shows a row of that kind at all."""
    return all(
        str(properties.get(name)) in [str(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        for name, wanted in layer.filter.items()
    )
