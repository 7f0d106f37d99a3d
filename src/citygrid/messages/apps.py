"""The Django app of this package."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    name = "citygrid.messages"
    label = "notices"
