"""The Django app of this package."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "citygrid.demo"
    label = "demo"

    def ready(self) -> None:
        from citygrid.demo import pages  # noqa: PLC0415 - models load before it
        from citygrid.web import context  # noqa: PLC0415 - models load before it

        context.Notes.add("demo:loading", pages.Told.wanted)
