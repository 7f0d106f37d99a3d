"""Changing the register: everything is checked before anything is kept, and noted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from citygrid.maps import external, register, sharing, sources
from citygrid.maps.models import EXTERNAL, Kind, Layer, LayerGroup
from citygrid.maps.problems import LayerError
from citygrid.organization.models import Body, Role, Side
from citygrid.organization.seats import Signed
from citygrid.trust import audit


class Known:
    """Codes of the organization that a layer may name, looked up once."""

    def __init__(self) -> None:
        roles = list(Role.objects.values_list("code", "side"))
        self.roles = frozenset(code for code, _ in roles)
        self.handling = frozenset(code for code, side in roles if side == Side.HANDLING)
        self.bodies = frozenset(Body.objects.values_list("code", flat=True))


def check(layer: Layer, known: Known) -> None:
    """Raises LayerError for the first thing that is wrong with a layer."""
    if layer.min_zoom > layer.max_zoom:
        raise LayerError("zooms_not_in_order")
    if not isinstance(layer.style, dict):
        raise LayerError("style_not_a_table")
    for name in layer.roles:
        if name not in known.roles:
            raise LayerError("unknown_role", {"name": name})
    for name in layer.bodies:
        if name not in known.bodies:
            raise LayerError("unknown_body", {"name": name})
    sharing.check(layer, known.handling)
    if layer.kind in EXTERNAL:
        external.check(layer)
    elif layer.kind == Kind.SOURCE:
        _check_source(layer)


def _check_source(layer: Layer) -> None:
    source = sources.get(layer.source)
    if source is None:
        raise LayerError("unknown_source", {"source": layer.source})
    for name in layer.filter:
        if name not in source.properties:
            raise LayerError("unknown_property", {"source": layer.source, "name": name})


def save(layer: Layer, by: Signed, at: datetime) -> None:
    """Keep a new or changed layer. Raises LayerError, and then nothing has changed."""
    check(layer, Known())
    with transaction.atomic():
        act = "layer_changed" if layer.pk else "layer_added"
        if layer.kind == Kind.SOURCE:
            source = sources.get(layer.source)
            layer.geometry = source.kind if source else "mixed"
        layer.save()
        register.touch()
        _note(act, layer, by, at, {"published": layer.published, "public": layer.public, "sharing": layer.sharing})


def remove(layer: Layer, by: Signed, at: datetime) -> None:
    """Take a layer out of the register, with the features that it keeps."""
    with transaction.atomic():
        _note("layer_removed", layer, by, at)
        layer.delete()
        register.touch()


def reorder(codes: list[str], by: Signed, at: datetime, group: LayerGroup | None = None) -> None:
    """Put layers into this order (the first on top), all of them into a group. Unknown codes are passed over."""
    with transaction.atomic():
        layers = {layer.code: layer for layer in Layer.objects.select_for_update(of=("self",)).filter(code__in=codes)}
        for place, code in enumerate(codes):
            if code in layers:
                Layer.objects.filter(pk=layers[code].pk).update(order=10 * (place + 1), group=group)
        register.touch()
        audit.record(at, "layers_ordered", subject=("layer_group", group.code if group else ""), **_who(by))


def _note(act: str, layer: Layer, by: Signed, at: datetime, params: Mapping[str, Any] | None = None) -> None:
    audit.record(at, act, subject=("layer", layer.code), params=params, **_who(by))


def _who(by: Signed) -> dict[str, Any]:
    return {"person": by.person.pk, "seat": by.seat.pk, "post": by.post.pk}
