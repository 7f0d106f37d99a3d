"""电子地图: the map of the whole city with all layers that the post sees."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citygrid.organization.rights import may
from citygrid.organization.seats import Signed, seat_required

_ABOVE: list[str] = []


def add(template: str) -> None:
    """A package above shows something over the map (its search field); `template` is rendered in the page."""
    if template not in _ABOVE:
        _ABOVE.append(template)


@require_safe
@seat_required
def page(request: HttpRequest, signed: Signed) -> HttpResponse:
    """The map; which layers there are is asked by the map itself (`/maps/layers.json`)."""
    return render(request, "maps/map.html", {"above": _ABOVE, "manages": may(signed, "maps.manage")})
