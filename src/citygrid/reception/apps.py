"""The Django app of this package."""

from django.apps import AppConfig


class ReceptionConfig(AppConfig):
    name = "citygrid.reception"
    label = "reception"

    def ready(self) -> None:
        from citygrid.reception import shown  # noqa: PLC0415 - models load before it
        from citygrid.reception.hotline import shown as hotline  # noqa: PLC0415 - models load before it

        shown.register()
        hotline.register()
