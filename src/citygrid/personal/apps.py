"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonalConfig(AppConfig):
    name = "citygrid.personal"
    label = "personal"

    def ready(self) -> None:
        from citygrid.personal import pages  # noqa: PLC0415 - models load before it
        from citygrid.web import navigation  # noqa: PLC0415 - models load before it

        entry = navigation.Entry("personal:demands", _("Personal data"), "user-shield", 85, pages.may_look)
        navigation.add(entry)
