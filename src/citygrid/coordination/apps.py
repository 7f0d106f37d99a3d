"""The Django app of this package."""

from django.apps import AppConfig


class CoordinationConfig(AppConfig):
    name = "citygrid.coordination"
    label = "coordination"

    def ready(self) -> None:
        from citygrid.coordination.dispatching import starting as dispatching  # noqa: PLC0415 - models load before it
        from citygrid.coordination.units import starting as units  # noqa: PLC0415 - models load before it

        dispatching.start()
        units.start()
