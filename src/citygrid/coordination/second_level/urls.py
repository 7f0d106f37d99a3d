"""Addresses of the second-level centre."""

from django.urls import path

from citygrid.coordination.second_level import pages

urlpatterns = [path("second-level/", pages.centre, name="second_level")]
