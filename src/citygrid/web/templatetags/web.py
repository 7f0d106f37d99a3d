"""Tags and filters of all pages: moments, words, and the shared components of `templates/web/components/`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from citygrid.web import lamps, words
from citygrid.web.lights import Light

register = template.Library()


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A part of a page that is the same for everybody who reads its language: drawn once."""
    return _fixed(name, get_language())


@lru_cache(maxsize=64)
def _fixed(name: str, language: str | None) -> SafeString:
    return render_to_string(name)


@register.filter
def office(at: datetime | None) -> str:
    return words.office_moment(at)


@register.filter
def money(amount: Decimal, currency: str) -> str:
    return words.money(amount, currency)


@register.filter
def office_day(day: date | datetime | str | None) -> str:
    """`day` may be text as files have it (`2026-11-22`)."""
    return words.office_day(date.fromisoformat(day) if isinstance(day, str) and day else day or None)


@register.filter
def short(at: datetime | None) -> str:
    return words.short_moment(at)


@register.filter
def say(pair: tuple[str, str] | None) -> str:
    """One of a (Chinese, English) pair."""
    return words.say(pair)


@register.simple_tag
def light(of: Light) -> SafeString:
    return lamps.lamp(of)


@register.simple_tag
def time_left(of: Light, ticks: bool = True) -> SafeString:
    """The time left; `ticks`: the page's clock goes on counting."""
    return lamps.time_left(of, ticks)


@register.inclusion_tag("web/components/empty.html")
def empty(icon: str, title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Nothing here, and what to do next."""
    return {"icon": icon, "title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("web/components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], after: str | None) -> dict[str, Any]:
    """Keyset paging: `after` is the key of the last row, None on the last page. Other parameters are kept."""
    query = context["request"].GET.copy()
    first = None
    if "after" in query:
        del query["after"]
        first = "?" + query.urlencode()
    following = None
    if after:
        query["after"] = after
        following = "?" + query.urlencode()
    return {"first": first, "next": following}


@register.inclusion_tag("web/components/photos.html")
def photo_strip(before: Sequence[Any], after: Sequence[Any], checked: Sequence[Any] = ()) -> dict[str, Any]:
    """Photos (with `small`, `large`, `caption`) before and after, side by side; those of the checker if any."""
    sides = [
        {"key": "before", "title": _("Before"), "photos": before, "none": _("No photo of the problem")},
        {"key": "after", "title": _("After"), "photos": after, "none": _("No photo after handling yet")},
    ]
    if checked:
        sides.append({"key": "check", "title": _("At the check"), "photos": checked, "none": ""})
    return {"sides": sides}


@register.inclusion_tag("web/components/map.html")
def map_panel(
    lon: str = "",
    lat: str = "",
    *,
    light: str = "none",
    outline: str = "",
    pick: str = "",
    centre: tuple[str, str] | None = None,
    zoom: int = 17,
    id: str = "",
    label: str = "",
    **more: str | bool,
) -> dict[str, Any]:
    """The map of every page, with a point. `pick`: selector of the form whose lon and lat follow a click.

    `more`: the other attributes of docs/maps.md without `data-map-`, such as `select_into="#keys"`, `fit=True`.
    """
    attributes = {f"data-map-{name.replace('_', '-')}": value for name, value in more.items() if value is not False}
    return {
        "lon": lon,
        "lat": lat,
        "light": light,
        "outline": outline,
        "pick": pick,
        "zoom": zoom,
        "centre_lon": centre[0] if centre else "",
        "centre_lat": centre[1] if centre else "",
        "id": id,
        "label": label or _("Map"),
        "attributes": {name: "" if value is True else value for name, value in attributes.items()},
    }


@register.inclusion_tag("web/components/field.html")
def field_row(field: BoundField) -> dict[str, Any]:
    """A form field with label, hint and error; the error is tied to the field for screen readers."""
    described = []
    if field.help_text:
        described.append(f"{field.auto_id}_hint")
    if field.errors:
        described.append(f"{field.auto_id}_error")
        field.field.widget.attrs["aria-invalid"] = "true"
    if described:
        field.field.widget.attrs["aria-describedby"] = " ".join(described)
    return {"field": field}


@register.inclusion_tag("web/components/refusal.html")
def refused(refusal: Any) -> dict[str, Any]:
    """The sentence of a refusal (with `code` and `sentence`), or nothing."""
    return {"refusal": refusal}


@register.inclusion_tag("web/components/entry.html")
def timeline_entry(line: Any) -> dict[str, Any]:
    """A line of a timeline: `at`, `title`, `who`, `body`, `state`, `facts` (pairs), `photos`, `late`."""
    return {"line": line}
