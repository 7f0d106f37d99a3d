"""The Django app of this package."""

from django.apps import AppConfig


class GeocodingConfig(AppConfig):
    name = "citygrid.geocoding"
    label = "geocoding"
