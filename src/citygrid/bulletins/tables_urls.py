"""Addresses of tables, statements, what is public, and open data."""

from django.urls import path

from citygrid.bulletins import collector_pages, open_data_pages, public_pages, tables_pages

urlpatterns = [
    path("evaluation/tables/", tables_pages.index, name="tables"),
    path("evaluation/tables/scores.xlsx", tables_pages.scores_file, name="scores_workbook"),
    path("evaluation/tables/monthly/", tables_pages.monthly, name="monthly"),
    path("evaluation/tables/monthly.xlsx", tables_pages.monthly_file, name="monthly_workbook"),
    path("evaluation/tables/collectors/", collector_pages.listed, name="collectors"),
    path(
        "evaluation/tables/collectors/<int:person>/<str:month>.<slug:kind>", collector_pages.file, name="collector_file"
    ),
    path("results/", public_pages.results, name="results"),
    path("results/<uuid:close>/", public_pages.results, name="result"),
    path("open-data/", open_data_pages.page, name="open_data"),
    path("open-data/<str:name>", open_data_pages.file, name="open_data_file"),
    path("open-data/releases/<slug:digest>/<str:name>", open_data_pages.file, name="open_data_kept"),
    path("robots.txt", public_pages.robots, name="robots"),
]
