"""The Django app of this package."""

from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "citygrid.coordination"
    label = "coordination"

    def ready(self) -> None:
        from citygrid.coordination.units import starting as units  # noqa: PLC0415 - models load before it

        units.start()
