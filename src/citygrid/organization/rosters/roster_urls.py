"""Addresses of rosters, leave, stand-ins and one's own shifts; part of the organization's (`urls.py`)."""

from django.urls import path

from citygrid.organization.rosters import (
    draft_pages,
    gap_pages,
    leave_pages,
    roster_pages,
    sheet_pages,
    shift_pages,
    stand_in_pages,
)

urlpatterns = [
    path("rosters/", roster_pages.rosters, name="rosters"),
    path("rosters/gaps/", gap_pages.report, name="roster_gaps"),
    path("rosters/of/<str:code>/", roster_pages.body, name="roster_body"),
    path("rosters/of/<str:code>/new/", roster_pages.new, name="new_roster"),
    path("rosters/<uuid:pk>/", draft_pages.roster, name="roster"),
    path("rosters/<uuid:pk>/cells/", draft_pages.cells, name="roster_cells"),
    path("rosters/<uuid:pk>/pattern/", draft_pages.pattern, name="roster_pattern"),
    path("rosters/<uuid:pk>/copy/", draft_pages.copy, name="roster_copy"),
    path("rosters/<uuid:pk>/publish/", draft_pages.publish, name="publish_roster"),
    path("rosters/<uuid:pk>/drop/", draft_pages.drop, name="drop_roster"),
    path("rosters/<uuid:pk>/sheet/", sheet_pages.sheet, name="roster_sheet"),
    path("rosters/<uuid:pk>/import/", sheet_pages.take_in, name="import_roster"),
    path("leave/", leave_pages.leave, name="leave"),
    path("leave/<uuid:pk>/decide/", leave_pages.decide, name="decide_leave"),
    path("leave/<uuid:pk>/end/", leave_pages.end, name="end_leave"),
    path("stand-ins/", stand_in_pages.stand_ins, name="stand_ins"),
    path("stand-ins/<int:pk>/end/", stand_in_pages.end, name="end_stand_in"),
    path("my-shifts/", shift_pages.mine, name="my_shifts"),
]
