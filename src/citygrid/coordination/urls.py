"""Addresses of coordination: dispatch, unit desks, requests, disputes, the commission."""

from django.urls import URLPattern

app_name = "coordination"

urlpatterns: list[URLPattern] = []
