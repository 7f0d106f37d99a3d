"""What packages above show of a case on its page: fragments that it loads, and links beside its acts.

A package registers in its `apps.py`; the case page asks each panel whether this seat may have it for this case.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse

from citygrid.organization.seats import Signed
from citygrid.process import Case

May = Callable[[Signed, Case], bool]


@dataclass(frozen=True, slots=True)
class Panel:
    """`route`: address of the fragment, with the case's id as its only argument; an empty answer shows nothing.

    `where`: `side` beside the timeline, `under` above it, `link` among the acts (a page or a file, not a fragment),
    `act` above the fields of the form of one of `acts`."""

    route: str
    label: Any
    where: Literal["side", "under", "link", "act"] = "side"
    order: int = 100
    icon: str = ""
    may: May = lambda signed, case: True
    acts: tuple[str, ...] = ()


_PANELS: list[Panel] = []


def add(panel: Panel) -> None:
    """Registers a panel; the same route a second time replaces the first."""
    _PANELS[:] = sorted([p for p in _PANELS if p.route != panel.route] + [panel], key=lambda p: (p.order, p.route))


def shown(signed: Signed, case: Case) -> dict[str, list[dict[str, Any]]]:
    """The panels of this case for this seat, by where they stand: address, label, icon."""
    found: dict[str, list[dict[str, Any]]] = {"side": [], "under": [], "link": []}
    for panel in _PANELS:
        if panel.where != "act" and panel.may(signed, case):
            address = reverse(panel.route, args=[case.id])
            found[panel.where].append({"url": address, "label": panel.label, "icon": panel.icon})
    return found


def beside(act: str, signed: Signed, case: Case) -> list[str]:
    """Addresses of the fragments above the fields of an act's form."""
    return [
        reverse(panel.route, args=[case.id])
        for panel in _PANELS
        if panel.where == "act" and act in panel.acts and panel.may(signed, case)
    ]
