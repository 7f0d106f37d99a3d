"""The Django app of this package."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "citygrid.cases"
    label = "cases"
