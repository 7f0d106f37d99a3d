"""What stands in the bar: packages above add their entries when they start; a post sees what it may open."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.safestring import SafeString

from citygrid.web.escaping import esc


@dataclass(frozen=True, slots=True)
class Entry:
    """`route`: name of the address. `may`: asked with the seat (or None) of the signed-in person. `key`: keyboard.
    `work_of`: codes of roles whose daily work it is; for them it stands right behind the desk."""

    route: str
    label: Any
    icon: str
    order: int = 100
    may: Callable[[Any], bool] = lambda seat: seat is not None
    key: str = ""
    work_of: frozenset[str] = frozenset()


MOST = 7
"""So many entries stand in the bar on a screen 1366 pixels wide, in the longer language too."""

FIRST = 10
"""The order of the desk: it stands first for everybody."""

_ENTRIES: list[Entry] = []


def add(entry: Entry) -> None:
    """Put an entry into the bar; the same route a second time replaces the first."""
    _ENTRIES[:] = sorted([e for e in _ENTRIES if e.route != entry.route] + [entry], key=lambda e: (e.order, e.route))


def bar(seat: Any, path: str) -> list[dict[str, Any]]:
    """Entries that the seat may open: address, label, icon, key, and whether `path` lies there."""
    shown: list[dict[str, Any]] = []
    role = getattr(getattr(seat, "role", None), "code", "")
    for entry in sorted(_ENTRIES, key=lambda one: one.order > FIRST and role not in one.work_of):
        address = _address(entry.route)
        if address is None or not entry.may(seat):
            continue
        shown.append({"url": address, "label": entry.label, "icon": entry.icon, "key": entry.key, "here": False})
    best = max((e["url"] for e in shown if path == e["url"] or _within(path, e["url"])), key=len, default=None)
    for e in shown:
        e["here"] = e["url"] == best
    return shown


def fitting(shown: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The entries for the bar itself, and those for its menu, in their order; a menu of one is none."""
    if len(shown) <= MOST:
        return shown, []
    return shown[: MOST - 1], shown[MOST - 1 :]


def _within(path: str, address: str) -> bool:
    return address != "/" and path.startswith(address)


def drawn(shown: list[dict[str, Any]]) -> SafeString:
    """The entries as links, in plain Python: every page has them."""
    return SafeString("".join(_link(entry) for entry in shown))  # nosec B308, B703 - escaped piece by piece


def _link(entry: dict[str, Any]) -> str:
    here = ' aria-current="page"' if entry["here"] else ""
    key = f' data-key="{esc(entry["key"])}"' if entry["key"] else ""
    icon = f'<i class="ti ti-{esc(entry["icon"])}" aria-hidden="true"></i>'
    return f'<a href="{esc(entry["url"])}"{here}{key}>{icon}{esc(entry["label"])}</a>'


def _address(route: str) -> str | None:
    return _reversed(route, get_urlconf())


@lru_cache(maxsize=512)
def _reversed(route: str, urlconf: str | None) -> str | None:
    try:
        return reverse(route, urlconf)
    except NoReverseMatch:
        return None
