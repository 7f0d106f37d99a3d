"""Addresses of schemes and their changes."""

from django.urls import path

from citygrid.evaluation import scheme_change_pages, scheme_pages

patterns = [
    path("evaluation/schemes/", scheme_pages.listed, name="schemes"),
    path("evaluation/schemes/<slug:code>/", scheme_pages.one, name="scheme"),
    path("evaluation/schemes/<slug:code>/file/", scheme_pages.file, name="scheme_file"),
    path("evaluation/schemes/<slug:code>/edit/", scheme_change_pages.edit, name="edit_scheme"),
    path("evaluation/scheme-changes/new/", scheme_change_pages.new, name="new_scheme"),
    path("evaluation/scheme-changes/<uuid:pk>/", scheme_change_pages.change, name="scheme_change"),
]
