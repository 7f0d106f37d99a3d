"""Addresses of permits."""

from django.urls import path

from citygrid.reception.permits import file_pages, pages, panels

urlpatterns = [
    path("permits/", pages.listed, name="permits"),
    path("permits/new/", pages.new, name="new_permit"),
    path("permits/file/", file_pages.send, name="permit_file"),
    path("permits/file/<uuid:pk>/", file_pages.preview, name="permit_preview"),
    path("permits/file/<uuid:pk>/take/", file_pages.take, name="permit_take"),
    path("permits/here/", panels.here, name="permits_here"),
    path("permits/<int:pk>/", pages.one, name="permit"),
    path("permits/<int:pk>/change/", pages.change, name="change_permit"),
    path("permits/<int:pk>/take-back/", pages.take_back, name="take_back_permit"),
    path("permits/of-case/<uuid:case_id>/", panels.of_case, name="permits_of_case"),
    path("permits/at-act/<uuid:case_id>/", panels.at_act, name="permits_at_act"),
]
