"""Addresses of coordination: dispatch, unit desks, requests, disputes, the commission. Each room lists its own."""

from django.urls import URLPattern

from citygrid.coordination.dispatching import urls as dispatching
from citygrid.coordination.units import urls as units

app_name = "coordination"

urlpatterns: list[URLPattern] = [
    *dispatching.urlpatterns,
    *units.urlpatterns,
]
