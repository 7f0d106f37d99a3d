"""What every page of components, surveys, requests and registers needs: its tab, and what the post may do here."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.organization.rights import may
from citygrid.organization.seats import Signed

KINDS: tuple[tuple[str, Any], ...] = (
    ("xlsx", _("Excel workbook")),
    ("csv", _("CSV")),
    ("gpkg", _("GeoPackage")),
    ("shp", _("Shapefile (zip)")),
    ("geojson", _("GeoJSON")),
)
"""Kinds of files that are written."""


def frame(signed: Signed, tab: str) -> dict[str, Any]:
    """Context of `components/frame.html`."""
    rights = {name: may(signed, f"basedata.{name}") for name in ("survey", "publish", "request")}
    return {"tab": tab, "bc": rights, "file_kinds": KINDS}
