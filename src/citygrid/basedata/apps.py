"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BasedataConfig(AppConfig):
    name = "citygrid.basedata"
    label = "basedata"

    def ready(self) -> None:
        from citygrid.basedata import component_doors, component_sources, entry_sources, survey_uploads  # noqa: PLC0415 - models load before it
        from citygrid.basedata.gridding import doors, planners  # noqa: PLC0415 - models load before it
        from citygrid.organization import key_scopes  # noqa: PLC0415 - models load before it
        from citygrid.web import guarding  # noqa: PLC0415 - models load before it

        guarding.take_more(["basedata:survey_new"], lambda: survey_uploads.MOST_BYTES)
        doors.register()
        planners.register()
        component_doors.register()
        component_sources.register()
        entry_sources.register()
        door = key_scopes.Door("/api/v1/components")
        read = _("components and requests on them: read")
        key_scopes.add(key_scopes.KeyScope("basedata.read", read, (door,), order=30))
        ask = key_scopes.Door("/api/v1/components/requests", frozenset(("POST",)))
        key_scopes.add(key_scopes.KeyScope("basedata.request", _("components: ask for a change"), (ask,), True, 31))
