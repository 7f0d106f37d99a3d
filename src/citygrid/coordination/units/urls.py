"""Addresses of the unit's desk and of the field."""

from django.urls import path

from citygrid.coordination.units import field_pages, pages

urlpatterns = [
    path("unit/", pages.desk, name="unit"),
    path("unit/sign/", pages.sign, name="sign"),
    path("unit/figures/", pages.figures_of_unit, name="unit_figures"),
    path("unit/figures/<slug:measure>/", pages.behind_figure, name="unit_figure"),
    path("unit/limits/<uuid:case_id>/", pages.request_limits, name="request_limits"),
    path("field/", field_pages.field, name="field"),
]
