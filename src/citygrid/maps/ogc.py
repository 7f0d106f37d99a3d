"""What all pages of the OGC services share: formats, links, errors, who may see a collection, ETags."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from citygrid.maps import listing, register
from citygrid.maps.listing import LayerView
from citygrid.organization import keys, seats
from citygrid.trust import audit

JSON, HTML, GEOJSON, SCHEMA = "application/json", "text/html", "application/geo+json", "application/schema+json"
OPENAPI, MVT = "application/vnd.oai.openapi+json;version=3.0", "application/vnd.mapbox-vector-tile"


class OgcError(Exception):
    """An answer that is not the wanted one: status, code, sentence (English, as the standards' own texts are)."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status, self.code, self.description = status, code, description


def wrong(description: str) -> OgcError:
    """A parameter that cannot be understood (400)."""
    return OgcError(400, "InvalidParameterValue", description)


def service(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A page of the services: for reading only; errors as JSON; never kept for somebody else by a cache."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            answer = _answer(view, request, *args, **kwargs)
        except OgcError as error:
            answer = HttpResponse(
                json.dumps({"code": error.code, "description": error.description}, ensure_ascii=False),
                content_type=JSON,
                status=error.status,
            )
            if error.status == 401:
                answer["WWW-Authenticate"] = 'Basic realm="CityGrid"'
        patch_vary_headers(answer, ["Cookie", "Authorization", "Accept", "Accept-Language"])
        if not answer.has_header("Cache-Control"):
            answer["Cache-Control"] = "private, no-cache"
        return answer

    return update_wrapper(answered, view)


def _answer(view: Callable[..., HttpResponseBase], request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise OgcError(405, "MethodNotAllowed", "This service is for reading.")
    if keys.sent(request) is not None and seats.current(request) is None:
        raise OgcError(401, "Unauthorized", "This access key opens nothing here now.")
    return view(request, *args, **kwargs)


def known(request: HttpRequest, *names: str) -> None:
    """Refuse parameters that mean nothing (/req/core/query-param-unknown)."""
    for name in request.GET:
        if name not in ("f", "lang", *names):
            raise wrong(f"The parameter {name} is not known here.")


FORMATS = {"json": JSON, "html": HTML, "geojson": GEOJSON}


def wants_html(request: HttpRequest, *others: str) -> bool:
    """Whether the answer is to be a page: by `f`, else by what the client likes best (JSON when it does not say)."""
    wanted = request.GET.get("f")
    if wanted is not None:
        if wanted not in ("html", "json", *others):
            raise wrong(f"The format {wanted} is not one of: html, {', '.join(('json', *others))}.")
        return wanted == "html"
    best = request.get_preferred_type([JSON, GEOJSON, HTML])
    return best == HTML and request.accepted_types[0].quality >= 1 and _likes_html(request)


def _likes_html(request: HttpRequest) -> bool:
    """A client that takes anything (*/*) gets JSON; a browser names text/html."""
    return any(f"{one.main_type}/{one.sub_type}" == HTML for one in request.accepted_types)


def collection(request: HttpRequest, code: str) -> LayerView:
    """The layer that is asked for. What one may not see is not there; asking beyond the sharing scope is noted."""
    signed = seats.current(request)
    view = listing.one(code, signed)
    if view is None or view.source is None:
        layer = register.current().layers.get(code)
        if layer is not None and view is None and signed is not None:
            who: dict[str, Any] = {"person": signed.person.pk, "seat": signed.seat.pk, "post": signed.post.pk}
            audit.record(timezone.now(), "layer_read", subject=("layer", code), outcome=audit.REFUSED,
                         code="beyond_sharing_scope", **who)  # fmt: skip
        raise OgcError(404, "NotFound", f"There is no collection named {code}.")
    return view


def collections(request: HttpRequest) -> list[LayerView]:
    """All layers that have features for this person."""
    return [view for view in listing.layers_for(seats.current(request)) if view.source is not None]


def url(request: HttpRequest, name: str, *args: Any, **query: Any) -> str:
    """A whole address with parameters; those that are None are left out."""
    kept = {key.replace("_", "-"): value for key, value in query.items() if value is not None}
    path = reverse(f"maps:{name}", args=args)
    return request.build_absolute_uri(path + (f"?{urlencode(kept)}" if kept else ""))


def link(href: str, rel: str, type_: str = JSON, title: str = "", **more: Any) -> dict[str, Any]:
    """A link as the standards write it."""
    return {"href": href, "rel": rel, "type": type_, **({"title": title} if title else {}), **more}


def twins(request: HttpRequest, html: bool, json_type: str = JSON) -> list[dict[str, Any]]:
    """Links to this resource in both formats."""
    found = []
    for name, type_, here in (("json", json_type, not html), ("html", HTML, html)):
        query = request.GET.copy()
        query["f"] = name
        href = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        found.append(link(href, "self" if here else "alternate", type_, "HTML" if type_ == HTML else "JSON"))
    return sorted(found, key=lambda one: one["rel"] != "self")


def answer(
    request: HttpRequest, html: bool, template: str, document: Mapping[str, Any], json_type: str = JSON, **more: Any
) -> HttpResponse:
    """The document as JSON or as a page."""
    if html:
        return render(request, f"maps/ogc/{template}.html", {"document": document, **more})
    return HttpResponse(json.dumps(document, ensure_ascii=False, default=str), content_type=json_type)


def tag_of(request: HttpRequest, facts: Iterable[Any]) -> str:
    """An ETag: of the address, the language, the format, and the facts on which the answer rests."""
    whole = (request.get_full_path(), get_language(), request.headers.get("Accept", ""), *facts)
    return f'"{sha256(repr(whole).encode()).hexdigest()[:32]}"'


def unchanged(request: HttpRequest, tag: str) -> HttpResponse | None:
    """304 when the client has the answer already."""
    sent = request.headers.get("If-None-Match", "")
    if tag in [one.strip().removeprefix("W/") for one in sent.split(",")]:
        return HttpResponse(status=304, headers={"ETag": tag})
    return None
