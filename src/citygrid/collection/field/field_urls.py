"""Addresses of the app itself."""

from django.urls import path

from citygrid.collection.field import field_pages

urlpatterns = [
    path("collector/", field_pages.shell, name="app"),
    path("collector/worker.js", field_pages.worker, name="app_worker"),
    path("collector/app.webmanifest", field_pages.manifest, name="app_manifest"),
    path("collector/icon/<slug:purpose>/<int:size>.png", field_pages.app_icon, name="app_icon"),
    path("collector/files/<slug:version>/<path:path>", field_pages.one_file, name="app_file"),
]
