"""The start page of coordination: each room adds its doors; a post sees those that it may open."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from citygrid.organization.seats import Signed, seat_required


@dataclass(frozen=True, slots=True)
class Door:
    """`route`: name of the page's address. `text`: what is behind it, in one line."""

    route: str
    label: Any
    icon: str
    text: Any
    order: int
    may: Callable[[Signed | None], bool]


_DOORS: list[Door] = []


def add(door: Door) -> None:
    """The same route a second time replaces the first."""
    _DOORS[:] = sorted([one for one in _DOORS if one.route != door.route] + [door], key=lambda one: one.order)


def open_to(signed: Signed | None) -> list[Door]:
    return [one for one in _DOORS if one.may(signed)]


def any_open(signed: Signed | None) -> bool:
    """Whether the bar shows coordination."""
    return any(one.may(signed) for one in _DOORS)


@require_safe
@seat_required
def start(request: HttpRequest, signed: Signed) -> HttpResponse:
    """What the post may open of coordination."""
    found = open_to(signed)
    if not found:
        raise PermissionDenied
    doors = [(reverse(one.route), one) for one in found]
    return render(request, "coordination/start.html", {"doors": doors})
