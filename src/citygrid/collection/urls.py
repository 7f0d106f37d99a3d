"""Addresses of collection; each room lists its own."""

from django.urls import URLPattern, URLResolver

from citygrid.collection.field import field_urls
from citygrid.collection.syncing import syncing_urls

app_name = "collection"

urlpatterns: list[URLPattern | URLResolver] = [
    *field_urls.urlpatterns,
    *syncing_urls.urlpatterns,
]
