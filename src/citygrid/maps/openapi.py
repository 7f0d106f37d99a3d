"""The description of the OGC services in OpenAPI 3.0, for the collections that somebody sees."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from citygrid import __version__
from citygrid.maps import ogc_crs, ogc_params
from citygrid.maps.listing import TILE_ZOOMS, LayerView
from citygrid.maps.ogc import GEOJSON, HTML, JSON, MVT, OPENAPI, SCHEMA
from citygrid.maps.tiling import SCHEMES

Table = dict[str, Any]


def document(request: HttpRequest, views: Iterable[LayerView]) -> Table:
    """The whole description."""
    codes = [view.layer.code for view in views]
    return {
        "openapi": "3.0.3",
        "info": {"title": "CityGrid map services", "version": __version__, "description": "OGC API Features and Tiles"},
        "servers": [{"url": request.build_absolute_uri("/ogc/").rstrip("/")}],
        "security": [{}, {"key": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "basic", "description": "An access key as password"}},
            "parameters": _parameters(codes),
            "schemas": {
                "exception": {"type": "object", "required": ["code"],
                              "properties": {"code": {"type": "string"}, "description": {"type": "string"}}},
                "any": {"type": "object"},
            },
            "responses": {
                "Problem": {"description": "What was wrong", "content": {JSON: {"schema": _schema("exception")}}},
            },
        },
    }  # fmt: skip


def _schema(name: str) -> Table:
    return {"$ref": f"#/components/schemas/{name}"}


def _paths() -> Table:
    one, items = "/collections/{collectionId}", "/collections/{collectionId}/items"
    sets = "/collections/{collectionId}/tiles"
    tile = "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}"
    at = ("collectionId",)
    return {
        "/": _get("getLandingPage", "Landing page", ("f",)),
        "/api": _get("getApi", "This description", ("f",), OPENAPI),
        "/conformance": _get("getConformance", "Classes that are held", ("f",)),
        "/collections": _get("getCollections", "All collections", ("f",)),
        one: _get("getCollection", "One collection", (*at, "f")),
        f"{one}/queryables": _get("getQueryables", "What one may filter by", (*at, "f"), SCHEMA),
        items: _get("getFeatures", "A page of features", (*at, "f", *ogc_params.NAMES), GEOJSON),
        f"{items}/{{featureId}}": _get(
            "getFeature", "One feature", (*at, "featureId", "f", "crs", "datetime"), GEOJSON
        ),
        sets: _get("getTileSets", "Tile sets of a collection", (*at, "f")),
        f"{sets}/{{tileMatrixSetId}}": _get("getTileSet", "One tile set", (*at, "tileMatrixSetId", "f")),
        sets + tile: _get("getTile", "A tile", (*at, *PLACE, "f"), MVT),
        "/tiles": _get("getDatasetTileSets", "Tile sets of all collections", ("f",)),
        "/tiles/{tileMatrixSetId}": _get("getDatasetTileSet", "One of them", ("tileMatrixSetId", "f")),
        "/tiles" + tile: _get("getDatasetTile", "A tile of several collections", (*PLACE, "f", "collections"), MVT),
        "/tileMatrixSets": _get("getTileMatrixSets", "Tile matrix sets", ("f",)),
        "/tileMatrixSets/{tileMatrixSetId}": _get("getTileMatrixSet", "One of them", ("tileMatrixSetId", "f")),
    }


PLACE = ("tileMatrixSetId", "tileMatrix", "tileRow", "tileCol")


def _get(name: str, summary: str, parameters: Iterable[str], type_: str = JSON) -> Table:
    content: Table = {type_: {"schema": _schema("any")}}
    if type_ == MVT:
        content = {MVT: {"schema": {"type": "string", "format": "binary"}}}
    else:
        content[HTML] = {"schema": {"type": "string"}}
    problem = {"$ref": "#/components/responses/Problem"}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "parameters": [{"$ref": f"#/components/parameters/{one}"} for one in parameters],
            "responses": {"200": {"description": summary, "content": content}, "400": problem, "404": problem},
        }
    }


def _parameters(codes: list[str]) -> Table:
    whole = {"type": "integer", "minimum": 0}
    text = {"type": "string"}
    crs = {"type": "string", "format": "uri", "enum": list(ogc_crs.offered()), "default": ogc_crs.CRS84}
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    limit = {"type": "integer", "minimum": 1, "maximum": ogc_params.MOST, "default": ogc_params.USUAL}
    switch = {"type": "boolean", "default": False}
    listed = {"type": "array", "items": text}
    collection = {**text, "enum": codes} if codes else text
    return {
        "f": _query("f", {**text, "enum": ["json", "html", "geojson", "tilejson", "mvt"]}),
        "collectionId": _path("collectionId", collection),
        "featureId": _path("featureId", text),
        "tileMatrixSetId": _path("tileMatrixSetId", {**text, "enum": list(SCHEMES)}),
        "tileMatrix": _path("tileMatrix", {**whole, "maximum": TILE_ZOOMS[1]}),
        "tileRow": _path("tileRow", whole),
        "tileCol": _path("tileCol", whole),
        "collections": _query("collections", {"type": "array", "items": collection}, listed=True),
        "limit": _query("limit", limit),
        "after": _query("after", text, "Where the page begins; taken from a next link"),
        "bbox": _query("bbox", numbers, listed=True),
        "bbox-crs": _query("bbox-crs", crs),
        "crs": _query("crs", crs),
        "datetime": _query("datetime", text, "A day or moment, or an interval; features as they were then"),
        "filter": _query("filter", text, "CQL2"),
        "filter-lang": _query("filter-lang", {**text, "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"}),
        "filter-crs": _query("filter-crs", crs),
        "properties": _query("properties", listed, "Only these properties", listed=True),
        "skipGeometry": _query("skipGeometry", switch, "Without shapes"),
        "count": _query("count", switch, "Say how many match, when they are not too many"),
    }


def _query(name: str, schema: Table, description: str = "", listed: bool = False) -> Table:
    found: Table = {"name": name, "in": "query", "required": False, "schema": schema, "style": "form", "explode": False}
    if not listed:
        del found["style"], found["explode"]
        if name in ("limit", "datetime"):
            found |= {"style": "form", "explode": False}
    return found | ({"description": description} if description else {})


def _path(name: str, schema: Table) -> Table:
    return {"name": name, "in": "path", "required": True, "schema": schema}
