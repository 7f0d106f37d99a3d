"""Addresses of bodies and workbooks. A body's code stands last: `unit_checking.RESERVED` keeps the others free."""

from django.urls import path

from citygrid.organization import body_pages, record_pages, row_pages
from citygrid.organization.workbooks import workbook_pages

patterns = [
    path("organization/new/", row_pages.new_body, name="new_body"),
    path("organization/units/", body_pages.units, name="units"),
    path("organization/workbook/", workbook_pages.send, name="workbooks"),
    path("organization/workbook/export.xlsx", workbook_pages.export, name="export_workbook"),
    path("organization/workbook/<uuid:pk>/", workbook_pages.preview, name="workbook"),
    path("organization/workbook/<uuid:pk>/apply/", workbook_pages.carry_out, name="apply_workbook"),
    path("organization/<str:code>/", body_pages.body, name="body"),
    path("organization/<str:code>/change/", row_pages.change_body, name="change_body"),
    path("organization/<str:code>/end/", row_pages.end_body, name="end_body"),
    path("organization/<str:code>/record/", record_pages.record, name="record"),
    path("organization/<str:code>/record/versions/", record_pages.versions, name="record_versions"),
    path("organization/<str:code>/<slug:table>/new/", row_pages.row, name="new_row"),
    path("organization/<str:code>/<slug:table>/<slug:ident>/", row_pages.row, name="row"),
    path("organization/<str:code>/<slug:table>/<slug:ident>/end/", row_pages.end_row, name="end_row"),
]
