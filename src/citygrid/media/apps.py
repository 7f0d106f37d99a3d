"""The Django app of this package."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "citygrid.media"
    label = "media"
