"""The Django app of this package."""

from django.apps import AppConfig


class BasedataConfig(AppConfig):
    name = "citygrid.basedata"
    label = "basedata"

    def ready(self) -> None:
        from citygrid.basedata import component_doors, component_sources, entry_sources  # noqa: PLC0415 - models load before it
        from citygrid.basedata.gridding import doors, planners  # noqa: PLC0415 - models load before it

        doors.register()
        planners.register()
        component_doors.register()
        component_sources.register()
        entry_sources.register()
