"""Addresses around scores: what if, my score, comparison, map, my month, what a case counts in."""

from django.urls import path

from citygrid.evaluation import (
    case_pages,
    comparing_pages,
    my_month_pages,
    my_score_pages,
    score_map_pages,
    whatif_pages,
)

urlpatterns = [
    path("evaluation/scores/what-if/", whatif_pages.page, name="what_if"),
    path("evaluation/scores/compare/", comparing_pages.page, name="compare"),
    path("evaluation/scores/map/", score_map_pages.page, name="score_map"),
    path("evaluation/my-score/", my_score_pages.mine, name="my_score"),
    path("evaluation/my-month/", my_month_pages.mine, name="my_month"),
    path("evaluation/my-month/<slug:key>/", my_month_pages.number, name="my_number"),
    path("evaluation/of-case/<uuid:case_id>/", case_pages.effects, name="of_case"),
]
