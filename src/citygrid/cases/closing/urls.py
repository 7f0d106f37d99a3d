"""Addresses of this room; part of `cases.urls`."""

from django.urls import path

from citygrid.cases.closing import check_pages, closing_pages, due_pages

urlpatterns = [
    path("cases/<uuid:case_id>/due/", due_pages.why_due, name="why_due"),
    path("cases/<uuid:case_id>/check/", check_pages.check, name="check"),
    path("closing/", closing_pages.closing, name="closing"),
    path("limits/", due_pages.limits, name="limits"),
]
