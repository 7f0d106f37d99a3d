"""The start page of base data: packages add their doors when they start; a post sees what it may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from citygrid.organization.seats import Signed


@dataclass(frozen=True, slots=True)
class Door:
    """`route`: name of the address. `count`: the number shown on the door, with `unit` after it, or None."""

    route: str
    title: Any
    text: Any
    icon: str
    order: int = 100
    may: Callable[[Signed], bool] = lambda signed: True
    count: Callable[[Signed], int | None] = lambda signed: None
    unit: Any = ""


_DOORS: dict[str, Door] = {}


def add(door: Door) -> None:
    """Put a door on the page; the same route a second time replaces the first."""
    _DOORS[door.route] = door


def doors(signed: Signed) -> list[dict[str, Any]]:
    """The doors that the post may open, in order. One whose address does not exist is left out."""
    shown: list[dict[str, Any]] = []
    for door in sorted(_DOORS.values(), key=lambda one: (one.order, one.route)):
        if not door.may(signed):
            continue
        try:
            address = reverse(door.route)
        except NoReverseMatch:
            continue
        shown.append(
            {
                "url": address,
                "title": door.title,
                "text": door.text,
                "icon": door.icon,
                "count": door.count(signed),
                "unit": door.unit,
            }
        )
    return shown
