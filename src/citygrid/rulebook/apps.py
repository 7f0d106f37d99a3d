"""The Django app of this package."""

from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "citygrid.rulebook"
    label = "rulebook"
