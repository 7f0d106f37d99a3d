"""Addresses of coordination: dispatch, unit desks, requests, disputes, the commission. Each room lists its own."""

from django.urls import URLPattern, path

from citygrid.coordination import doors
from citygrid.coordination.commission import urls as commission
from citygrid.coordination.dispatching import urls as dispatching
from citygrid.coordination.disputes import urls as disputes
from citygrid.coordination.ledger import urls as ledger
from citygrid.coordination.orders import urls as orders
from citygrid.coordination.second_level import urls as second_level
from citygrid.coordination.supervising import urls as supervising
from citygrid.coordination.units import urls as units

app_name = "coordination"

urlpatterns: list[URLPattern] = [
    *dispatching.urlpatterns,
    path("coordination/", doors.start, name="start"),
    *second_level.urlpatterns,
    *supervising.urlpatterns,
    *units.urlpatterns,
    *ledger.urlpatterns,
    *disputes.urlpatterns,
    *orders.urlpatterns,
    *commission.urlpatterns,
]
