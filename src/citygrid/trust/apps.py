"""The Django app of this package."""

from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "citygrid.trust"
    label = "trust"
