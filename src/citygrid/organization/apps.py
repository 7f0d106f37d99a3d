"""The Django app of this package."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "citygrid.organization"
    label = "organization"
