"""Addresses of areas and of the base map."""

from django.urls import path

from citygrid.areas import pages

app_name = "areas"

urlpatterns = [
    path("areas/basemap/<slug:name>.geojson", pages.base_layer, name="base_layer"),
    path("areas/<slug:kind>.geojson", pages.areas, name="areas"),
]
