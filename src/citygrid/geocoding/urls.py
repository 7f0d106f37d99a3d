"""Addresses of this package."""

from django.urls import URLPattern, URLResolver, path

from citygrid.geocoding import batch_pages, pages, place_pages

app_name = "geocoding"

urlpatterns: list[URLPattern | URLResolver] = [
    path("geocoding/", pages.search_page, name="search"),
    path("geocoding/places/", place_pages.places, name="places"),
    path("geocoding/places/new/", place_pages.new, name="new"),
    path("geocoding/places/<str:code>/", place_pages.place, name="place"),
    path("geocoding/places/<str:code>/alias/", place_pages.alias, name="alias"),
    path("geocoding/places/<str:code>/retire/", place_pages.retire, name="retire"),
    path("geocoding/files/", batch_pages.batches, name="batches"),
    path("geocoding/files/<uuid:pk>/", batch_pages.batch, name="batch"),
    path("geocoding/files/<uuid:pk>/answer/", batch_pages.download, name="download"),
]
