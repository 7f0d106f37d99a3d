"""OGC API Tiles: tile sets of each collection and of all together, tile matrix sets, and the tiles."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from citygrid.maps import listing, ogc, tiles
from citygrid.maps.listing import TILE_ZOOMS, LayerView
from citygrid.maps.ogc import MVT, OgcError, link, service, url
from citygrid.maps.ogc_crs import CRS84
from citygrid.maps.thinning import MOST, Place
from citygrid.maps.tiling import SCHEMES, Scheme
from citygrid.organization import seats

LONG = 86_400
MOST_LAYERS = 40
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
THINNED = (
    f"A tile holds at most {MOST} features of a collection. Where there are more, points are thinned evenly over the "
    "tile (the one nearest to the middle of each of 24 by 24 cells) and marked with thinned = true; of lines and "
    "polygons the largest are kept."
)


@service
def tile_sets(request: HttpRequest, code: str) -> HttpResponseBase:
    """The tile sets of a collection."""
    view = ogc.collection(request, code)
    return _sets(request, str(view.layer), [_brief(request, scheme, view) for scheme in SCHEMES.values()], code)


@service
def many_sets(request: HttpRequest) -> HttpResponseBase:
    """The tile sets of all collections together."""
    return _sets(request, "", [_brief(request, scheme, None) for scheme in SCHEMES.values()], None)


def _sets(request: HttpRequest, title: str, found: list[dict[str, Any]], code: str | None) -> HttpResponse:
    ogc.known(request)
    html = ogc.wants_html(request)
    document = {"links": ogc.twins(request, html), "tilesets": found}
    return ogc.answer(request, html, "tile_sets", document, title=title, code=code)


@service
def tile_set(request: HttpRequest, code: str, scheme: str) -> HttpResponseBase:
    """What there is to know of one tile set of a collection."""
    return _set(request, _scheme(scheme), ogc.collection(request, code))


@service
def many_set(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """The same of all collections together."""
    return _set(request, _scheme(scheme), None)


def _set(request: HttpRequest, scheme: Scheme, view: LayerView | None) -> HttpResponse:
    ogc.known(request)
    html = ogc.wants_html(request, "tilejson")
    views = ogc.collections(request) if view is None else [view]
    extent = listing.extent()["extent"]
    if request.GET.get("f") == "tilejson":
        document: dict[str, Any] = {
            "tilejson": "3.0.0", "name": str(view.layer) if view else "CityGrid",
            "tiles": [_zxy(_template(request, scheme, view))],
            "minzoom": TILE_ZOOMS[0], "maxzoom": TILE_ZOOMS[1], "description": THINNED,
            "vector_layers": [{"id": v.layer.code, "fields": _fields(v)} for v in views],
            **({"bounds": extent} if extent else {}),
        }  # fmt: skip
        return ogc.answer(request, False, "tile_set", document)
    document = _brief(request, scheme, view) | {
        "description": THINNED,
        "layers": [
            {"id": v.layer.code, "title": str(v.layer), "dataType": "vector", "description": v.layer.abstract,
             "minTileMatrix": str(v.layer.min_zoom), "maxTileMatrix": str(TILE_ZOOMS[1])}
            for v in views
        ],
        "tileMatrixSetLimits": _limits(scheme, extent),
        **({"boundingBox": {"lowerLeft": extent[:2], "upperRight": extent[2:], "crs": CRS84}} if extent else {}),
    }  # fmt: skip
    document["links"] = [*ogc.twins(request, html), *document["links"][1:]]
    return ogc.answer(request, html, "tile_set", document, view=view)


def _brief(request: HttpRequest, scheme: Scheme, view: LayerView | None) -> dict[str, Any]:
    name, args = ("tile_set", [view.layer.code, scheme.code]) if view else ("many_set", [scheme.code])
    definition = url(request, "matrix_set", scheme.code)
    return {
        "title": f"{view.layer if view else 'CityGrid'} ({scheme.code})",
        "dataType": "vector",
        "crs": scheme.crs,
        "tileMatrixSetURI": scheme.uri,
        "links": [
            link(url(request, name, *args), "self"),
            link(_template(request, scheme, view), "item", MVT, templated=True),
            link(definition, REL + "tiling-scheme"),
            link(url(request, name, *args, f="tilejson"), "describedby", title="TileJSON"),
        ],
    }


def _template(request: HttpRequest, scheme: Scheme, view: LayerView | None) -> str:
    name, args = ("tile", [view.layer.code, scheme.code]) if view else ("many_tile", [scheme.code])
    path = url(request, name, *args, 0, 0, 0).removesuffix("/0/0/0") + "/{tileMatrix}/{tileRow}/{tileCol}?f=mvt"
    return path if view else path + "&collections={collections}"


def _zxy(template: str) -> str:
    """As TileJSON names the parts; all collections when none are named."""
    for name, short in (("tileMatrix", "z"), ("tileRow", "y"), ("tileCol", "x")):
        template = template.replace(f"{{{name}}}", f"{{{short}}}")
    return template.replace("&collections={collections}", "")


def _fields(view: LayerView) -> dict[str, str]:
    assert view.source is not None, "only layers with a source have tiles"
    types = {"number": "Number", "integer": "Number", "bool": "Boolean"}
    return {"key": "String"} | {name: types.get(one.type, "String") for name, one in view.source.properties.items()}


def _limits(scheme: Scheme, extent: list[float] | None) -> list[dict[str, Any]]:
    """Which tiles have anything of the city."""
    found = []
    for zoom in range(TILE_ZOOMS[0], TILE_ZOOMS[1] + 1):
        wide, high = scheme.size(zoom)
        left, top, right, bottom = 0, 0, wide - 1, high - 1
        if extent:
            left, top = _place(scheme, zoom, extent[0], extent[3])
            right, bottom = _place(scheme, zoom, extent[2], extent[1])
        found.append({"tileMatrix": str(zoom), "minTileRow": top, "maxTileRow": bottom, "minTileCol": left,
                      "maxTileCol": right})  # fmt: skip
    return found


def _place(scheme: Scheme, zoom: int, lon: float, lat: float) -> tuple[int, int]:
    x, y = scheme.project(lon, lat)
    side = scheme.span / (1 << zoom)
    wide, high = scheme.size(zoom)
    column, row = int((float(x) - scheme.left) // side), int((scheme.top - float(y)) // side)
    return min(max(column, 0), wide - 1), min(max(row, 0), high - 1)


@service
def matrix_sets(request: HttpRequest) -> HttpResponseBase:
    """The tile matrix sets."""
    ogc.known(request)
    html = ogc.wants_html(request)
    sets = [
        {"id": one.code, "title": one.title, "uri": one.uri, "crs": one.crs,
         "links": [link(url(request, "matrix_set", one.code), "self")]}
        for one in SCHEMES.values()
    ]  # fmt: skip
    return ogc.answer(request, html, "matrix_sets", {"links": ogc.twins(request, html), "tileMatrixSets": sets})


@service
def matrix_set(request: HttpRequest, scheme: str) -> HttpResponseBase:
    """One tile matrix set."""
    ogc.known(request)
    html = ogc.wants_html(request)
    document = _scheme(scheme).document() | {"links": ogc.twins(request, html)}
    return ogc.answer(request, html, "matrix_set", document)


@service
def tile(request: HttpRequest, code: str, scheme: str, zoom: int, row: int, column: int) -> HttpResponseBase:
    """A vector tile of a collection."""
    choices = listing.choices(code)
    place = _placed(request, scheme, zoom, row, column, "v", *choices)
    view = ogc.collection(request, code)
    if any(name in request.GET for name in choices):
        view = listing.view_of(view.layer, seats.current(request), request.GET.dict()) or view
    return _tile(request, [view], place)


@service
def many_tile(request: HttpRequest, scheme: str, zoom: int, row: int, column: int) -> HttpResponseBase:
    """A vector tile with one layer for each of `collections` (all that one sees without it)."""
    place = _placed(request, scheme, zoom, row, column, "v", "collections")
    wanted = request.GET.get("collections")
    if wanted is None:
        views = ogc.collections(request)
    else:
        codes = list(dict.fromkeys(part for part in wanted.split(",") if part))
        if not codes or len(codes) > MOST_LAYERS:
            raise ogc.wrong(f"collections names from 1 to {MOST_LAYERS} collections.")
        views = [ogc.collection(request, code) for code in codes]
    return _tile(request, views, place)


def _placed(request: HttpRequest, scheme: str, zoom: int, row: int, column: int, *names: str) -> Place:
    ogc.known(request, *names)
    if request.GET.get("f", "mvt") != "mvt":
        raise ogc.wrong("Tiles are given as mvt.")
    found = _scheme(scheme)
    if zoom > TILE_ZOOMS[1] or column >= found.size(zoom)[0] or row >= found.size(zoom)[1]:
        raise OgcError(404, "NotFound", "There is no such tile.")
    return Place(found, zoom, row, column)


def _scheme(code: str) -> Scheme:
    if code not in SCHEMES:
        raise OgcError(404, "NotFound", f"There is no tile matrix set {code[:60]}.")
    return SCHEMES[code]


def _tile(request: HttpRequest, views: list[LayerView], place: Place) -> HttpResponse:
    signed = seats.current(request)
    keys = [tiles.key_of(view, signed, place) for view in views]
    tag = f'"{"".join(keys) if len(keys) == 1 else tiles.joined(keys)}"'
    found = ogc.unchanged(request, tag)
    if found is None:
        parts = tiles.parts_of(views, signed, place, keys)
        plain = b"".join(part.plain for part in parts)
        zipped = "gzip" in request.headers.get("Accept-Encoding", "") and bool(plain)
        found = HttpResponse(tiles.gzipped(parts) if zipped else plain, content_type=MVT)
        if zipped:
            found["Content-Encoding"] = "gzip"
        found["ETag"] = tag
    if request.GET.get("v"):
        found["Cache-Control"] = f"private, max-age={LONG}"
    patch_vary_headers(found, ["Accept-Encoding"])
    return found
