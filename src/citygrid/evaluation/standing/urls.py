"""Addresses of standing duties, and of what stands beside them: the maintenance fund, the list for leaders."""

from django.urls import path

from citygrid.evaluation.leaders import urls as leaders
from citygrid.evaluation.standing import check_pages, edit_pages, pages
from citygrid.evaluation.upkeep import urls as upkeep

patterns = [
    path("evaluation/standing/", pages.listed, name="standing"),
    path("evaluation/standing/month/", pages.month, name="standing_month"),
    path("evaluation/standing/new/", edit_pages.new, name="standing_new"),
    path("evaluation/standing/checks/", check_pages.today, name="standing_checks"),
    path("evaluation/standing/checks/<uuid:pk>/", check_pages.one, name="standing_check"),
    path("evaluation/standing/duties/<slug:code>/", pages.one, name="standing_duty"),
    path("evaluation/standing/duties/<slug:code>/file/", pages.file, name="standing_file"),
    path("evaluation/standing/duties/<slug:code>/check/", check_pages.new, name="standing_check_new"),
    path("evaluation/standing/duties/<slug:code>/change/", edit_pages.change, name="standing_change"),
    *upkeep.patterns,
    *leaders.patterns,
]
