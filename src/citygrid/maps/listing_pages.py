"""`/maps/layers.json`, and the base map's layers whole for maps that have no tiles yet."""

import gzip

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from citygrid.areas import geojson
from citygrid.maps import features, listing
from citygrid.maps.models import Kind
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


@require_GET
def base_layer(request: HttpRequest, code: str) -> HttpResponse:
    """All features of a layer of the base map."""
    view = listing.one(code, seats.current(request))
    if view is None or view.layer.kind != Kind.FEATURES or not view.layer.base:
        raise Http404
    tag = f'"{view.state}"'
    answer = HttpResponse(status=304)
    if request.headers.get("If-None-Match") != tag:
        rows = ((draft.properties, draft.shape) for draft in features.drafts_of(view.layer))
        packed = gzip.compress(geojson.text(rows).encode(), 6, mtime=0)
        answer = HttpResponse(packed, content_type="application/geo+json", headers={"Content-Encoding": "gzip"})
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Cookie", "Accept-Encoding"])
    return answer
