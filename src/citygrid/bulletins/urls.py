"""Addresses of the reports; before those of the evaluation, whose last address takes every word."""

from django.urls import URLPattern

from citygrid.bulletins import tables_urls

app_name = "bulletins"

urlpatterns: list[URLPattern] = [*tables_urls.urlpatterns]
