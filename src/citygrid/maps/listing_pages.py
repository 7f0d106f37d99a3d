"""`/maps/layers.json`: what the map component draws."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from citygrid.maps import listing
from citygrid.organization import seats


@require_GET
def layers(request: HttpRequest) -> HttpResponse:
    """The layers that the post sees; for a stranger those for the public."""
    found = listing.document(seats.current(request))
    tag = f'"{found["state"]}"'
    answer = HttpResponse(status=304) if request.headers.get("If-None-Match") == tag else JsonResponse(found)
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Cookie", "Accept-Language"])
    return answer
