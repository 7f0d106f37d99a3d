"""The shifts of GCJ-02 and BD-09 and the way back, for one point (m = math) or many (m = numpy).

Inside the rectangle of `_in_china` only; see `coordinates` for what that means at its edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

_AXIS, _ECCENTRICITY = 6378245.0, 0.00669342162296594323  # of the ellipsoid that GCJ-02 is computed on
_BD_TURN = math.pi * 3000.0 / 180.0
_NEAR = 1e-11  # degrees: where the iterations stop
_TURNS = 30

Offset = Callable[[Any, Any, ModuleType], tuple[Any, Any]]


def shift(lon: Any, lat: Any, offset: Offset, m: ModuleType) -> tuple[Any, Any]:
    """The shifted point: lon + offset, inside the rectangle."""
    inside = _in_china(lon, lat)
    dx, dy = offset(lon, lat, m)
    return lon + dx * inside, lat + dy * inside


def turn_back(lon: Any, lat: Any, offset: Offset, m: ModuleType) -> tuple[Any, Any]:
    """The point whose shift ends at (lon, lat): x = end - offset(x), repeated until it stands still."""
    inside = _in_china(lon, lat)
    x, y = lon, lat
    for _ in range(_TURNS):
        dx, dy = offset(x, y, m)
        new_x, new_y = lon - dx * inside, lat - dy * inside
        still = np.all((abs(new_x - x) < _NEAR) & (abs(new_y - y) < _NEAR))
        x, y = new_x, new_y
        if still:
            break
    return x, y


def _in_china(lon: Any, lat: Any) -> Any:
    return (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)


def gcj_offset(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    """What GCJ-02 adds to a WGS-84 point, in degrees (the formula that is publicly known)."""
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    root = m.sqrt(abs(x))
    waves = 20.0 * m.sin(6.0 * x * pi) + 20.0 * m.sin(2.0 * x * pi)
    north = (
        -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + (
            waves
            + 20.0 * m.sin(y * pi)
            + 40.0 * m.sin(y / 3.0 * pi)
            + 160.0 * m.sin(y / 12.0 * pi)
            + 320.0 * m.sin(y * pi / 30.0)
        )
        * 2.0
        / 3.0
    )
    east = (
        300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + (
            waves
            + 20.0 * m.sin(x * pi)
            + 40.0 * m.sin(x / 3.0 * pi)
            + 150.0 * m.sin(x / 12.0 * pi)
            + 300.0 * m.sin(x / 30.0 * pi)
        )
        * 2.0
        / 3.0
    )
    angle = lat / 180.0 * pi
    magic = 1.0 - _ECCENTRICITY * m.sin(angle) ** 2
    root = m.sqrt(magic)
    return (
        east * 180.0 / (_AXIS / root * m.cos(angle) * pi),
        north * 180.0 / (_AXIS * (1.0 - _ECCENTRICITY) / (magic * root) * pi),
    )


def bd_offset(lon: Any, lat: Any, m: ModuleType) -> tuple[Any, Any]:
    """What BD-09 adds to a GCJ-02 point, in degrees."""
    radius = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * _BD_TURN)
    turn = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _BD_TURN)
    return radius * m.cos(turn) + 0.0065 - lon, radius * m.sin(turn) + 0.006 - lat
