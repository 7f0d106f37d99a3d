"""Addresses of the ledger."""

from django.urls import path

from citygrid.coordination.ledger import pages

urlpatterns = [
    path("coordination/ledger/", pages.ledger, name="ledger"),
    path("coordination/ledger/shares/", pages.shares, name="ledger_shares"),
    path("coordination/ledger/ledger.<slug:kind>", pages.export, name="ledger_export"),
]
