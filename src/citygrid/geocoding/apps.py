"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GeocodingConfig(AppConfig):
    name = "citygrid.geocoding"
    label = "geocoding"

    def ready(self) -> None:
        from citygrid.basedata import doors  # noqa: PLC0415 - models load before it
        from citygrid.geocoding import place_source, uploads  # noqa: PLC0415 - models load before it
        from citygrid.maps import map_page  # noqa: PLC0415 - models load before it
        from citygrid.organization import key_scopes  # noqa: PLC0415 - models load before it
        from citygrid.web import guarding, navigation  # noqa: PLC0415 - models load before it

        place_source.register()
        guarding.take_more(["geocoding:batches"], lambda: uploads.MOST_BYTES)
        map_page.add("geocoding/over_map.html")
        navigation.add(navigation.Entry("geocoding:search", _("Find a place"), "map-search", 68, key="z"))
        batch = key_scopes.Door("/api/v1/geocoding/batch", frozenset(("POST",)))
        both = key_scopes.Door("/api/v1/geocoding/"), batch
        key_scopes.add(key_scopes.KeyScope("geocoding.read", _("places and addresses: ask"), both, order=40))
        doors.add(
            doors.Door(
                "geocoding:places",
                _("Places and addresses"),
                _("Areas, streets, door plates, estates, landmarks: search, other names, files of addresses"),
                "map-pins",
                60,
            )
        )
