"""What map layers draw from: components that are points, and those that are lines or surfaces (S2-02, S2-45).

A layer shows one class, or several, by its filter on `class`."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.basedata import components
from citygrid.basedata.seeing import components as visible
from citygrid.maps import sources
from citygrid.maps.sources import Property, Source

PROPERTIES = {
    "code": Property("t.code", title=_("Component code")),
    "class": Property("t.class_id", title=_("Class")),
    "name": Property("t.name", title=_("Name")),
    "state": Property("t.state", title=_("State")),
    "grid": Property("t.grid", title=_("Unit grid")),
    "community": Property("t.community", title=_("Community")),
    "street": Property("t.street", title=_("Street")),
    "district": Property("t.district", title=_("District")),
    "department": Property("t.department_name", title=_("Supervising department")),
    "owner": Property("t.owner_name", title=_("Owner")),
    "maintainer": Property("t.maintainer_name", title=_("Maintainer")),
    "owner_no": Property("case when t.key like '@%%' then '' else t.key end", title=_("Owner's number")),
    "surveyed_on": Property("t.surveyed_on", "date", title=_("Survey date")),
}


def register() -> None:
    """Called when the package is ready."""
    common: dict[str, Any] = {
        "table": "basedata_component t",
        "key": "t.code",
        "lon": "t.lon",
        "lat": "t.lat",
        "point": "t.point",
        "properties": PROPERTIES,
        "scope": visible,
        "state": components.state,
        "link": "/basedata/components/{key}/",
    }
    sources.add(
        Source(
            code="components",
            title=_("Components"),
            kind="point",
            shape=None,
            where="t.valid_to is null and t.box is null and t.point is not null",
            **common,
        )
    )
    sources.add(
        Source(
            code="component_shapes",
            title=_("Components that are lines or surfaces"),
            kind="mixed",
            shape="t.shape",
            box="t.box",
            size="greatest(width(t.box), height(t.box))",
            where="t.valid_to is null and t.box is not null",
            **common,
        )
    )
