"""Filters of the Common Query Language (OGC 21-065r2, CQL2), as a tree, and what they say of one feature. Pure.

A filter has three values as in SQL: a comparison with something that is missing is neither true nor false."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely
from shapely import Geometry

COMPARE = {"=", "<>", "<", "<=", ">", ">="}
SPATIAL: Mapping[str, Callable[[Geometry, Geometry], Any]] = {
    "s_intersects": shapely.intersects,
    "s_disjoint": shapely.disjoint,
    "s_within": shapely.within,
    "s_contains": shapely.contains,
    "s_equals": shapely.equals,
    "s_touches": shapely.touches,
    "s_overlaps": shapely.overlaps,
    "s_crosses": shapely.crosses,
}
MIRRORED = {"s_within": "s_contains", "s_contains": "s_within"}
DEEPEST = 60


class CqlError(ValueError):
    """What is wrong with a filter, for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Prop:
    """A property by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Op:
    """`and`, `or`, `not`, a comparison, `like`, `between`, `in`, `isnull`, a spatial function, `true`, `false`.

    A comparison's first argument is a Prop, the others are plain values (text, number, bool; dates as text) or Props. A
    spatial function's second argument is a shape in degrees, its first the feature's own."""

    name: str
    args: tuple[Any, ...] = ()


def names(of: Any) -> set[str]:
    """The properties that a filter asks for."""
    if isinstance(of, Prop):
        return {of.name}
    return set().union(*map(names, of.args)) if isinstance(of, Op) else set()


def spatial(of: Any) -> bool:
    """Whether a filter asks where things are."""
    return isinstance(of, Op) and (of.name in SPATIAL or any(map(spatial, of.args)))


def depth(of: Any) -> int:
    return 1 + max(map(depth, of.args), default=0) if isinstance(of, Op) else 0


def holds(of: Op, properties: Mapping[str, Any], shape: Geometry) -> bool | None:
    """Whether the filter holds for a feature; None where that is unknown."""
    if of.name == "and":
        return _all([holds(one, properties, shape) for one in of.args])
    if of.name == "or":
        turned = _all([_not(holds(one, properties, shape)) for one in of.args])
        return _not(turned)
    if of.name == "not":
        return _not(holds(of.args[0], properties, shape))
    if of.name in ("true", "false"):
        return of.name == "true"
    if of.name in SPATIAL:
        return bool(SPATIAL[of.name](shape, of.args[1]))
    return _scalar(of, [properties.get(a.name) if isinstance(a, Prop) else a for a in of.args])


def _scalar(of: Op, values: Sequence[Any]) -> bool | None:
    first, rest = values[0], values[1:]
    if of.name == "isnull":
        return first is None
    if first is None or any(one is None for one in rest):
        return None
    if of.name == "in":
        return first in rest
    if of.name == "between":
        return bool(rest[0] <= first <= rest[1])
    if of.name == "like":
        return _pattern(str(rest[0])).fullmatch(str(first)) is not None
    return bool(_COMPARE[of.name](first, rest[0]))


_COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Sequence[bool | None]) -> bool | None:
    if any(one is False for one in values):
        return False
    return None if any(one is None for one in values) else True


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    """% any characters, _ one, a backslash before either takes it as it is."""
    parts, escaped = [], False
    for sign in text:
        if escaped or sign not in "%_\\":
            parts.append(re.escape(sign))
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            parts.append(".*" if sign == "%" else ".")
    if escaped:
        raise CqlError("A pattern of LIKE does not end with a backslash.")
    return re.compile("".join(parts), re.DOTALL)


def made(name: str, args: Sequence[Any]) -> Op:
    """An operator with its arguments in the order that `Op` promises. Raises CqlError."""
    if name in ("and", "or"):
        if len(args) < 2 or not all(isinstance(one, Op) for one in args):
            raise CqlError(f"{name.upper()} stands between two conditions.")
    elif name == "not":
        if len(args) != 1 or not isinstance(args[0], Op):
            raise CqlError("NOT stands before one condition.")
    elif name in SPATIAL:
        return _made_spatial(name, args)
    else:
        return _made_scalar(name, args)
    return Op(name, tuple(args))


def _made_spatial(name: str, args: Sequence[Any]) -> Op:
    if len(args) == 2 and isinstance(args[0], Geometry) and isinstance(args[1], Prop):
        name, args = MIRRORED.get(name, name), (args[1], args[0])
    if len(args) != 2 or not isinstance(args[0], Prop) or not isinstance(args[1], Geometry):
        raise CqlError(f"{name.upper()} takes the feature's geometry and a geometry.")
    return Op(name, tuple(args))


_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}


def _made_scalar(name: str, args: Sequence[Any]) -> Op:
    if any(isinstance(one, Op | Geometry) for one in args) or not args:
        raise CqlError("A comparison is made of a property and values.")
    if name in COMPARE and len(args) == 2 and not isinstance(args[0], Prop):
        name, args = _TURNED[name], (args[1], args[0])
    wanted = {"isnull": 1, "between": 3, "like": 2}.get(name, 2 if name in COMPARE else None)
    if not isinstance(args[0], Prop) or (wanted is not None and len(args) != wanted):
        raise CqlError("A comparison begins with a property.")
    if name not in COMPARE and any(isinstance(one, Prop) for one in args[1:]):
        raise CqlError("Only comparisons by = <> < <= > >= may have a property on both sides.")
    if name == "like":
        if not isinstance(args[1], str):
            raise CqlError("LIKE takes a text.")
        _pattern(args[1])
    return Op(name, tuple(args))
