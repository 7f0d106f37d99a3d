"""Addresses of files."""

from django.urls import path

from citygrid.media import pages

app_name = "media"

urlpatterns = [
    path("media/", pages.upload, name="upload"),
    path("media/<uuid:file_id>/", pages.original, name="original"),
    path("media/<uuid:file_id>/small", pages.small, name="small"),
    path("media/<uuid:file_id>/small/<int:px>", pages.small, name="sized"),
]
