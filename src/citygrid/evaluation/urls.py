"""Addresses of the evaluation."""

from django.urls import path

from citygrid.evaluation import pages

app_name = "evaluation"

urlpatterns = [
    path("evaluation/", pages.table, name="table"),
    path("evaluation/table.csv", pages.file, name="file"),
    path("evaluation/<slug:key>/", pages.open_number, name="open"),
]
