"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "citygrid.cases"
    label = "cases"

    def ready(self) -> None:
        from citygrid.basedata.gridding import affected  # noqa: PLC0415 - models load before it
        from citygrid.cases import (  # noqa: PLC0415 - models load before it
            delegations,
            map_source,
            naming,
            outside,
            photos,
            why_pages,
            wording,
        )
        from citygrid.cases.closing import doors as doors_of_closing  # noqa: PLC0415 - models load before it
        from citygrid.cases.lists import watching  # noqa: PLC0415 - models load before it
        from citygrid.cases.telling import case_events  # noqa: PLC0415 - models load before it
        from citygrid.media import permission  # noqa: PLC0415 - models load before it
        from citygrid.messages import relay  # noqa: PLC0415 - models load before it
        from citygrid.organization import key_scopes  # noqa: PLC0415 - models load before it
        from citygrid.web import context, navigation, refusals  # noqa: PLC0415 - models load before it

        relay.register("case", watching.tell)
        permission.register(photos.may_see)
        permission.register(delegations.may_see_file)
        map_source.register()
        case_events.register()
        affected.count_outside_by(outside.count_open_outside)
        doors = key_scopes.Door("/api/v1/cases"), key_scopes.Door("/api/v1/items")
        key_scopes.add(key_scopes.KeyScope("cases.read", _("cases and what is owed: read"), doors, order=20))
        door = key_scopes.Door("/api/v1/cases", frozenset(("POST",)))
        key_scopes.add(key_scopes.KeyScope("cases.act", _("cases: open them and act on them"), (door,), True, 21))
        navigation.add(navigation.Entry("cases:desk", _("My desk"), "inbox", 10, key="d"))
        navigation.add(navigation.Entry("cases:list", _("Cases"), "folders", 20, key="l"))
        given = navigation.Entry("cases:delegations", _("Delegations"), "signature", 50, delegations.may_open)
        navigation.add(given)
        refusals.know("longest", wording.limit)
        who_sees = navigation.Entry("cases:why_ask", _("Who sees what"), "eye-search", 85, why_pages.in_bar)
        navigation.add(who_sees)
        context.Names.of_city = staticmethod(naming.city)
        doors_of_closing.register()
