"""The Django app of this package."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "citygrid.history"
    label = "history"
