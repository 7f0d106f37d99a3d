"""The parameters of `items`, read into an `Ask`. Whatever cannot be understood is refused with 400."""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from citygrid.maps import cql, cql_sql, cql_text, ogc_crs, reading
from citygrid.maps.cql import CqlError, Op, Prop
from citygrid.maps.listing import LayerView
from citygrid.maps.ogc import wrong
from citygrid.maps.reading import Ask
from citygrid.maps.sources import Property
from citygrid.organization.seats import Signed

MOST, USUAL = 10_000, 100
NAMES = (
    "limit", "after", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "properties",
    "skipGeometry", "count",
)  # fmt: skip


def ask(request: HttpRequest, view: LayerView, signed: Signed | None) -> Ask:
    """What the address asks for."""
    assert view.source is not None, "only layers with a source have items"
    properties = reading.open_properties(view.source, signed)
    for name in request.GET:
        if name not in ("f", "lang", *NAMES) and name not in properties:
            raise wrong(f"The parameter {name} is not known here, and there is no property of that name.")
    day, until = days(request.GET.get("datetime", ""))
    area, straight = box(request)
    return Ask(
        layer=view.layer,
        source=view.source,
        signed=signed,
        day=day,
        until=until,
        area=area,
        straight=straight,
        where=where(request, properties),
        after=request.GET.get("after", ""),
        limit=limit(request.GET.get("limit")),
    )


def limit(text: str | None) -> int:
    """From 1; more than 10,000 is taken as 10,000 (/req/core/fc-limit-response-1)."""
    if text is None:
        return USUAL
    if not (text.isascii() and text.isdigit()) or int(text[:12]) < 1:
        raise wrong("limit is a whole number from 1.")
    return min(int(text[:12]), MOST)


def box(request: HttpRequest) -> tuple[list[Any], bool]:
    """Shapes in degrees, and whether they are boxes along lon and lat."""
    text, crs = request.GET.get("bbox"), request.GET.get("bbox-crs")
    reference = ogc_crs.reference(crs, "bbox-crs")
    if text is None:
        return [], True
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise wrong("bbox is four numbers (or six), parted by commas.")
    return ogc_crs.area(numbers, reference)


def days(text: str) -> tuple[date, date | None]:
    """An instant, or an interval with .. for an open end; today without one."""
    if not text:
        return reading.today(), None
    parts = text.split("/")
    if len(parts) == 1 and parts[0] not in ("", ".."):
        return _day(parts[0]), None
    if len(parts) != 2 or all(part in ("", "..") for part in parts):
        raise wrong("datetime is a moment, or an interval such as 2024-01-01/2024-06-30 or 2024-01-01/.. .")
    first = date.min if parts[0] in ("", "..") else _day(parts[0])
    last = date.max if parts[1] in ("", "..") else _day(parts[1])
    if last < first:
        raise wrong("datetime: the interval ends before it begins.")
    return first, last


def _day(text: str) -> date:
    try:
        if "T" not in text.upper():
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00").replace(" ", "+"))
        return timezone.localdate(moment) if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        raise wrong(f"datetime: {text} is no date such as 2024-05-01 or 2024-05-01T08:00:00Z.") from None


def where(request: HttpRequest, properties: Mapping[str, Property]) -> Op | None:
    """The filter and the properties that are asked for by name, all of which must hold."""
    found: list[Op] = []
    for name in request.GET:
        if name in properties and name not in NAMES:
            found.append(Op("=", (Prop(name), _typed(name, request.GET[name], properties[name].type))))
    text, language = request.GET.get("filter"), request.GET.get("filter-lang", "cql2-text")
    if language not in ("cql2-text", "cql2-json"):
        raise wrong("filter-lang is cql2-text or cql2-json.")
    reference = ogc_crs.reference(request.GET.get("filter-crs"), "filter-crs")
    if text is not None:
        parse = cql_text.parse_text if language == "cql2-text" else cql_text.parse_json
        try:
            one = parse(text, reference.to_degrees)
            cql_sql.check(one, properties)
        except CqlError as error:
            raise wrong(f"filter: {error}") from None
        found.append(one)
    if not found:
        return None
    return found[0] if len(found) == 1 else cql.made("and", found)


def _typed(name: str, text: str, kind: str) -> Any:
    try:
        if kind == "bool":
            return {"true": True, "false": False}[text.lower()]
        if kind in ("number", "integer"):
            number = float(text)
            if not math.isfinite(number):
                raise ValueError(text)
            return number
        return date.fromisoformat(text).isoformat() if kind == "date" else text
    except (KeyError, ValueError):
        raise wrong(f"{name} is a {kind}, not {text[:40]}.") from None


def chosen(request: HttpRequest, properties: Mapping[str, Property]) -> list[str] | None:
    """The properties that the client wants, None for all."""
    text = request.GET.get("properties")
    if text is None:
        return None
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in properties:
            raise wrong(f"There is no property named {name}.")
    return names


def yes(request: HttpRequest, name: str) -> bool:
    """A switch."""
    text = request.GET.get(name, "false")
    if text not in ("true", "false"):
        raise wrong(f"{name} is true or false.")
    return text == "true"
