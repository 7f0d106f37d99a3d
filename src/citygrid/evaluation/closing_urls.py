"""Addresses of the closing of periods and of appeals against figures."""

from django.urls import path

from citygrid.evaluation import closing_appeal_pages, closing_figure_pages, closing_pages

patterns = [
    path("evaluation/closes/", closing_pages.listed, name="closes"),
    path("evaluation/closes/<uuid:pk>/", closing_pages.one, name="close"),
    path("evaluation/closes/<uuid:pk>/subject/", closing_figure_pages.subject, name="close_subject"),
    path("evaluation/closes/<uuid:pk>/rows/", closing_figure_pages.rows, name="close_rows"),
    path("evaluation/closes/<uuid:pk>/difference/", closing_figure_pages.differing, name="close_difference"),
    path("evaluation/closes/<uuid:pk>/appeal/", closing_appeal_pages.new, name="new_appeal"),
    path("evaluation/corrections/<uuid:pk>/", closing_pages.correction, name="correction"),
    path("evaluation/appeals/", closing_appeal_pages.desk, name="appeals"),
    path("evaluation/appeals/<uuid:pk>/", closing_appeal_pages.one, name="appeal"),
]
