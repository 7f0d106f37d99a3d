"""Addresses of the maintenance fund."""

from django.urls import path

from citygrid.evaluation.upkeep import pages

patterns = [
    path("evaluation/funds/", pages.listed, name="funds"),
    path("evaluation/funds/<uuid:pk>/", pages.one, name="fund"),
    path("evaluation/funds/<uuid:pk>/components/", pages.components, name="fund_components"),
    path("evaluation/funds/<uuid:pk>/file.<slug:kind>", pages.file, name="fund_file"),
]
