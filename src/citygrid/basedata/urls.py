"""Addresses of this package."""

from django.urls import URLPattern, URLResolver

app_name = "basedata"

urlpatterns: list[URLPattern | URLResolver] = []
