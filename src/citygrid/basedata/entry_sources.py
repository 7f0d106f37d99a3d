"""What map layers draw from: the entries of other departments' registers, each on the days for which it holds (S1-10).

A layer shows one register by its filter on `register`. Whoever may not read a register sees none of its entries."""

from django.utils.translation import gettext_lazy as _

from citygrid.basedata import registers
from citygrid.basedata.seeing import Fragment, entries
from citygrid.maps import sources
from citygrid.maps.sources import Property, Source
from citygrid.organization.seats import Signed

PROPERTIES = {
    "register": Property("r.code", title=_("Register")),
    "number": Property("t.key", title=_("Number")),
    "name": Property("t.name", title=_("Name")),
    "grid": Property("t.grid", title=_("Unit grid")),
    "community": Property("t.community", title=_("Community")),
    "street": Property("t.street", title=_("Street")),
    "district": Property("t.district", title=_("District")),
}


def register() -> None:
    """Called when the package is ready."""
    sources.add(
        Source(
            code="register_entries",
            title=_("Entries of registers"),
            table="basedata_registerentry t join basedata_register r on r.id = t.register_id",
            key="t.id::text",
            kind="mixed",
            shape="t.shape",
            lon="t.lon",
            lat="t.lat",
            point="t.point",
            box="t.box",
            size="coalesce(greatest(width(t.box), height(t.box)), 0)",
            boxless_points=True,
            where="t.point is not null",
            properties=PROPERTIES,
            scope=visible,
            state=registers.state,
            at=("t.valid_from", "t.valid_to"),
        )
    )


def visible(signed: Signed | None) -> Fragment:
    """Entries of the registers that the post may read, in its areas."""
    mine = [one.pk for one in registers.readable(signed)]
    text, params = entries(signed)
    return f"(t.register_id = any(%s) and {text})", [mine, *params]
