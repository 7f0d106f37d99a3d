"""Addresses of the problem library, its reports and the commission's meetings."""

from django.urls import path

from citygrid.coordination.commission import library_pages, meeting_pages

urlpatterns = [
    path("coordination/library/", library_pages.problem_library, name="library"),
    path("coordination/library/put/", library_pages.put, name="library_put"),
    path("coordination/library/reports/", library_pages.listed, name="library_reports"),
    path("coordination/library/reports/issue/", library_pages.issue, name="issue_library_report"),
    path("coordination/library/reports/<int:number>/", library_pages.report, name="library_report"),
    path("coordination/library/reports/<int:number>/report.pdf", library_pages.report_file, name="library_report_file"),
    path("coordination/meetings/", meeting_pages.listed, name="meetings"),
    path("coordination/meetings/<uuid:meeting_id>/", meeting_pages.one, name="meeting"),
    path("coordination/meetings/<uuid:meeting_id>/attendance/", meeting_pages.attend, name="attendance"),
    path("coordination/meetings/<uuid:meeting_id>/matter/", meeting_pages.matter, name="matter"),
    path("coordination/meetings/<uuid:meeting_id>/issue/", meeting_pages.issue, name="issue_minutes"),
    path("coordination/meetings/<uuid:meeting_id>/minutes.pdf", meeting_pages.minutes_file, name="minutes"),
    path("coordination/meetings/<uuid:meeting_id>/<uuid:item_id>/decide/", meeting_pages.decide, name="decide"),
    path("coordination/meetings/<uuid:meeting_id>/<uuid:item_id>/off/", meeting_pages.take_off, name="take_off"),
    path("coordination/meetings/<uuid:meeting_id>/<uuid:item_id>/done/", meeting_pages.done, name="agenda_done"),
]
