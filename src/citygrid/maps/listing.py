"""The list of layers that somebody sees, as the map component reads it (`/maps/layers.json`)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import shapely
from django.urls import reverse
from django.utils.translation import get_language

from citygrid.areas.models import Area
from citygrid.maps import external, reading, register, sharing
from citygrid.maps.models import EXTERNAL, Layer
from citygrid.maps.sources import AnySource, Held
from citygrid.organization.seats import Signed

TILE_ZOOMS = (0, 18)
"""Beyond the last the map enlarges tiles of the last."""


@dataclass(frozen=True, slots=True)
class LayerView:
    """A layer that somebody sees, with the source that it draws from (None: an external service)."""

    layer: Layer
    source: AnySource | None
    state: str


def layers_for(signed: Signed | None) -> list[LayerView]:
    """The published layers that the post (None: nobody is signed in) sees, the topmost first."""
    found = []
    for layer in register.current().layers.values():
        if layer.published and sharing.visible(layer, signed):
            view = view_of(layer, signed)
            if view is not None:
                found.append(view)
    return found


def one(code: str, signed: Signed | None) -> LayerView | None:
    """One layer, None when there is none of that code for them: whoever may not see it is told nothing."""
    layer = register.current().layers.get(code)
    return view_of(layer, signed) if layer is not None and sharing.visible(layer, signed) else None


def choices(code: str) -> tuple[str, ...]:
    """Which parameters tiles of the layer may carry."""
    layer = register.current().layers.get(code)
    source = reading.source_of(layer) if layer is not None else None
    return tuple(source.choices) if isinstance(source, Held) else ()


def view_of(layer: Layer, signed: Signed | None = None, chosen: Mapping[str, str] | None = None) -> LayerView | None:
    """The layer with its source, as the post has it where rows differ; None when its source is not known (any more)."""
    if layer.kind in EXTERNAL:
        return LayerView(layer, None, "")
    source = reading.source_of(layer)
    if isinstance(source, Held) and source.reader is not None:
        source = source.reader(signed, {name: (chosen or {}).get(name, "") for name in source.choices})
    return None if source is None else LayerView(layer, source, reading.state_of(layer, source))


def document(signed: Signed | None) -> dict[str, Any]:
    """What the map component needs, in the reader's language."""
    views = layers_for(signed)
    groups = [group for group in register.current().groups if any(v.layer.group_id == group.pk for v in views)]
    found: dict[str, Any] = {
        "groups": [{"code": group.code, "name": str(group)} for group in groups],
        "layers": [facts_of(view) for view in views],
        **extent(),
    }
    text = json.dumps([found, get_language()], sort_keys=True, default=str)
    state = hashlib.sha256(text.encode()).hexdigest()[:20]
    many = reverse("maps:many_tile", args=["WebMercatorQuad", 0, 0, 0]).replace("/0/0/0", "/{z}/{y}/{x}")
    return {"state": state, **found, "many_tiles": f"{many}?f=mvt&collections={{codes}}&v={state}"}


def overdue(layer: Layer, today: date) -> int:
    """How many days the layer's data is older than its refresh rule allows; 0: it is not."""
    if not layer.refresh or layer.data_date is None:
        return 0
    return max(0, (today - layer.data_date - timedelta(days=layer.refresh)).days)


def extent() -> dict[str, Any]:
    """Box and centre of the city in degrees, None before there is one."""
    rows = Area.objects.filter(kind="city", valid_to=None).order_by("-id").values_list("centre_lon", "centre_lat", "pk")
    city = rows.first()
    if city is None:
        return {"extent": None, "centre": None}
    return {"extent": _box(city[2]), "centre": [city[0], city[1]]}


def _box(area: int) -> list[float] | None:
    wkb = bytes(Area.objects.values_list("geometry", flat=True).get(pk=area))
    return [round(float(one), 7) for one in shapely.bounds(shapely.from_wkb(wkb))] if wkb else None


def facts_of(view: LayerView) -> dict[str, Any]:
    """One layer as the map component reads it."""
    layer = view.layer
    facts: dict[str, Any] = {
        "code": layer.code, "name": str(layer), "group": layer.group.code if layer.group else None,
        "kind": layer.kind, "geometry": layer.geometry, "base": layer.base, "shown": layer.shown,
        "min_zoom": layer.min_zoom, "max_zoom": layer.max_zoom, "style": layer.style,
        "attribution": layer.attribution, "licence": layer.licence, "steward": layer.steward,
        "data_date": layer.data_date.isoformat() if layer.data_date else None, "abstract": layer.abstract,
    }  # fmt: skip
    if view.source is None:
        return facts | {"address": external.address_of(layer), "options": layer.options}
    tile = reverse("maps:tile", args=[layer.code, "WebMercatorQuad", 0, 0, 0]).replace("/0/0/0", "/{z}/{y}/{x}")
    return facts | {
        "tiles": f"{tile}?f=mvt&v={view.state}",
        "tile_zooms": list(TILE_ZOOMS),
        "items": reverse("maps:items", args=[layer.code]) + "/",
        "link": view.source.link,
        "properties": _properties(view.source),
    }


def _properties(source: AnySource) -> list[Mapping[str, Any]]:
    return [
        {"name": name, "title": str(one.title) or name, "type": one.type} for name, one in source.properties.items()
    ]
