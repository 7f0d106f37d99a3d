"""The start page of base data (基础数据): what this post may do here, with counts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citygrid.basedata.doors import doors
from citygrid.organization.seats import Signed, seat_required

RIGHTS = frozenset(
    {"areas.edit", "basedata.survey", "basedata.publish", "basedata.request", "geocoding.edit", "maps.manage"}
)


def may_open(signed: Signed | None) -> bool:
    """Whether the bar shows base data: any right of its upkeep opens it."""
    return signed is not None and not RIGHTS.isdisjoint(signed.role.rights)


@require_safe
@seat_required
def start(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The doors that this post may open; one that may open none is told so."""
    return render(request, "basedata/start.html", {"doors": doors(signed)})
