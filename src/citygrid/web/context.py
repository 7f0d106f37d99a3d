"""What every template may use: the city's name, who is signed in on which post, the bar, the push address."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from citygrid import __version__
from citygrid.areas.models import Area
from citygrid.organization import seats
from citygrid.web import lights, navigation, words
from citygrid.web.addresses import push_url


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor. `signed` is None for a stranger; `other_seats` are the posts that the person may change to."""
    return {"web": Page(request)}


class Page:
    """Asked for piece by piece, so that fragments cost nothing that they do not show."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def signed(self) -> seats.Signed | None:
        return seats.current(self._request)

    @property
    def seats(self) -> list[Any]:
        """All posts of the person."""
        return seats.held(self._request) if self.signed else []

    @property
    def city(self) -> str:
        return Names.of_city(words.chinese())

    @cached_property
    def bar(self) -> dict[str, Any]:
        """What stands in the bar, what its menu holds beside that, and whether the page lies in the menu."""
        shown, more = navigation.fitting(navigation.bar(self.signed, self._request.path))
        here = any(entry["here"] for entry in more)
        return {"shown": navigation.drawn(shown), "more": navigation.drawn(more), "here": here}

    @cached_property
    def push_url(self) -> str:
        return push_url(self._request) if self.signed else ""

    @property
    def notes(self) -> list[str]:
        """Addresses of the lines below the bar that packages above want to show now."""
        return Notes.wanted(self.signed) if self.signed else []

    @property
    def build(self) -> str:
        return __version__

    @cached_property
    def spans(self) -> dict[str, str]:
        return words.span_formats()

    @cached_property
    def lights(self) -> dict[str, str]:
        return lights.names(get_language())


def city_name(chinese: bool) -> str:
    """The name of the city's area; empty before a city is loaded."""
    row = Area.objects.filter(kind="city").order_by("-id").values_list("name", flat=True).first()
    return row or ""


class Notes:
    """Lines below the bar, each a fragment of the package that says when it is wanted."""

    _known: dict[str, Callable[[seats.Signed], bool]] = {}

    @classmethod
    def add(cls, route: str, wanted: Callable[[], bool]) -> None:
        """A line that everybody gets while it is wanted."""
        cls._known[route] = lambda signed: wanted()

    @classmethod
    def add_for(cls, route: str, wanted: Callable[[seats.Signed], bool]) -> None:
        """A line for some posts only."""
        cls._known[route] = wanted

    @classmethod
    def wanted(cls, signed: seats.Signed) -> list[str]:
        return [reverse(route) for route, wanted in cls._known.items() if wanted(signed)]


class Names:
    """Who says how the city is called: the areas, until a package above that keeps the city's profile says it."""

    of_city: Callable[[bool], str] = staticmethod(city_name)
