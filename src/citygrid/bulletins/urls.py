"""Addresses of the reports; before those of the evaluation, whose last address takes every word."""

from django.urls import URLPattern

app_name = "bulletins"

urlpatterns: list[URLPattern] = []
