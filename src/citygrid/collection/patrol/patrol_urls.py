"""Addresses of patrols."""

from django.urls import path

from citygrid.collection.patrol import patrol_pages

urlpatterns = [
    path("collection/patrols/", patrol_pages.listed, name="patrols"),
    path("collection/patrols/export.csv", patrol_pages.export, name="patrols_export"),
    path("collection/patrols/<uuid:pk>/", patrol_pages.one, name="patrol"),
]
