"""The Django app of this package."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "citygrid.console"
    label = "console"
