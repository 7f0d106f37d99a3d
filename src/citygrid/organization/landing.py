"""Where somebody comes out who signed in without asking for a page: packages above may know better than "/"."""

from collections.abc import Callable

from django.http import HttpRequest

from citygrid.organization import seats
from citygrid.organization.seats import Signed

Rule = Callable[[HttpRequest, Signed], str | None]
_RULES: list[Rule] = []


def add(rule: Rule) -> None:
    """Ask `rule(request, signed)`: an address of ours, or None. The same rule counts once; the first answer holds."""
    if rule not in _RULES:
        _RULES.append(rule)


def after(request: HttpRequest, back: str) -> str:
    """`back` when a page was asked for; else what the rules say, else the start page."""
    signed = seats.current(request) if back == "/" else None
    if signed is None:
        return back
    return next((address for rule in _RULES if (address := rule(request, signed))), back)
