"""Addresses of the pages of areas and unit grids, and of the start page of base data."""

from django.urls import URLPattern, URLResolver, path

from citygrid.basedata import start_pages
from citygrid.basedata.gridding import (
    change_pages,
    division_pages,
    duty_pages,
    grid_pages,
    plan_pages,
    service_pages,
    topology_pages,
)
from citygrid.basedata.gridding import import_pages as area_import_pages

AREAS = "basedata/areas/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("basedata/", start_pages.start, name="start"),
    path(AREAS, grid_pages.overview, name="areas"),
    path(f"{AREAS}plans/", plan_pages.plans, name="area_plans"),
    path(f"{AREAS}plans/<uuid:plan_id>/", plan_pages.plan, name="area_plan"),
    path(f"{AREAS}plans/<uuid:plan_id>/shapes.geojson", plan_pages.shapes, name="area_plan_shapes"),
    path(f"{AREAS}plans/<uuid:plan_id>/apply/", plan_pages.apply, name="area_plan_apply"),
    path(f"{AREAS}plans/<uuid:plan_id>/drop/", plan_pages.drop, name="area_plan_drop"),
    path(f"{AREAS}plans/<uuid:plan_id>/again/", plan_pages.again, name="area_plan_again"),
    path(f"{AREAS}import/", area_import_pages.send, name="area_import"),
    path(f"{AREAS}import/<uuid:plan_id>/", area_import_pages.mapping, name="area_mapping"),
    path(f"{AREAS}topology/", topology_pages.report, name="area_topology"),
    path(f"{AREAS}topology/faults.<slug:kind>", topology_pages.file, name="area_topology_file"),
    path(f"{AREAS}duty/", duty_pages.duty, name="area_duty"),
    path(f"{AREAS}duty/new/", duty_pages.new, name="area_duty_new"),
    path(f"{AREAS}duty/grid/<str:code>/", duty_pages.duty_grid, name="area_duty_grid"),
    path(f"{AREAS}duty/grid/<str:code>/retire/", duty_pages.retire, name="area_duty_retire"),
    path(f"{AREAS}service/", service_pages.service, name="area_service"),
    path(f"{AREAS}service/new/", service_pages.new, name="area_service_new"),
    path(f"{AREAS}service/service-area.geojson", service_pages.file, name="area_service_file"),
    path(f"{AREAS}community/<str:code>/change/<slug:act>/", change_pages.change, name="area_change"),
    path(f"{AREAS}<slug:kind>/<str:code>/", grid_pages.area, name="area"),
    path(f"{AREAS}<slug:kind>/<str:code>/shapes.geojson", grid_pages.shapes, name="area_shapes"),
    path(f"{AREAS}<slug:kind>/<str:code>/divide/", division_pages.divide, name="area_divide"),
]
