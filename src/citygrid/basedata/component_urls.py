"""Addresses of the pages of components, surveys, change requests and registers."""

from django.urls import URLPattern, URLResolver, path

from citygrid.basedata import component_pages, label_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("basedata/components/", component_pages.components, name="components"),
    path("basedata/components/counts/", component_pages.counts, name="component_counts"),
    path("basedata/components/find/", component_pages.find, name="component_find"),
    path("basedata/components/pick-class/", component_pages.pick_class, name="pick_class"),
    path("basedata/components/labels.pdf", label_pages.sheets, name="component_labels"),
    path("basedata/components/<str:code>/", component_pages.component, name="component"),
    path("basedata/components/<str:code>/label.pdf", label_pages.label, name="component_label"),
]
