"""Addresses of the list for leaders."""

from django.urls import path

from citygrid.evaluation.leaders import pages

patterns = [
    path("evaluation/leaders/", pages.page, name="leaders"),
    path("evaluation/leaders/list.pdf", pages.paper, name="leaders_paper"),
]
