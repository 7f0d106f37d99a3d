"""Places as a source of map layers."""

from django.utils.translation import gettext_lazy as _

from citygrid.geocoding import indexing
from citygrid.maps import sources
from citygrid.maps.sources import Property, Source


def register() -> None:
    """Tell maps that layers can draw places; called when the app starts."""
    sources.add(
        Source(
            code="geocoding.places",
            title=_("Places and addresses"),
            table="geocoding_place t",
            key="t.code",
            kind="point",
            shape=None,
            lon="t.lon",
            lat="t.lat",
            state=indexing.mark,
            point="t.point",
            properties={
                "code": Property("t.code", "text", _("Code")),
                "kind": Property("t.kind", "text", _("Kind")),
                "name": Property("t.name", "text", _("Name")),
                "address": Property("t.address", "text", _("Standard address")),
                "category": Property("t.category", "text", _("Category")),
                "grid": Property("t.grid", "text", _("Unit grid")),
            },
            at=("t.valid_from", "t.valid_to"),
            link="/geocoding/places/{key}/",
        )
    )
