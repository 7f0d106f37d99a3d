"""Addresses of upkeep."""

from django.urls import path

from citygrid.console import pages

app_name = "console"

urlpatterns = [
    path("audit/", pages.lines, name="audit"),
    path("audit.csv", pages.file, name="audit_file"),
]
