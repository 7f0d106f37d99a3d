"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "citygrid.cases"
    label = "cases"

    def ready(self) -> None:
        from citygrid.basedata.gridding import affected  # noqa: PLC0415 - models load before it
        from citygrid.cases import map_source, naming, outside, photos  # noqa: PLC0415 - models load before it
        from citygrid.media import permission  # noqa: PLC0415 - models load before it
        from citygrid.web import context, navigation  # noqa: PLC0415 - models load before it

        permission.register(photos.may_see)
        map_source.register()
        affected.count_outside_by(outside.count_open_outside)
        navigation.add(navigation.Entry("cases:desk", _("My desk"), "inbox", 10, key="d"))
        navigation.add(navigation.Entry("cases:list", _("Cases"), "folders", 20, key="l"))
        context.Names.of_city = staticmethod(naming.city)
