"""Addresses of the evaluation."""

from django.urls import path

from citygrid.evaluation import (
    closing_urls,
    entry_pages,
    formula_pages,
    pages,
    scheme_urls,
    score_pages,
    score_urls,
    waiting_pages,
)
from citygrid.evaluation.insight import pages as insight_pages
from citygrid.evaluation.standing import urls as standing

app_name = "evaluation"

urlpatterns = [
    path("evaluation/", pages.table, name="table"),
    path("evaluation/table.csv", pages.file, name="file"),
    path("evaluation/scores/", score_pages.table, name="scores"),
    path("evaluation/scores/scores.csv", score_pages.file, name="scores_file"),
    path("evaluation/scores/subject/", score_pages.subject, name="score"),
    path("evaluation/entries/", entry_pages.listed, name="entries"),
    path("evaluation/entries/new/", entry_pages.new, name="new_entry"),
    path("evaluation/entries/table/", entry_pages.table, name="entry_table"),
    path("evaluation/entries/<uuid:pk>/", entry_pages.one, name="entry"),
    path("evaluation/entries/<uuid:pk>/change/", entry_pages.change, name="change_entry"),
    path("evaluation/waiting/", waiting_pages.note, name="waiting"),
    path("evaluation/workbench/", formula_pages.workbench, name="workbench"),
    path("evaluation/insight/", insight_pages.index, name="insight"),
    path("evaluation/insight/recurrences/<uuid:case>/undo/", insight_pages.undo, name="insight_undo"),
    path("evaluation/insight/cases/<uuid:case>/", insight_pages.beside, name="insight_beside"),
    path("evaluation/insight/cases/<uuid:case>/above/", insight_pages.beside, name="insight_above"),
    path("evaluation/insight/<slug:name>/", insight_pages.page, name="insight_page"),
    path("evaluation/insight/<slug:name>.csv", insight_pages.file, name="insight_file"),
    path("evaluation/insight/<slug:name>.json", insight_pages.data, name="insight_data"),
    *standing.patterns,
    *score_urls.urlpatterns,
    *closing_urls.patterns,
    *scheme_urls.patterns,
    path("evaluation/<slug:key>/", pages.open_number, name="open"),
]
