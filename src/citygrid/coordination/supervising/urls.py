"""Addresses of the supervising department's desk."""

from django.urls import path

from citygrid.coordination.supervising import pages

urlpatterns = [
    path("supervising/", pages.desk, name="supervising"),
    path("supervising/seen/", pages.seen, name="supervising_seen"),
]
