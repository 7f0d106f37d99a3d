"""The version of all areas: a new row whenever their content has changed."""

import hashlib
from collections.abc import Iterator

from citygrid.areas.models import Area, AreaVersion, DutyMembership, GridOrigin, ServiceArea


class Bumps:
    """How often this process has changed areas itself: what it holds of them is then read again at once."""

    count = 0


def bump() -> AreaVersion:
    """Call it after every import or edit, inside the same transaction. Unchanged content makes no new row."""
    digest = _digest()
    newest = current()
    if newest is None or newest.digest != digest:
        newest = AreaVersion.objects.create(digest=digest)
    Bumps.count += 1
    return newest


def current() -> AreaVersion | None:
    """The version in force, None before the first import."""
    return AreaVersion.objects.order_by("-id").first()


def _digest() -> str:
    total = hashlib.sha256()
    for line in _lines():
        total.update(line + b"\n")
    return total.hexdigest()


def _lines() -> Iterator[bytes]:
    areas = Area.objects.order_by("kind", "code", "valid_from").values_list(
        "kind", "code", "name", "parent__code", "serial", "metric_crs", "valid_from", "valid_to", "geometry"
    )
    for *facts, shape in areas.iterator(5000):
        yield repr([str(fact) for fact in facts]).encode() + hashlib.sha256(shape).digest()
    for row in Area.objects.exclude(shift="").order_by("code", "valid_from").values_list("code", "valid_from", "shift"):
        yield repr([str(fact) for fact in row]).encode()
    origins = ("grid__code", "grid__valid_from", "origin__code", "origin__valid_from")
    for row in GridOrigin.objects.order_by(*origins).values_list(*origins).iterator(5000):
        yield repr([str(fact) for fact in row]).encode()
    order = ("duty_grid__code", "duty_grid__valid_from", "grid__code", "grid__valid_from", "valid_from")
    for row in DutyMembership.objects.order_by(*order).values_list(*order, "valid_to").iterator(5000):
        yield repr([str(fact) for fact in row]).encode()
    services = ServiceArea.objects.order_by("code", "valid_from").values_list(
        "code", "valid_from", "valid_to", "approval", "approved_on", "geometry"
    )
    for *facts, shape in services:
        yield repr([str(fact) for fact in facts]).encode() + hashlib.sha256(shape).digest()
