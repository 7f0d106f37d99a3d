"""The Django app of this package."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "citygrid.collection"
    label = "collection"

    def ready(self) -> None:
        from citygrid.collection.evidence import starting as evidence  # noqa: PLC0415 - models load before it
        from citygrid.collection.field import entrance, map_section, report_section  # noqa: PLC0415 - models load before it
        from citygrid.collection.patrol import room as patrol  # noqa: PLC0415 - models load before it
        from citygrid.collection.surveys import starting as surveys  # noqa: PLC0415 - models load before it
        from citygrid.collection.syncing import rooms as syncing  # noqa: PLC0415 - models load before it
        from citygrid.collection.teams import starting as teams  # noqa: PLC0415 - models load before it

        evidence.register()
        entrance.register()
        syncing.register()
        report_section.register()
        map_section.register()
        patrol.register()
        surveys.register()
        teams.register()
