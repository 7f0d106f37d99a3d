"""Addresses of this package. Those below /ogc/ are opened by access keys as well (`organization/keys.py`)."""

from django.urls import URLPattern, URLResolver, path

from citygrid.maps import item_pages, listing_pages, manager_pages, map_page, ogc_pages, tile_pages

app_name = "maps"

TILE = "<slug:scheme>/<int:zoom>/<int:row>/<int:column>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("maps/", map_page.page, name="map"),
    path("maps/layers.json", listing_pages.layers, name="layers"),
    path("maps/manage/", manager_pages.layers, name="manager"),
    path("maps/manage/new/", manager_pages.new, name="new_layer"),
    path("maps/manage/order/", manager_pages.order, name="order"),
    path("maps/manage/groups/", manager_pages.group, name="group"),
    path("maps/manage/layers/<slug:code>/", manager_pages.layer, name="layer"),
    path("maps/manage/layers/<slug:code>/file/", manager_pages.file, name="layer_file"),
    path("maps/manage/layers/<slug:code>/remove/", manager_pages.remove, name="remove_layer"),
    path("ogc/", ogc_pages.landing, name="ogc"),
    path("ogc/conformance", ogc_pages.conformance, name="conformance"),
    path("ogc/api", ogc_pages.api, name="api"),
    path("ogc/collections", ogc_pages.collections, name="collections"),
    path("ogc/collections/<slug:code>", ogc_pages.collection, name="collection"),
    path("ogc/collections/<slug:code>/queryables", ogc_pages.queryables, name="queryables"),
    path("ogc/collections/<slug:code>/items", item_pages.items, name="items"),
    path("ogc/collections/<slug:code>/items/<path:key>", item_pages.item, name="item"),
    path("ogc/collections/<slug:code>/tiles", tile_pages.tile_sets, name="tile_sets"),
    path("ogc/collections/<slug:code>/tiles/<slug:scheme>", tile_pages.tile_set, name="tile_set"),
    path(f"ogc/collections/<slug:code>/tiles/{TILE}", tile_pages.tile, name="tile"),
    path("ogc/tiles", tile_pages.many_sets, name="many_sets"),
    path("ogc/tiles/<slug:scheme>", tile_pages.many_set, name="many_set"),
    path(f"ogc/tiles/{TILE}", tile_pages.many_tile, name="many_tile"),
    path("ogc/tileMatrixSets", tile_pages.matrix_sets, name="matrix_sets"),
    path("ogc/tileMatrixSets/<slug:scheme>", tile_pages.matrix_set, name="matrix_set"),
]
