"""The base map of the pack: layers that are open to everybody, so that a device may keep their tiles without a name on
them, with what it needs to draw them; a city without a base map has none, and the outlines of the grids are the map."""

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from citygrid.collection.syncing import pack
from citygrid.maps import listing
from citygrid.maps.listing import LayerView
from citygrid.organization.seats import Signed

SCHEME = "WebMercatorQuad"
ZOOMS = (14, 17)
"""Tiles (512 pixels wide) that a device fetches ahead for its duty grids; deeper ones are enlarged."""
MOST_TILES = 160
MARK = "collector-"
"""Begins the version in a tile's address: the worker keeps tiles of the app's map alone (`worker.js`)."""
DRAWN = ("line", "fill", "label", "rules", "rules_else")


def register() -> None:
    """Called when the app starts."""
    pack.section("map", section)


def section(signed: Signed, now: datetime) -> dict[str, Any] | None:
    """`layers`: from the lowest to the topmost, with code, geometry, zooms and style (docs/maps.md). `tiles`: template
    of the address. None: there is no open base map."""
    views = [view for view in listing.layers_for(None) if view.layer.base and view.source is not None]
    if not views:
        return None
    codes = ",".join(view.layer.code for view in views)
    state = hashlib.sha256(",".join(view.state for view in views).encode()).hexdigest()[:12]
    path = reverse("maps:many_tile", args=[SCHEME, 0, 0, 0]).replace("/0/0/0", "/{z}/{y}/{x}")
    return {
        "tiles": f"{path}?f=mvt&collections={quote(codes)}&v={MARK}{state}",
        "zooms": list(ZOOMS),
        "most": MOST_TILES,
        "attributions": sorted({view.layer.attribution for view in views if view.layer.attribution}),
        "layers": [_drawn(view) for view in reversed(views)],
    }


def _drawn(view: LayerView) -> dict[str, Any]:
    layer = view.layer
    style = {name: layer.style[name] for name in DRAWN if name in layer.style}
    zooms = {"min_zoom": layer.min_zoom, "max_zoom": layer.max_zoom}
    return {"code": layer.code, "geometry": layer.geometry, **zooms, "style": style}
