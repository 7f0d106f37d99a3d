"""Addresses of this room; part of `cases.urls`."""

from django.urls import path

from citygrid.cases.closing import (
    archive_pages,
    check_pages,
    closing_pages,
    dossier_pages,
    due_pages,
    follow_up_pages,
    inspection_pages,
)

urlpatterns = [
    path("cases/<uuid:case_id>/due/", due_pages.why_due, name="why_due"),
    path("cases/<uuid:case_id>/check/", check_pages.check, name="check"),
    path("cases/<uuid:case_id>/dossier/", dossier_pages.about, name="about_dossier"),
    path("cases/<uuid:case_id>/dossier/paper/", dossier_pages.paper, name="dossier"),
    path("cases/<uuid:case_id>/dossier/with-caller/", dossier_pages.paper_with_caller, name="dossier_with_caller"),
    path("cases/<uuid:case_id>/dossier/archive/", archive_pages.put, name="archive_case"),
    path("cases/<uuid:case_id>/dossier/kept/", archive_pages.file, name="kept_dossier"),
    path("cases/<uuid:case_id>/dossier/check/", archive_pages.again, name="check_dossier"),
    path("archive/", archive_pages.archive, name="archive"),
    path("follow-ups/", follow_up_pages.follow_ups, name="follow_ups"),
    path("inspections/", inspection_pages.draws, name="inspections"),
    path("inspections/<uuid:draw_id>/", inspection_pages.drawn, name="inspection"),
    path("inspections/<uuid:draw_id>/<uuid:case_id>/", inspection_pages.one, name="inspect_one"),
    path("closing/", closing_pages.closing, name="closing"),
    path("limits/", due_pages.limits, name="limits"),
]
