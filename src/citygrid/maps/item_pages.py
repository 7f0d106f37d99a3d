"""Features of a collection by page and one by one (OGC API Features, Parts 1 to 3)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from citygrid.maps import ogc, ogc_crs, ogc_params, reading
from citygrid.maps.listing import LayerView
from citygrid.maps.ogc import GEOJSON, OgcError, link, service, url
from citygrid.maps.ogc_crs import Reference
from citygrid.maps.reading import Ask, Item
from citygrid.maps.sources import Held
from citygrid.organization import seats
from citygrid.organization.seats import Signed

MOST_COUNTED = 100_000


@service
def items(request: HttpRequest, code: str) -> HttpResponseBase:
    """A page of features. `next` links go by key; nothing is counted unless `count=true` asks for it."""
    view, signed = ogc.collection(request, code), seats.current(request)
    html = ogc.wants_html(request, "geojson")
    ask = ogc_params.ask(request, view, signed)
    reference = ogc_crs.reference(request.GET.get("crs"), "crs")
    names = ogc_params.chosen(request, reading.open_properties(ask.source, signed))
    counted = ogc_params.yes(request, "count")
    bare = ogc_params.yes(request, "skipGeometry")
    tag = ogc.tag_of(request, _facts(view, signed, ask))
    same = ogc.unchanged(request, tag)
    if same is not None:
        return same
    page = reading.page(ask)
    links = _links(request, view, html, page.after)
    matched = reading.count(ask, MOST_COUNTED) if counted else None
    if html:
        answer = _listed(request, view, ask, page.items, links, matched)
    else:
        text = collection_text(page.items, links, reference, names, matched, bare)
        answer = HttpResponse(text, content_type=GEOJSON)
    return _kept(answer, tag, reference)


@service
def item(request: HttpRequest, code: str, key: str) -> HttpResponseBase:
    """One feature."""
    view, signed = ogc.collection(request, code), seats.current(request)
    ogc.known(request, "crs", "datetime")
    assert view.source is not None, "ogc.collection gives only layers with a source"
    html = ogc.wants_html(request, "geojson")
    reference = ogc_crs.reference(request.GET.get("crs"), "crs")
    dated = isinstance(view.source, Held) and "@" in key
    day, until = ogc_params.days("../9999-12-31" if dated else request.GET.get("datetime", ""))
    ask = Ask(view.layer, view.source, signed, day, until)
    tag = ogc.tag_of(request, _facts(view, signed, ask))
    same = ogc.unchanged(request, tag)
    if same is not None:
        return same
    found = reading.one(ask, key)
    if found is None:
        raise OgcError(404, "NotFound", f"There is no feature {key[:60]} in {code}.")
    links = [
        *ogc.twins(request, html, GEOJSON),
        link(url(request, "collection", code), "collection", title=str(view.layer)),
    ]
    if html:
        facts = {**_facts_of(view, found), "links": links}
        answer = ogc.answer(request, True, "item", facts, view=view)
    else:
        answer = HttpResponse(feature_text(found, reference, links), content_type=GEOJSON)
    return _kept(answer, tag, reference)


def collection_text(
    found: Sequence[Item],
    links: Sequence[Mapping[str, Any]],
    reference: Reference,
    names: Sequence[str] | None = None,
    matched: int | None = None,
    bare: bool = False,
) -> str:
    """A feature collection as GeoJSON, coordinates in the order of the reference system's axes."""
    body = ",\n".join(_features(found, reference, names, bare))
    count = "" if matched is None else f'"numberMatched":{matched},'
    head = '{"type":"FeatureCollection",' + count + f'"numberReturned":{len(found)},"links":'
    return f'{head}{_json(list(links))},"features":[\n{body}\n]}}'


def feature_text(found: Item, reference: Reference, links: Sequence[Mapping[str, Any]]) -> str:
    """One feature as GeoJSON."""
    return f'{_features([found], reference, None, False)[0][:-1]},"links":{_json(list(links))}}}'


def _features(found: Sequence[Item], reference: Reference, names: Sequence[str] | None, bare: bool) -> list[str]:
    if not found:
        return []
    shapes = np.array([one.shape for one in found], dtype=object)
    drawn = ["null"] * len(found) if bare else _drawn(reference.from_degrees(shapes))
    lines = []
    for one, shape in zip(found, drawn, strict=True):
        facts = one.properties if names is None else {n: one.properties[n] for n in names if n in one.properties}
        lines.append(
            f'{{"type":"Feature","id":{_json(one.key)},"geometry":{shape},"properties":{_json(facts)}}}'
        )  # fmt: skip
    return lines


def _drawn(shapes: Any) -> list[str]:
    """GeoJSON of each shape; bare points are written by hand, five times as fast."""
    if (shapely.get_type_id(shapes) != 0).any() or shapely.is_empty(shapes).any():
        return list(shapely.to_geojson(shapes).tolist())
    return [f'{{"type":"Point","coordinates":[{x!r},{y!r}]}}' for x, y in shapely.get_coordinates(shapes).tolist()]


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
"""Made once: an encoder for each value would cost more than its work."""


def _links(request: HttpRequest, view: LayerView, html: bool, after: str) -> list[dict[str, Any]]:
    links = ogc.twins(request, html, GEOJSON)
    if after:
        query = request.GET.copy()
        query["after"] = after
        query["f"] = "html" if html else "json"
        href = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
        links.append(link(href, "next", ogc.HTML if html else GEOJSON))
    return [*links, link(url(request, "collection", view.layer.code), "collection", title=str(view.layer))]


def _listed(
    request: HttpRequest,
    view: LayerView,
    ask: Ask,
    found: Sequence[Item],
    links: Sequence[Mapping[str, Any]],
    matched: int | None,
) -> HttpResponse:
    names = list(reading.open_properties(ask.source, ask.signed))
    rows = [
        (one.key, url(request, "item", view.layer.code, one.key), [one.properties.get(n, "") for n in names])
        for one in found
    ]
    titles = [str(ask.source.properties[name].title) or name for name in names]
    following = next((one["href"] for one in links if one["rel"] == "next"), None)
    return ogc.answer(request, True, "items", {"links": links}, view=view, rows=rows, titles=titles,
                      following=following, matched=matched)  # fmt: skip


def _facts_of(view: LayerView, found: Item) -> dict[str, Any]:
    assert view.source is not None, "only layers with a source have items"
    rows = [(str(view.source.properties[n].title) or n, value) for n, value in found.properties.items()]
    page = view.source.link.replace("{key}", quote(found.key)) if view.source.link else ""
    shape = {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(found.shape))}
    return {"key": found.key, "rows": rows, "page": page, "shape": json.dumps(shape), "centre": _centre(found)}


def _centre(found: Item) -> tuple[str, str]:
    point = shapely.point_on_surface(found.shape)
    return f"{point.x:.7f}", f"{point.y:.7f}"


def _facts(view: LayerView, signed: Signed | None, ask: Ask) -> tuple[Any, ...]:
    scope = None if isinstance(view.source, Held) or view.source is None else view.source.scope(signed)
    return view.state, signed is not None, scope, ask.day


def _kept(answer: HttpResponse, tag: str, reference: Reference) -> HttpResponse:
    answer["ETag"] = tag
    answer["Content-Crs"] = f"<{reference.uri}>"
    return answer
