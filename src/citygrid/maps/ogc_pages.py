"""The OGC services' own pages: landing page, conformance, description, collections, queryables."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from citygrid.maps import listing, ogc, ogc_crs, openapi, reading
from citygrid.maps.listing import LayerView
from citygrid.maps.ogc import GEOJSON, HTML, OPENAPI, SCHEMA, link, service, url
from citygrid.maps.tile_pages import REL
from citygrid.organization import seats
from citygrid.web.context import Names
from citygrid.web.words import chinese

SPEC = "http://www.opengis.net/spec/"
CONFORMANCE = tuple(
    SPEC + one
    for one in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-1/1.0/conf/html",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/queryables",
        "ogcapi-features-3/1.0/conf/queryables-query-parameters",
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/advanced-comparison-operators",
        "cql2/1.0/conf/basic-spatial-functions",
        "cql2/1.0/conf/basic-spatial-functions-plus",
        "cql2/1.0/conf/spatial-functions",
        "cql2/1.0/conf/property-property",
        "ogcapi-tiles-1/1.0/conf/core",
        "ogcapi-tiles-1/1.0/conf/tileset",
        "ogcapi-tiles-1/1.0/conf/tilesets-list",
        "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
        "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
        "ogcapi-tiles-1/1.0/conf/collections-selection",
        "ogcapi-tiles-1/1.0/conf/mvt",
    )
)
"""Each of these has its tests in tests/maps/conformance/."""


@service
def landing(request: HttpRequest) -> HttpResponseBase:
    """Where everything is."""
    ogc.known(request)
    html = ogc.wants_html(request)
    document = {
        "title": f"{Names.of_city(chinese())} CityGrid",
        "description": _("Map layers of the city: areas, components, base map and imported layers."),
        "links": [
            *ogc.twins(request, html),
            link(url(request, "api", f="json"), "service-desc", OPENAPI, "OpenAPI 3.0"),
            link(url(request, "api", f="html"), "service-doc", HTML, "OpenAPI 3.0"),
            link(url(request, "conformance"), "conformance", title=_("Conformance")),
            link(url(request, "collections"), "data", title=_("Collections")),
            link(url(request, "many_sets"), REL + "tilesets-vector", title=_("Vector tiles")),
            link(url(request, "matrix_sets"), REL + "tiling-schemes", title=_("Tile matrix sets")),
        ],
    }
    return ogc.answer(request, html, "landing", document)


@service
def conformance(request: HttpRequest) -> HttpResponseBase:
    """Which classes of which standards are held."""
    ogc.known(request)
    html = ogc.wants_html(request)
    return ogc.answer(request, html, "conformance", {"conformsTo": CONFORMANCE, "links": ogc.twins(request, html)})


@service
def api(request: HttpRequest) -> HttpResponseBase:
    """The description of the service as OpenAPI 3.0."""
    ogc.known(request)
    html = ogc.wants_html(request)
    return ogc.answer(request, html, "api", openapi.document(request, ogc.collections(request)), OPENAPI)


@service
def collections(request: HttpRequest) -> HttpResponseBase:
    """All collections that one sees."""
    ogc.known(request)
    html = ogc.wants_html(request)
    found = [_collection(request, view) for view in ogc.collections(request)]
    document = {"links": ogc.twins(request, html), "crs": list(ogc_crs.offered()), "collections": found}
    return ogc.answer(request, html, "collections", document)


@service
def collection(request: HttpRequest, code: str) -> HttpResponseBase:
    """One collection."""
    view = ogc.collection(request, code)
    ogc.known(request)
    html = ogc.wants_html(request)
    document = _collection(request, view)
    document["links"] = [*ogc.twins(request, html), *document["links"][1:]]
    return ogc.answer(request, html, "collection", document, view=view)


@service
def queryables(request: HttpRequest, code: str) -> HttpResponseBase:
    """What one may filter by, as a JSON Schema."""
    view = ogc.collection(request, code)
    ogc.known(request)
    html = ogc.wants_html(request)
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url(request, "queryables", code),
        "type": "object",
        "title": str(view.layer),
        "additionalProperties": False,
        "properties": {
            "geometry": {"title": _("Geometry"), "format": f"geometry-{_shape_word(view)}",
                         "x-ogc-role": "primary-geometry"},
            **{name: _schema(name, one) for name, one in _open(request, view).items()},
        },
    }  # fmt: skip
    return ogc.answer(request, html, "queryables", document, SCHEMA, view=view)


def _open(request: HttpRequest, view: LayerView) -> dict[str, Any]:
    assert view.source is not None, "ogc.collection gives only layers with a source"
    return reading.open_properties(view.source, seats.current(request))


def _schema(name: str, one: Any) -> dict[str, Any]:
    kind = {"number": "number", "integer": "integer", "bool": "boolean"}.get(one.type, "string")
    return {"title": str(one.title) or name, "type": kind, **({"format": "date"} if one.type == "date" else {})}


def _shape_word(view: LayerView) -> str:
    return {"point": "point-or-multipoint", "line": "linestring-or-multilinestring",
            "polygon": "polygon-or-multipolygon"}.get(view.layer.geometry, "any")  # fmt: skip


def _collection(request: HttpRequest, view: LayerView) -> dict[str, Any]:
    layer, code = view.layer, view.layer.code
    extent = listing.extent()["extent"] or [-180.0, -90.0, 180.0, 90.0]
    return {
        "id": code,
        "title": str(layer),
        "description": layer.abstract,
        **({"attribution": layer.attribution} if layer.attribution else {}),
        "extent": {
            "spatial": {"bbox": [extent], "crs": ogc_crs.CRS84},
            **({"temporal": {"interval": [[f"{layer.data_date}T00:00:00Z", None]]}} if layer.data_date else {}),
        },
        "itemType": "feature",
        "crs": list(ogc_crs.offered()),
        "storageCrs": ogc_crs.CRS84,
        "links": [
            link(url(request, "collection", code), "self"),
            link(url(request, "items", code, f="json"), "items", GEOJSON, str(layer)),
            link(url(request, "items", code, f="html"), "items", HTML, str(layer)),
            link(url(request, "queryables", code), REL + "queryables", SCHEMA, _("Properties to filter by")),
            link(url(request, "tile_sets", code), REL + "tilesets-vector", title=_("Vector tiles")),
            *([link(layer.licence, "license", HTML)] if layer.licence.startswith("http") else []),
        ],
    }  # fmt: skip
