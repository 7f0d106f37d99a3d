"""The Django app of this package."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "citygrid.bulletins"
    label = "bulletins"
