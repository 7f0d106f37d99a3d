"""Addresses of reception: hotline desk, shifts, permits."""

from django.urls import URLPattern

app_name = "reception"

urlpatterns: list[URLPattern] = []
