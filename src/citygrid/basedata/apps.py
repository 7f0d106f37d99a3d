"""The Django app of this package."""

from django.apps import AppConfig


class BasedataConfig(AppConfig):
    name = "citygrid.basedata"
    label = "basedata"

    def ready(self) -> None:
        from citygrid.basedata import (  # noqa: PLC0415 - models load before it
            area_doors,
            area_planners,
            component_doors,
            component_sources,
        )

        area_doors.register()
        area_planners.register()
        component_doors.register()
        component_sources.register()
