"""Addresses of personal data."""

from django.urls import path

from citygrid.personal import pages, record_pages

app_name = "personal"

urlpatterns = [
    path("personal-data/", pages.demands, name="demands"),
    path("personal-data/new/", pages.new, name="new"),
    path("personal-data/looks/", record_pages.looks, name="looks"),
    path("personal-data/forgotten/", record_pages.forgotten, name="forgotten"),
    path("personal-data/<uuid:demand_id>/", pages.demand, name="demand"),
    path("personal-data/<uuid:demand_id>/decision/", pages.decide, name="decide"),
    path("personal-data/<uuid:demand_id>/copy.zip", pages.copy, name="copy"),
]
