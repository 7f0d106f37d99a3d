"""The Django app of this package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MapsConfig(AppConfig):
    name = "citygrid.maps"
    label = "maps"

    def ready(self) -> None:
        """Tell which sources there are, and which hosts pictures of maps may come from."""
        from citygrid.maps import area_sources, external, register, style_words  # noqa: PLC0415 - models are ready only now
        from citygrid.organization import key_scopes  # noqa: PLC0415
        from citygrid.web import guarding, map_words, navigation, policy  # noqa: PLC0415

        area_sources.register()
        guarding.take_more(["maps:layer_file"], lambda: 200_000_000)
        map_words.add(style_words.WORDS)
        policy.add_hosts(lambda: external.hosts(register.recent().layers.values()))
        services = _("map services (OGC API) of the layers that the post sees")
        key_scopes.add(key_scopes.KeyScope("maps", services, (key_scopes.Door("/ogc/"),), order=10))
        navigation.add(navigation.Entry("maps:map", _("Map"), "map", 40, key="m"))
