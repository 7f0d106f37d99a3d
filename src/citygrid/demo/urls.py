"""Addresses of the demo city."""

from django.urls import path

from citygrid.demo import pages

app_name = "demo"

urlpatterns = [path("demo/loading/", pages.loading, name="loading")]
