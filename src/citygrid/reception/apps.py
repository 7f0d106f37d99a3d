"""The Django app of this package."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "citygrid.reception"
    label = "reception"
