"""The Django app of this package."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "citygrid.organization"
    label = "organization"

    def ready(self) -> None:
        from citygrid.organization import changes, key_scopes  # noqa: PLC0415 - models load before it

        changes.watch()
        key_scopes.register()
