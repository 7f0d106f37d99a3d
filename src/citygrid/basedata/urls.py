"""Addresses of this package."""

from django.urls import URLPattern, URLResolver

from citygrid.basedata import component_urls
from citygrid.basedata.gridding import urls as area_urls

app_name = "basedata"

urlpatterns: list[URLPattern | URLResolver] = [*area_urls.urlpatterns, *component_urls.urlpatterns]
"""The start page, areas and unit grids; components, surveys, requests, registers."""
