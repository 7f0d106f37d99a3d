"""The Django app of this package."""

from django.apps import AppConfig


class MapsConfig(AppConfig):
    name = "citygrid.maps"
    label = "maps"
