"""Addresses of areas."""

from django.urls import path

from citygrid.areas import pages

app_name = "areas"

urlpatterns = [
    path("areas/<slug:kind>.geojson", pages.areas, name="areas"),
]
