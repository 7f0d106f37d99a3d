"""A filter as SQL. Where it asks for shapes the SQL takes in too much, never too little; `cql.holds` tells then.

`Compiler.wider(filter)`: a condition that is true for every row for which the filter is true, and exactly for those
when the filter is not spatial. Values are parameters; SQL comes from the declared properties alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from citygrid.maps.cql import COMPARE, SPATIAL, CqlError, Op, Prop
from citygrid.maps.sources import Property

Fragment = tuple[str, list[Any]]
BoxTest = Callable[[Sequence[float]], Fragment]
TYPES = {"text": (str,), "date": (str,), "number": (int, float), "integer": (int, float), "bool": (bool,)}
CASTS = {"text": "text", "date": "date", "number": "float8", "integer": "float8", "bool": "bool"}


def check(of: Any, properties: Mapping[str, Property]) -> None:
    """Raises CqlError when a filter names no property of the layer, or compares it with something else."""
    if not isinstance(of, Op):
        return
    if of.name in ("and", "or", "not"):
        for one in of.args:
            check(one, properties)
    elif of.name in SPATIAL:
        if of.args[0].name not in ("geometry", "geom"):
            raise CqlError(f"The geometry is named geometry, not {of.args[0].name}.")
    elif of.args:
        kinds = {_kind(one, properties) for one in of.args if isinstance(one, Prop)}
        for value in of.args[1:]:
            _fits(value, kinds, of)


def _kind(one: Prop, properties: Mapping[str, Property]) -> str:
    if one.name not in properties:
        raise CqlError(f"There is no property named {one.name}.")
    return properties[one.name].type


def _fits(value: Any, kinds: set[str], of: Op) -> None:
    kind = next(iter(kinds))
    if isinstance(value, Prop):
        if len({CASTS[one] for one in kinds}) != 1:
            raise CqlError("The two properties are of different types.")
        return
    if of.name == "like" and kind != "text":
        raise CqlError("LIKE compares texts.")
    wrong = isinstance(value, bool) != (kind == "bool") or not isinstance(value, TYPES[kind])
    if wrong or (kind == "date" and not _is_day(value)):
        raise CqlError(f"The property {of.args[0].name} is a {kind}, not {value!r}.")


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdigit()


class Compiler:
    """For one source: its properties, and how a box in degrees is asked for."""

    def __init__(self, properties: Mapping[str, Property], box: BoxTest) -> None:
        self.properties, self.box = properties, box

    def wider(self, of: Op, wanted: bool = True) -> Fragment:
        """Rows for which the filter may be true (`wanted`) or may be false."""
        if of.name == "not":
            return self.wider(of.args[0], not wanted)
        if of.name in ("and", "or"):
            word = of.name if wanted else {"and": "or", "or": "and"}[of.name]
            parts = [self.wider(one, wanted) for one in of.args]
            return "(" + f" {word} ".join(text for text, _ in parts) + ")", [p for _, params in parts for p in params]
        if of.name in SPATIAL:
            if not wanted or of.name == "s_disjoint":
                return "true", []
            return self.box(of.args[1].bounds)
        if of.name in ("true", "false"):
            return str((of.name == "true") == wanted).lower(), []
        text, params = self._scalar(of)
        return (text, params) if wanted else (f"not {text}", params)

    def _scalar(self, of: Op) -> Fragment:
        first = self._column(of.args[0])
        kind = CASTS[self.properties[of.args[0].name].type]
        if of.name == "isnull":
            return f"({first} is null)", []
        if of.name == "in":
            return f"({first} = any(%s::{kind}[]))", [_values(of.args[1:], kind)]
        if of.name == "between":
            return f"({first} between %s::{kind} and %s::{kind})", _values(of.args[1:], kind)
        assert of.name in COMPARE or of.name == "like", of.name
        second = of.args[1]
        if isinstance(second, Prop):
            return f"({first} {of.name} {self._column(second)})", []
        return f"({first} {of.name} %s::{kind})", _values([second], kind)

    def _column(self, one: Prop) -> str:
        known = self.properties[one.name]
        return f'(({known.sql})::text collate "C")' if known.type == "text" else f"({known.sql})::{CASTS[known.type]}"


def _values(values: Sequence[Any], kind: str) -> list[Any]:
    return [float(one) for one in values] if kind == "float8" else list(values)
