"""The register as it stands, kept in memory by its mark: read anew as soon as anybody has changed it."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import Error

from citygrid.maps.models import Layer, LayerGroup, RegisterState

LOOK_EVERY = 3.0
"""Seconds between two looks of `recent`, whether the database answered or not."""


@dataclass(frozen=True, slots=True)
class Register:
    """Groups and layers in their order; `mark` is another after every change."""

    mark: str
    groups: tuple[LayerGroup, ...] = ()
    layers: Mapping[str, Layer] = field(default_factory=dict)


class _Held:
    register = Register("")
    looked = float("-inf")


def current() -> Register:
    """The register now: one small question to the database when nothing has changed."""
    mark = RegisterState.objects.filter(pk=1).values_list("mark", flat=True).first() or ""
    held = _Held.register
    if held.mark != mark:
        layers = Layer.objects.select_related("group")
        held = Register(mark, tuple(LayerGroup.objects.all()), {layer.code: layer for layer in layers})
        _Held.register = held
    _Held.looked = time.monotonic()
    return held


def recent() -> Register:
    """The register as it was some seconds ago at most, or as it was last known when the database does not answer: for
    what every page of the site asks (the content policy)."""
    if time.monotonic() - _Held.looked < LOOK_EVERY:
        return _Held.register
    _Held.looked = time.monotonic()
    try:
        return current()
    except Error:
        return _Held.register


def touch() -> None:
    """Call after every change, in its transaction."""
    RegisterState.objects.update_or_create(pk=1, defaults={"mark": secrets.token_hex(16)})
    _Held.looked = float("-inf")
