"""What access keys can open: each scope is a list of methods and addresses; packages above add theirs at the start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

READING = frozenset(("GET", "HEAD", "OPTIONS"))


@dataclass(frozen=True, slots=True)
class Door:
    """These methods on the address and on all below it."""

    address: str
    methods: frozenset[str] = READING

    def admits(self, method: str, path: str) -> bool:
        address = self.address.rstrip("/")
        below = path.startswith(address + "/")
        return method in self.methods and (below or (path == address and not self.address.endswith("/")))


@dataclass(frozen=True, slots=True)
class KeyScope:
    """`label`: what it opens, for whoever makes a key. `writes`: whether a key with it can change anything."""

    code: str
    label: Any
    doors: tuple[Door, ...]
    writes: bool = False
    order: int = 100


_SCOPES: dict[str, KeyScope] = {}


def add(scope: KeyScope) -> None:
    """Offer a scope; the same code a second time replaces the first."""
    _SCOPES[scope.code] = scope


def known() -> Mapping[str, KeyScope]:
    """All scopes by code, in the order in which they are offered."""
    return MappingProxyType(dict(sorted(_SCOPES.items(), key=lambda pair: (pair[1].order, pair[0]))))


def opening(method: str, path: str) -> frozenset[str]:
    """The scopes that open this address with this method."""
    return frozenset(code for code, scope in _SCOPES.items() if any(door.admits(method, path) for door in scope.doors))


def opens(scopes: Iterable[str], method: str, path: str) -> bool:
    """Whether a key with these scopes may ask for the address; a scope that is no longer offered opens nothing."""
    return not opening(method, path).isdisjoint(scopes)


def register() -> None:
    """The scopes of what lies at or below the organization."""
    look = _("files of cases: look at photos, sound, video, documents")
    add(KeyScope("media.read", look, (Door("/media"),), order=50))
    send = (Door("/media", frozenset(("POST",))),)
    add(KeyScope("media.send", _("files: send them in"), send, writes=True, order=51))
