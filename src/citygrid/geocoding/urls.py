"""Addresses of this package."""

from django.urls import URLPattern, URLResolver

app_name = "geocoding"

urlpatterns: list[URLPattern | URLResolver] = []
