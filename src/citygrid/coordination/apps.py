"""The Django app of this package."""

from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "citygrid.coordination"
    label = "coordination"
