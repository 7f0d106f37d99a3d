"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "citygrid.console"
    label = "console"

    def ready(self) -> None:
        from citygrid.console import message_pages, pages  # noqa: PLC0415 - models load before it
        from citygrid.organization import people_pages  # noqa: PLC0415 - models load before it
        from citygrid.organization.rosters import led  # noqa: PLC0415 - models load before it
        from citygrid.organization.signing import care_pages  # noqa: PLC0415 - models load before it
        from citygrid.web import navigation  # noqa: PLC0415 - models load before it

        navigation.add(navigation.Entry("organization:rosters", _("Rosters"), "calendar-week", 70, led.leads))
        people = navigation.Entry("organization:people", _("People"), "users-group", 80, people_pages.may_read)
        navigation.add(people)
        devices = navigation.Entry("organization:devices", _("Devices"), "device-mobile-check", 81, care_pages.may_read)
        navigation.add(devices)
        told = navigation.Entry("console:messages", _("Messages"), "mail-cog", 82, message_pages.may_manage)
        navigation.add(told)
        message_pages.watch()
        navigation.add(navigation.Entry("console:audit", _("Audit"), "shield-search", 30, pages.may_read_audit))
