"""Addresses of the pages of components, surveys, change requests and registers."""

from django.urls import URLPattern, URLResolver, path

from citygrid.basedata import (
    component_pages,
    export_pages,
    label_pages,
    register_pages,
    request_pages,
    row_pages,
    staging_pages,
    survey_pages,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("basedata/components/", component_pages.components, name="components"),
    path("basedata/components/counts/", component_pages.counts, name="component_counts"),
    path("basedata/components/find/", component_pages.find, name="component_find"),
    path("basedata/components/pick-class/", component_pages.pick_class, name="pick_class"),
    path("basedata/components/labels.pdf", label_pages.sheets, name="component_labels"),
    path("basedata/components/export/<slug:kind>/", export_pages.export, name="component_export"),
    path("basedata/components/<str:code>/", component_pages.component, name="component"),
    path("basedata/components/<str:code>/label.pdf", label_pages.label, name="component_label"),
    path("basedata/components/<str:code>/undo/", component_pages.undo, name="component_undo"),
    path("basedata/surveys/", survey_pages.listed, name="surveys"),
    path("basedata/surveys/new/", survey_pages.new, name="survey_new"),
    path("basedata/surveys/new/<uuid:upload>/", survey_pages.mapped, name="survey_map"),
    path("basedata/surveys/<uuid:pk>/", staging_pages.survey, name="survey"),
    path("basedata/surveys/<uuid:pk>/progress/", staging_pages.running, name="survey_progress"),
    path("basedata/surveys/<uuid:pk>/rows/<str:number>/", row_pages.row, name="survey_row"),
    path("basedata/surveys/<uuid:pk>/<str:name>/", staging_pages.act, name="survey_act"),
    path("basedata/requests/", request_pages.listed, name="requests"),
    path("basedata/requests/new/", request_pages.new, name="request_new"),
    path("basedata/requests/<uuid:pk>/", request_pages.one, name="request"),
    path("basedata/requests/<uuid:pk>/<str:name>/", request_pages.act, name="request_act"),
    path("basedata/registers/", register_pages.listed, name="registers"),
    path("basedata/registers/<slug:code>/", register_pages.register, name="register"),
    path("basedata/registers/<slug:code>/<path:key>/", register_pages.entry, name="register_entry"),
]
