"""Addresses of this package."""

from django.urls import URLPattern, URLResolver, path

from citygrid.maps import listing_pages

app_name = "maps"

urlpatterns: list[URLPattern | URLResolver] = [
    path("maps/layers.json", listing_pages.layers, name="layers"),
    path("areas/basemap/<slug:code>.geojson", listing_pages.base_layer, name="base_layer"),
]
