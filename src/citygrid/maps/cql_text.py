"""CQL2 as text and as JSON, read into the tree of `cql`. Pure. Raises CqlError with a sentence."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import shapely
import shapely.errors
from shapely import Geometry

from citygrid.maps.cql import COMPARE, DEEPEST, SPATIAL, CqlError, Op, Prop, depth, made

TOKEN = re.compile(
    r"""\s*(?:(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
    |(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")+")
    |(?P<name>[^\W\d][\w.:]*)|(?P<sign><>|<=|>=|[=<>(),]))""",
    re.VERBOSE,
)
SHAPES = {
    *("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection"),
}
LONGEST = 20_000
ToDegrees = Callable[[Geometry], Geometry]


def parse_text(text: str, to_degrees: ToDegrees) -> Op:
    """A filter in CQL2 text. `to_degrees`: from the filter's CRS to lon, lat."""
    reader = _Reader(text, to_degrees)
    found = reader.either()
    if reader.peek() is not None:
        raise CqlError(f"The filter goes on where it should end: {reader.rest()}")
    return _checked(found)


def parse_json(text: str, to_degrees: ToDegrees) -> Op:
    """A filter in CQL2 JSON."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise CqlError("The filter is not JSON.") from None
    return _checked(_Json(to_degrees).of(whole))


def _checked(found: Any) -> Op:
    if not isinstance(found, Op):
        raise CqlError("A filter is a condition that is true or false.")
    if depth(found) > DEEPEST:
        raise CqlError("The filter is nested too deeply.")
    return found


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise CqlError(f"{text} is not a date such as 2024-05-01.") from None


def _moment(text: str) -> str:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date().isoformat()
    except ValueError:
        raise CqlError(f"{text} is not a moment such as 2024-05-01T08:00:00Z.") from None


class _Reader:
    """Reads by descent: OR, AND, NOT, then what stands alone."""

    def __init__(self, text: str, to_degrees: ToDegrees) -> None:
        if len(text) > LONGEST:
            raise CqlError("The filter is too long.")
        self.text, self.to_degrees = text, to_degrees
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while text[at:].strip():
            found = TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise CqlError(f"The filter cannot be read here: {text[at : at + 30]}")
            self.tokens.append((found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)))
            at = found.end()
        self.at = self.open = 0

    def peek(self, ahead: int = 0) -> tuple[str, str, int] | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def rest(self) -> str:
        token = self.peek()
        return self.text[token[2] : token[2] + 30] if token else ""

    def word(self, *wanted: str) -> bool:
        """Take the next token if it is one of these words (of any case) or signs."""
        token = self.peek()
        if token is None or token[0] not in ("name", "sign") or token[1].lower() not in wanted:
            return False
        self.at += 1
        return True

    def need(self, wanted: str) -> None:
        if not self.word(wanted):
            raise CqlError(f"“{wanted}” is missing before: {self.rest() or 'the end'}")

    def either(self) -> Any:
        return self._joined("or", lambda: self._joined("and", self.single))

    def _joined(self, word: str, part: Callable[[], Any]) -> Any:
        parts = [part()]
        while self.word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else made(word, parts)

    def single(self) -> Any:
        if self.word("not"):
            return made("not", [self.single()])
        if self.word("("):
            self.open += 1
            if self.open > DEEPEST:
                raise CqlError("The filter is nested too deeply.")
            found = self.either()
            self.need(")")
            self.open -= 1
            return found
        token, after = self.peek(), self.peek(1)
        if token and after and token[0] == "name" and token[1].lower() in SPATIAL and after[1] == "(":
            return self._spatial(token[1].lower())
        return self._compared()

    def _spatial(self, name: str) -> Op:
        self.at += 1
        self.need("(")
        first = self._place()
        self.need(",")
        second = self._place()
        self.need(")")
        return made(name, [first, second])

    def _place(self) -> Any:
        token, after = self.peek(), self.peek(1)
        if token and after and token[0] == "name" and after[1] == "(":
            name = token[1].lower()
            if name == "bbox":
                self.at += 2
                return _bbox(self._values(), self.to_degrees)
            if name in SHAPES:
                return self._wkt()
        return self.scalar()

    def _wkt(self) -> Geometry:
        start, level = self.tokens[self.at][2], 0
        depth_of = {"(": 1, ")": -1}
        found = re.compile(r"[()]").finditer(self.text, start)
        for sign in found:
            level += depth_of[sign[0]]
            if level == 0:
                while (token := self.peek()) is not None and token[2] < sign.end():
                    self.at += 1
                return _shape(self.text[start : sign.end()], self.to_degrees)
        raise CqlError("A geometry lacks its closing bracket.")

    def _compared(self) -> Any:
        token = self.peek()
        after = self.peek(1)
        if token and token[1].lower() in ("true", "false") and (after is None or after[1] not in COMPARE):
            self.at += 1
            return Op(token[1].lower())
        first = self.scalar()
        sign = self.peek()
        if sign and sign[1] in COMPARE:
            self.at += 1
            return made(sign[1], [first, self.scalar()])
        if self.word("is"):
            turned = self.word("not")
            self.need("null")
            return self._turned(made("isnull", [first]), turned)
        turned = self.word("not")
        return self._turned(self._worded(first), turned)

    def _worded(self, first: Any) -> Op:
        if self.word("like"):
            return made("like", [first, self.scalar()])
        if self.word("between"):
            low = self.scalar()
            self.need("and")
            return made("between", [first, low, self.scalar()])
        if self.word("in"):
            self.need("(")
            return made("in", [first, *self._values()])
        raise CqlError(f"A comparison is missing before: {self.rest() or 'the end'}")

    def _turned(self, found: Op, turned: bool) -> Op:
        return made("not", [found]) if turned else found

    def _values(self) -> list[Any]:
        found = [self.scalar()]
        while self.word(","):
            found.append(self.scalar())
        self.need(")")
        return found

    def scalar(self) -> Any:
        token = self.peek()
        if token is None:
            raise CqlError("The filter ends where a value should stand.")
        kind, text, _ = token
        self.at += 1
        if kind == "number":
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        if kind == "quoted":
            return Prop(text[1:-1].replace('""', '"'))
        if kind == "sign":
            raise CqlError(f"A value is missing before: {self.text[token[2] : token[2] + 30]}")
        if text.lower() in ("true", "false"):
            return text.lower() == "true"
        if text.lower() in ("date", "timestamp") and self.word("("):
            inner = self.scalar()
            self.need(")")
            return (_day if text.lower() == "date" else _moment)(str(inner))
        return Prop(text)


class _Json:
    """Reads the JSON form."""

    def __init__(self, to_degrees: ToDegrees) -> None:
        self.to_degrees = to_degrees
        self.level = 0

    def of(self, value: Any) -> Any:
        if isinstance(value, bool):
            return Op("true" if value else "false")
        if not isinstance(value, dict) or not isinstance(value.get("op"), str):
            raise CqlError("A condition is a table with “op” and “args”.")
        name, args = value["op"].lower(), value.get("args")
        if not isinstance(args, list):
            raise CqlError("A condition is a table with “op” and “args”.")
        self.level += 1
        if self.level > DEEPEST:
            raise CqlError("The filter is nested too deeply.")
        found = self._made(name, args)
        self.level -= 1
        return found

    def _made(self, name: str, args: list[Any]) -> Op:
        if name in ("and", "or", "not"):
            return made(name, [self.of(one) for one in args])
        if name in SPATIAL:
            return made(name, [self._place(one) for one in args])
        if name == "in" and len(args) == 2 and isinstance(args[1], list):
            return made("in", [self._scalar(args[0]), *(self._scalar(one) for one in args[1])])
        if name in ("isnull", "like", "between", *COMPARE):
            return made(name, [self._scalar(one) for one in args])
        raise CqlError(f"The operator {name[:30]} is not known here.")

    def _scalar(self, value: Any) -> Any:
        if isinstance(value, str | bool | int | float):
            return value
        if isinstance(value, dict):
            if isinstance(value.get("property"), str):
                return Prop(value["property"])
            if isinstance(value.get("date"), str):
                return _day(value["date"])
            if isinstance(value.get("timestamp"), str):
                return _moment(value["timestamp"])
        raise CqlError("A value is a text, a number, true, false, a date or a property.")

    def _place(self, value: Any) -> Any:
        if isinstance(value, dict) and "type" in value:
            return _geojson(value, self.to_degrees)
        if isinstance(value, dict) and isinstance(value.get("bbox"), list):
            return _bbox(value["bbox"], self.to_degrees)
        return self._scalar(value)


def _geojson(value: Any, to_degrees: ToDegrees) -> Geometry:
    try:
        found = shapely.from_geojson(json.dumps(value))
    except shapely.errors.GEOSException:
        raise CqlError("A geometry of the filter cannot be read.") from None
    return _placed(found, to_degrees)


def _shape(text: str, to_degrees: ToDegrees) -> Geometry:
    try:
        return _placed(shapely.from_wkt(text), to_degrees)
    except shapely.errors.GEOSException:
        raise CqlError("A geometry of the filter cannot be read.") from None


def _bbox(numbers: list[Any], to_degrees: ToDegrees) -> Geometry:
    good = len(numbers) in (4, 6) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
    if not good:
        raise CqlError("BBOX takes four numbers.")
    half = len(numbers) // 2
    (west, south), (east, north) = numbers[:2], numbers[half : half + 2]
    if south > north or west > east:
        raise CqlError("BBOX is given as least and greatest corner.")
    return _placed(shapely.segmentize(shapely.box(west, south, east, north), max(east - west, north - south, 1e-9) / 8),
                   to_degrees)  # fmt: skip


def _placed(shape: Geometry, to_degrees: ToDegrees) -> Geometry:
    if shape is None or shape.is_empty or not shape.is_valid:
        raise CqlError("A geometry of the filter is empty or not valid.")
    return to_degrees(shape)
