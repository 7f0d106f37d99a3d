"""The Django app of this package."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "citygrid.demo"
    label = "demo"
