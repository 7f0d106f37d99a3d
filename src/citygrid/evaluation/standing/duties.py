"""Standing duties (长效管理) as data: what is kept in which state by whom, how often evidence is wanted, what a check
looks at. Read from `standing.toml` of a city's folder (S0-23, S1-27; docs/standing-duties.md). Pure."""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from citygrid.evaluation.lines import Lines, Place
from citygrid.standards.reports import Report

T = TypeVar("T")
Pair = tuple[str, str]
SORTS = ("place", "route", "components", "market")
EVERY = ("day", "week", "month", "quarter")
REFUSE, MARK = REUSE = ("refuse", "mark")
"""What becomes of a photo that was evidence of other days already."""
MOST_PHOTOS, MOST_DAYS = 20, 90
FIELDS = {
    "set": "code zh en draw pass late missed reuse",
    "duty": "code set zh en sort place area lon lat line class_id unit supervisor every days photos count since until "
    "case_class standard_zh standard_en check",
    "duty.check": "key zh en points",
    "count": "least zh en",
}
MESSAGES = {
    "not_toml": "This is not TOML: %(reason)s.",
    "unknown_field": "There is no field %(field)s here.",
    "no_text": "%(field)s is no text, or is too long.",
    "no_number": "%(field)s is a number from %(least)s to %(most)s.",
    "no_whole": "%(field)s is a whole number from %(least)s to %(most)s.",
    "no_day": "%(field)s is no day.",
    "not_one_of": "%(field)s is one of: %(known)s.",
    "no_code": "A code is small letters, digits, - and _, at most 60 of them.",
    "twice": "The code %(key)s is there twice.",
    "unknown_code": "There is no %(what)s %(code)s.",
    "no_points": "points has at most two decimals, as those that a check gives.",
    "no_checklist": "A duty has at least one line of its checklist.",
    "days_backwards": "until lies before since.",
    "half_a_place": "A place has both lon and lat.",
    "no_line": "line is a list of two or more [lon, lat].",
    "no_count": "count is {least, zh, en}.",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line of the checklist; a check gives 0 to `points` for it."""

    key: str
    names: Pair
    points: Fraction


@dataclass(frozen=True, slots=True)
class Wanted:
    """What evidence of a period holds at least: photos, and a number of something where it is counted."""

    photos: int = 0
    least: Fraction | None = None
    of: Pair = ("", "")


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it is in force. `point`: where a case about it lies; `line`: of a route; `class_id`: of the components
    that it is about. `every`: the period; `days`: so many days after it evidence may still be filed."""

    code: str
    set: str
    names: Pair
    sort: str
    place: str
    area: str
    unit: str
    supervisor: str
    every: str
    days: int
    wanted: Wanted
    since: date
    until: date | None
    standard: Pair
    lines: tuple[CheckLine, ...]
    point: tuple[float, float] | None = None
    line: tuple[tuple[float, float], ...] = ()
    class_id: str = ""
    case_class: str = ""

    @property
    def full(self) -> Fraction:
        """The points of a check without a fault."""
        return sum((one.points for one in self.lines), Fraction(0))

    @property
    def opens(self) -> bool:
        """Whether a failed check can open a case: it says where, and as what."""
        return self.point is not None and bool(self.case_class)

    def on(self, day: date) -> bool:
        """Whether it is owed on a day."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class DutySet:
    """Duties that are scored together as `standing:CODE`. `draw`: how many are drawn a day; `least`: the percentage of
    points below which a check has failed; `late`, `missed`: what a period filed late, or not filed, counts among the
    checks (0 to 100; None: it does not count). `reuse`: whether a photo that was evidence of other days already is
    refused, or only marked for whoever checks."""

    code: str
    names: Pair
    draw: int
    least: Fraction
    late: Fraction | None
    missed: Fraction | None
    reuse: str = REFUSE


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that a duty may name."""

    bodies: Collection[str]
    areas: Collection[str]
    classes: Collection[str]


@dataclass(frozen=True, slots=True)
class Book:
    """The duties and sets of a day, by code."""

    sets: Mapping[str, DutySet] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)


