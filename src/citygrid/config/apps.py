"""The Django app of this package."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "citygrid.config"
    label = "house"
