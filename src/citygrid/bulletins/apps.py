"""The Django app of this package."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulletinsConfig(AppConfig):
    name = "citygrid.bulletins"
    label = "bulletins"

    def ready(self) -> None:
        from citygrid.collection.teams import seeing  # noqa: PLC0415 - models load before it
        from citygrid.evaluation.pages import may_open  # noqa: PLC0415 - models load before it
        from citygrid.web import navigation  # noqa: PLC0415 - models load before it

        def may_only_see_people(signed: Any) -> bool:
            return not may_open(signed) and seeing.may_open(signed)

        navigation.add(navigation.Entry("bulletins:tables", _("Tables and reports"), "table", 61, may_open))
        navigation.add(navigation.Entry("bulletins:collectors", _("Statements"), "receipt", 61, may_only_see_people))
