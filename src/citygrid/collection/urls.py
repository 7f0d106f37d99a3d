"""Addresses of collection; each room lists its own."""

from django.urls import URLPattern, URLResolver

from citygrid.collection.evidence import evidence_urls
from citygrid.collection.field import field_urls
from citygrid.collection.patrol import patrol_urls
from citygrid.collection.surveys import surveys_urls
from citygrid.collection.syncing import syncing_urls
from citygrid.collection.teams import teams_urls

app_name = "collection"

urlpatterns: list[URLPattern | URLResolver] = [
    *evidence_urls.urlpatterns,
    *field_urls.urlpatterns,
    *patrol_urls.urlpatterns,
    *syncing_urls.urlpatterns,
    *teams_urls.urlpatterns,
    *surveys_urls.urlpatterns,
]
