"""The Django app of this package."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "citygrid.organization"
    label = "organization"

    def ready(self) -> None:
        from citygrid.organization import changes  # noqa: PLC0415 - models load before it

        changes.watch()
