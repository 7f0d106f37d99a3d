"""Addresses of collection; each room lists its own."""

from django.urls import URLPattern, URLResolver

app_name = "collection"

urlpatterns: list[URLPattern | URLResolver] = []
