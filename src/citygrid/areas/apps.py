"""The Django app of this package."""

from django.apps import AppConfig


class AreasConfig(AppConfig):
    name = "citygrid.areas"
    label = "areas"
