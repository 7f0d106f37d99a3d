"""Addresses of orders."""

from django.urls import path

from citygrid.coordination.orders import pages

urlpatterns = [
    path("coordination/orders/", pages.orders, name="orders"),
    path("coordination/orders/by-unit/", pages.urged, name="urged"),
    path("coordination/orders/<slug:kind>/", pages.orders, name="orders_of"),
]
