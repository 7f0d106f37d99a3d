"""OGC API Tiles: tile sets, tile matrix sets, tiles of one and of several collections (MVT)."""

from itertools import pairwise

import mapbox_vector_tile
import pyproj
import pytest

REL = "http://www.opengis.net/def/rel/ogc/1.0/"


@pytest.fixture
def lamps(world):
    return world.layer("lamps", world.points(200))


def links(document, rel):
    return [one for one in document["links"] if one["rel"] == rel]


@pytest.mark.parametrize("start", ["/ogc/", "/ogc/collections/lamps"])
def test_tile_sets_are_found_from_the_landing_page_and_from_the_collection(owner, lamps, start):
    """/req/tilesets-list/tsl-op, tsl-success, /req/dataset-tilesets/landingpage, /req/geodata-tilesets/desc."""
    listed = owner.get(links(owner.get(start).json(), REL + "tilesets-vector")[0]["href"]).json()
    assert len(listed["tilesets"]) == 3
    for one in listed["tilesets"]:
        assert one["dataType"] == "vector" and one["crs"] and one["tileMatrixSetURI"]
        whole = owner.get(links(one, "self")[0]["href"]).json()
        assert whole["crs"] == one["crs"] and links(whole, "item")[0]["templated"] is True
        assert whole["layers"] and "thinned" in whole["description"]


@pytest.mark.parametrize("code", ["WebMercatorQuad", "WorldCRS84Quad", "CGCS2000Quad"])
def test_a_tile_set_describes_itself(owner, lamps, code):
    """/req/tileset/description, /req/tileset/tms, limits: the tiles of the city lie within them."""
    whole = owner.get(f"/ogc/collections/lamps/tiles/{code}").json()
    definition = owner.get(links(whole, REL + "tiling-scheme")[0]["href"]).json()
    assert definition["id"] == code and definition["uri"] == whole["tileMatrixSetURI"]
    assert definition["crs"] == whole["crs"]
    template = links(whole, "item")[0]["href"]
    bounds = {one["tileMatrix"]: one for one in whole["tileMatrixSetLimits"]}
    seen = set()
    limit = bounds["13"]
    for row in range(limit["minTileRow"], limit["maxTileRow"] + 1):
        for column in range(limit["minTileCol"], limit["maxTileCol"] + 1):
            address = template.replace("{tileMatrix}", "13").replace("{tileRow}", str(row))
            answer = owner.get(address.replace("{tileCol}", str(column)))
            assert answer.status_code == 200 and answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
            layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
            seen |= {one["properties"]["key"] for one in layers.get("lamps", {"features": []})["features"]}
    assert len(seen) == 200


@pytest.mark.parametrize("code", ["WebMercatorQuad", "WorldCRS84Quad", "CGCS2000Quad"])
def test_a_tile_matrix_set_fits_together(owner, code):
    """OGC 17-083r4: each level halves the cells, the matrix covers its world, the corner has the axes' order."""
    definition = owner.get(f"/ogc/tileMatrixSets/{code}").json()
    levels = definition["tileMatrices"]
    for one, following in pairwise(levels):
        assert one["cellSize"] == pytest.approx(2 * following["cellSize"])
        assert one["scaleDenominator"] == pytest.approx(2 * following["scaleDenominator"])
        assert (
            following["matrixWidth"] == 2 * one["matrixWidth"] and following["matrixHeight"] == 2 * one["matrixHeight"]
        )
    crs = pyproj.CRS(definition["crs"].replace("http://www.opengis.net/def/crs/", "").replace("/0/", ":").replace(
        "OGC/1.3/CRS84", "OGC:CRS84"))  # fmt: skip
    corner = dict(zip([axis.direction for axis in crs.axis_info], levels[0]["pointOfOrigin"], strict=True))
    west, north = (-180, 90) if crs.is_geographic else (-20037508.342789244, 20037508.342789244)
    assert (corner["east"], corner["north"]) == (pytest.approx(west), pytest.approx(north))
    denominator = {"WebMercatorQuad": 559082264.0287178}.get(code, 279541132.0143589)
    assert levels[0]["scaleDenominator"] == pytest.approx(denominator, rel=1e-9)


def test_tiles_are_mvt(owner, lamps):
    """/req/core/tc-op, tc-success, /req/mvt/content: version 2, extent 4096, one layer named by the collection."""
    answer = owner.get("/ogc/collections/lamps/tiles/WebMercatorQuad/14/6694/13721")
    layers = mapbox_vector_tile.decode(answer.content)
    assert set(layers) == {"lamps"} and layers["lamps"]["extent"] == 4096 and layers["lamps"]["version"] == 2
    assert owner.get("/ogc/collections/lamps/tiles/WebMercatorQuad/14/0/0").content == b""


def test_the_collections_of_a_tile_can_be_chosen(owner, stranger, lamps):
    """/req/collections-selection/definition, response, /req/dataset-tilesets: all that one sees without a choice."""
    path = "/ogc/tiles/WebMercatorQuad/14/6694/13721"
    assert set(mapbox_vector_tile.decode(owner.get(f"{path}?collections=grid,lamps").content)) == {"grid", "lamps"}
    everything = set(mapbox_vector_tile.decode(owner.get(path).content))
    assert {"lamps", "grid", "roads"} <= everything
    assert not {"lamps", "grid"} & set(mapbox_vector_tile.decode(stranger.get(path).content))
    assert stranger.get(f"{path}?collections=lamps").status_code == 404
    assert owner.get(f"{path}?collections=").status_code == 400


@pytest.mark.parametrize("query", ["f=png", "colour=red"])
def test_what_a_tile_is_not_is_refused(owner, lamps, query):
    """/req/core/tc-error."""
    assert owner.get(f"/ogc/collections/lamps/tiles/WebMercatorQuad/14/6694/13721?{query}").status_code == 400


def test_tilejson_is_given_for_map_libraries(owner, lamps):
    document = owner.get("/ogc/collections/lamps/tiles/WebMercatorQuad?f=tilejson").json()
    assert document["tilejson"] == "3.0.0" and document["vector_layers"][0]["id"] == "lamps"
    address = document["tiles"][0].replace("{z}", "14").replace("{y}", "6689").replace("{x}", "13721")
    assert owner.get(address).status_code == 200