class _Fault(Exception):  # noqa: N818 - becomes a line of the report
    def __init__(self, fault: str, field: str = "", **params: Any) -> None:
        self.code, self.field, self.params = fault, field, {"field": field, **params}


def read(text: str, known: Known | None = None, file: str = "standing.toml") -> tuple[Book, Report]:
    """The book of a file, and what is wrong with its line. `known` None: codes are not looked up."""
    report = Report()
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        report.add(file, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)[:200]})
        return Book(), report
    lines = Lines(text)
    for name in sorted(set(table) - {"set", "duty"}):
        report.add(file, 0, name, "unknown_field", MESSAGES["unknown_field"], {"field": name})
    sets = _each(table.get("set", ()), "set", _set, file, lines, report)
    duties = _each(table.get("duty", ()), "duty", lambda row: _duty(row, sets, known), file, lines, report)
    return Book(sets, duties), report


def _each(rows: Any, name: str, make: Callable[[Mapping[str, Any]], T], file: str, lines: Lines, report: Report
          ) -> dict[str, T]:  # fmt: skip
    found: dict[str, T] = {}
    for n, row in enumerate(rows if isinstance(rows, list) else ()):
        place: Place = lines.of(name, n)
        try:
            _only(row, FIELDS[name])
            code = _code(row, "code")
            if code in found:
                raise _Fault("twice", "code", key=code)
            found[code] = make(row)
        except _Fault as fault:
            report.add(file, place.line(fault.field), fault.field, fault.code, MESSAGES[fault.code], fault.params)
    return found


def _set(row: Mapping[str, Any]) -> DutySet:
    return DutySet(
        _code(row, "code"), _names(row), _whole(row, "draw", 0, 500, 1), number(row, "pass", 0, 100, 60),
        maybe(row, "late", 0, 100), maybe(row, "missed", 0, 100),
        _one_of(row, "reuse", REUSE) if "reuse" in row else REFUSE,
    )  # fmt: skip


def _duty(row: Mapping[str, Any], sets: Mapping[str, DutySet], known: Known | None) -> Duty:
    found = Duty(
        _code(row, "code"), _named(row, "set", sets, "set"), _names(row), _one_of(row, "sort", SORTS),
        text_of(row, "place", 200, ""), text_of(row, "area", 32, ""), text_of(row, "unit", 40),
        text_of(row, "supervisor", 40, ""), _one_of(row, "every", EVERY), _whole(row, "days", 0, MOST_DAYS, 0),
        _wanted(row), _day(row, "since"), _day(row, "until") if "until" in row else None,
        (text_of(row, "standard_zh", 2000), text_of(row, "standard_en", 2000)), _checklist(row), _point(row),
        _line(row), text_of(row, "class_id", 80, ""), text_of(row, "case_class", 80, ""),
    )  # fmt: skip
    if found.until is not None and found.until < found.since:
        raise _Fault("days_backwards", "until")
    if known is not None:
        _look_up(found, known)
    return found


def _look_up(found: Duty, known: Known) -> None:
    wanted = (
        ("unit", found.unit, known.bodies, "body"), ("supervisor", found.supervisor, known.bodies, "body"),
        ("area", found.area, known.areas, "area"), ("class_id", found.class_id, known.classes, "class"),
        ("case_class", found.case_class, known.classes, "class"),
    )  # fmt: skip
    for name, code, codes, what in wanted:
        if code and code not in codes:
            raise _Fault("unknown_code", name, what=what, code=code)


def _checklist(row: Mapping[str, Any]) -> tuple[CheckLine, ...]:
    rows = row.get("check", ())
    if not isinstance(rows, list) or not rows:
        raise _Fault("no_checklist", "check")
    found: dict[str, CheckLine] = {}
    for one in rows:
        _only(one, FIELDS["duty.check"])
        key = _code(one, "key")
        if key in found:
            raise _Fault("twice", "check", key=key)
        points = number(one, "points", Fraction(1, 100), 1000)
        if (points * 100).denominator != 1:
            raise _Fault("no_points", "points")
        found[key] = CheckLine(key, _names(one), points)
    return tuple(found.values())


