"""The Django app of this package."""

from django.apps import AppConfig


class BasedataConfig(AppConfig):
    name = "citygrid.basedata"
    label = "basedata"
