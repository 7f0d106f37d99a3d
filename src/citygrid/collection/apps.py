"""The Django app of this package."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "citygrid.collection"
    label = "collection"