def _wanted(row: Mapping[str, Any]) -> Wanted:
    photos = _whole(row, "photos", 0, MOST_PHOTOS, 0)
    count = row.get("count")
    if count is None:
        return Wanted(photos)
    if not isinstance(count, dict):
        raise _Fault("no_count", "count")
    _only(count, FIELDS["count"])
    return Wanted(photos, number(count, "least", 0, 1_000_000), _names(count))


def _point(row: Mapping[str, Any]) -> tuple[float, float] | None:
    if ("lon" in row) != ("lat" in row):
        raise _Fault("half_a_place", "lon")
    if "lon" not in row:
        return None
    return float(number(row, "lon", -180, 180)), float(number(row, "lat", -90, 90))


def _line(row: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    points = row.get("line", ())
    good = isinstance(points, list | tuple) and all(
        isinstance(p, list) and len(p) == 2 and all(_is_number(n) and abs(n) <= 180 for n in p) for p in points
    )
    if not good or ("line" in row and len(points) < 2):
        raise _Fault("no_line", "line")
    return tuple((float(p[0]), float(p[1])) for p in points)


def _only(row: Any, fields: str) -> None:
    if not isinstance(row, dict):
        raise _Fault("unknown_field", str(row)[:40])
    for name in row:
        if name not in fields.split():
            raise _Fault("unknown_field", name)


def _code(row: Mapping[str, Any], name: str) -> str:
    text = row.get(name)
    if not isinstance(text, str) or not is_code(text):
        raise _Fault("no_code", name)
    return text


def is_code(text: str) -> bool:
    """Whether a text is a code as files and addresses take it."""
    plain = text.replace("_", "").replace("-", "")
    return 0 < len(text) <= 60 and plain.isascii() and plain.isalnum() and text == text.lower()


def plain(value: Fraction) -> str:
    """A number of such a file as it is written: exact, without an exponent."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _names(row: Mapping[str, Any]) -> Pair:
    return text_of(row, "zh", 120), text_of(row, "en", 120)


def text_of(row: Mapping[str, Any], name: str, most: int, otherwise: str | None = None) -> str:
    """A text of at most so many characters; without `otherwise` it must be there."""
    text = row.get(name, otherwise)
    if not isinstance(text, str) or len(text) > most or (otherwise is None and not text.strip()):
        raise _Fault("no_text", name)
    return text


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def number(row: Mapping[str, Any], name: str, least: Any, most: Any, otherwise: int | None = None) -> Fraction:
    """An exact number within bounds."""
    value = row.get(name, otherwise)
    if not _is_number(value) or not least <= Fraction(value) <= most:
        raise _Fault("no_number", name, least=str(least), most=str(most))
    return Fraction(value)


def maybe(row: Mapping[str, Any], name: str, least: int, most: int) -> Fraction | None:
    """The same, or None where it is absent."""
    return number(row, name, least, most) if name in row else None


def _whole(row: Mapping[str, Any], name: str, least: int, most: int, otherwise: int) -> int:
    value = row.get(name, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _Fault("no_whole", name, least=str(least), most=str(most))
    return value


def _day(row: Mapping[str, Any], name: str) -> date:
    value = row.get(name)
    if type(value) is not date:
        raise _Fault("no_day", name)
    return value


def _one_of(row: Mapping[str, Any], name: str, known: Iterable[str]) -> str:
    value = row.get(name)
    if not isinstance(value, str) or value not in known:
        raise _Fault("not_one_of", name, known=", ".join(known))
    return value


def _named(row: Mapping[str, Any], name: str, known: Mapping[str, Any], what: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or value not in known:
        raise _Fault("unknown_code", name, what=what, code=str(value)[:40])
    return value
