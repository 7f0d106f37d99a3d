"""Reads a scheme from TOML (`schemes/*.toml`), and says what is wrong with its line and field. Pure.

The format stands in docs/evaluation-schemes.md. Numbers are read exactly: `0.1` is a tenth."""

import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, TypeVar

from citygrid.evaluation import formulas
from citygrid.evaluation.formulas import Formula, FormulaError
from citygrid.evaluation.lines import Lines, Place
from citygrid.evaluation.scheme import (
    COLOURS,
    MISSING,
    SORTS,
    TAKES,
    TRANSFORMS,
    Grade,
    Group,
    Input,
    Item,
    Pair,
    Sample,
    Scheme,
    Step,
    Term,
    Transform,
)  # fmt: skip
from citygrid.standards.reports import Report

T = TypeVar("T")
MOST_DIGITS = 12
LARGEST = 1_000_000_000_000
_LAST = Decimal(1).scaleb(-MOST_DIGITS)
SUBJECTS = (
    "unit", "area", "post", "class", "source", "in_charge", "supervisor", "collector", "contractor", "centre",
)  # fmt: skip
BODIES = ("unit", "contractor", "supervisor", "centre")
LEVELS = ("district", "street", "community")
FIELDS = {
    "scheme": "zh en by level total places least most source clause",
    "term": "key zh en value input parts transform full floor cap steps goal per less side begun missing sample "
    "sample_least",
    "group": "key zh en weights plus kinds codes lists roles sample sample_least",
    "input": "key zh en sort take least most item evidence",
    "input.item": "key zh en points most",
    "grade": "least code zh en colour",
}
MESSAGES = {
    "no_scheme": "The file has no table [scheme].",
    "no_field": "%(field)s is missing.",
    "unknown_field": "There is no field %(field)s here.",
    "not_one_of": "%(field)s is one of: %(known)s.",
    "no_number": "%(field)s is no number.",
    "no_text": "%(field)s is no text.",
    "no_list": "%(field)s is no list of codes.",
    "bad_formula": "%(field)s, character %(column)s: %(reason)s",
    "no_value": "A term has either a value, or an input, or parts.",
    "no_steps": "The steps rise, and only the last one has no limit.",
    "twice": "The key %(key)s is there twice.",
    "unknown_term": "There is no term %(key)s.",
    "unknown_input": "There is no input %(key)s.",
    "parts_of_parts": "The part %(key)s has parts itself: one level is enough.",
    "weights": "The weights add up to %(sum)s, not to %(total)s.",
    "negative": "%(field)s is below zero.",
    "no_group": "A scheme has at least one group.",
    "rest_twice": "Only the last group may take all that are left.",
    "roles_of": "Groups by role belong to a scheme of posts.",
    "kinds_of": "Groups by kind of body belong to a scheme of bodies.",
    "full": "full is above zero.",
    "per": "per is above zero.",
    "grades": "Grades fall from one to the next, and the last one begins at the least score.",
}


class _Fault(Exception):  # noqa: N818 - becomes a line of the report
    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        self.code, self.field, self.params, self.down = code, field, {"field": field, **params}, 0
        self.text = False  # whether `down` counts in a text that may begin below its field


def parse_scheme(
    file: str, code: str, text: str, known: Callable[[str], bool]
) -> tuple[Scheme | None, Report]:
    """The scheme of a file (None with problems). `known`: whether a count or rate of this key can be shown so."""
    report = Report()
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        report.add(file, 0, "", "not_toml", "This is not TOML: %(reason)s.", {"reason": str(error)})
        return None, report
    if "scheme" not in table:
        report.add(file, 0, "scheme", "no_scheme", MESSAGES["no_scheme"])
        return None, report
    reader = _Reader(file, Lines(text), report, known)
    found = reader.scheme(table, code, hashlib.sha256(text.encode()).hexdigest())
    report.problems.sort(key=lambda problem: problem.line)
    return (found if report.ok else None), report


class _Reader:
    """Takes table after table; what is wrong with one goes to the report, the others are read on."""

    def __init__(self, file: str, lines: Lines, report: Report, known: Callable[[str], bool]) -> None:
        self.file, self.lines, self.report, self.known = file, lines, report, known

    def fault(self, place: Place, fault: _Fault) -> None:
        name = fault.field.split(".")[0]
        line = place.line(name) + (fault.text and place.begins_below(name))
        self.report.add(self.file, line + fault.down, fault.field, fault.code, MESSAGES[fault.code], fault.params)

    def each(self, name: str, rows: Iterable[Mapping[str, Any]], make: Callable[[Mapping[str, Any]], T]) -> list[T]:
        """Each row of a table read; keys are there once."""
        found: list[T] = []
        keys: set[str] = set()
        for n, row in enumerate(rows):
            try:
                _only(row, FIELDS[name])
                if row.get("key") in keys:
                    raise _Fault("twice", "key", key=row["key"])
                found.append(make(row))
                keys.add(row.get("key", ""))
            except _Fault as fault:
                self.fault(self.lines.of(name, n), fault)
        return found

    def scheme(self, table: Mapping[str, Any], code: str, hashed: str) -> Scheme | None:
        head, place = table["scheme"], self.lines.of("scheme")
        inputs = {one.key: one for one in self.each("input", table.get("input", ()), _input)}
        terms = {one.key: one for one in self.each("term", table.get("term", ()), lambda row: self.term(row, inputs))}
        groups = self.each("group", table.get("group", ()), self.group)
        grades = tuple(self.each("grade", table.get("grade", ()), _grade))
        try:
            _only(head, FIELDS["scheme"])
            found = Scheme(
                code, _names(head), _one_of(head, "by", SUBJECTS), tuple(groups), terms, inputs, grades,
                _one_of(head, "level", LEVELS, "district"), _number(head, "total", 100),
                int(_number(head, "places", 2)), _maybe(head, "least", 0), _maybe(head, "most", None),
                str(head.get("source", "")), hashed,
            )  # fmt: skip
            _check_grades(found)
            if not found.groups and self.report.ok:
                raise _Fault("no_group")
        except _Fault as fault:
            self.fault(place, fault)
            return None
        if self.report.ok:
            self.whole(found)
        return found

    def term(self, row: Mapping[str, Any], inputs: Mapping[str, Input]) -> Term:
        ways = [name for name in ("value", "input", "parts") if name in row]
        if len(ways) != 1:
            raise _Fault("no_value", ways[-1] if ways else "key")
        if "input" in row and row["input"] not in inputs:
            raise _Fault("unknown_input", "input", key=row["input"])
        value = self.formula(row, "value") if "value" in row else None
        transform = _transform(row, "rate" if "value" in row else "points")
        parts = _weights(row, "parts") if "parts" in row else ()
        missing = _one_of(row, "missing", MISSING, "share")
        return Term(_text(row, "key"), _names(row), transform, missing, value, str(row.get("input", "")), parts,
                    self.sample(row))  # fmt: skip

    def group(self, row: Mapping[str, Any]) -> Group:
        words = {name: _codes(row, name) for name in ("plus", "kinds", "codes", "lists", "roles")}
        return Group(_text(row, "key"), _names(row), _weights(row, "weights"), sample=self.sample(row), **words)

    def sample(self, row: Mapping[str, Any]) -> Sample | None:
        return Sample(self.formula(row, "sample"), _number(row, "sample_least")) if "sample" in row else None

    def formula(self, row: Mapping[str, Any], field: str) -> Formula:
        text = _text(row, field)
        try:
            formula = formulas.read(text)
            formulas.check_names(formula, self.known)
        except FormulaError as error:
            fault = _Fault("bad_formula", field, column=error.column, reason=error.message % error.params)
            fault.down = error.line - 1
            fault.text = True
            raise fault from None
        return formula

    def whole(self, found: Scheme) -> None:
        """What only the whole can tell: terms that are named, weights, groups."""
        for n, term in enumerate(found.terms.values()):
            if term.parts:
                self.checked(self.lines.of("term", n), partial(_check_parts, found, term))
        for n, group in enumerate(found.groups):
            last = n == len(found.groups) - 1
            self.checked(self.lines.of("group", n), partial(_check_group, found, group, last))

    def checked(self, place: Place, check: Callable[[], None]) -> None:
        try:
            check()
        except _Fault as fault:
            self.fault(place, fault)


def _check_parts(found: Scheme, term: Term) -> None:
    for key, _ in term.parts:
        part = found.terms.get(key)
        if part is None:
            raise _Fault("unknown_term", "parts", key=key)
        if part.parts:
            raise _Fault("parts_of_parts", "parts", key=key)
    _add_up("parts", term.parts, Fraction(100))


def _check_group(found: Scheme, group: Group, last: bool) -> None:
    for field, keys in (("weights", [key for key, _ in group.weights]), ("plus", list(group.plus))):
        for key in keys:
            if key not in found.terms:
                raise _Fault("unknown_term", field, key=key)
    _add_up("weights", group.weights, found.total)
    if group.rest and not last:
        raise _Fault("rest_twice", "key")
    if group.roles and found.by != "post":
        raise _Fault("roles_of", "roles")
    if group.kinds and found.by not in BODIES:
        raise _Fault("kinds_of", "kinds")


def _check_grades(found: Scheme) -> None:
    bounds = [grade.least for grade in found.grades]
    if bounds != sorted(set(bounds), reverse=True) or (bounds and found.least is not None and bounds[-1] > found.least):
        raise _Fault("grades", "least")


def _add_up(field: str, weights: tuple[tuple[str, Fraction], ...], total: Fraction) -> None:
    found = sum((weight for _, weight in weights), Fraction(0))
    if found != total:
        raise _Fault("weights", field, sum=_plain(found), total=_plain(total))


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _transform(row: Mapping[str, Any], usual: str) -> Transform:
    full = _number(row, "full", 100)
    if full <= 0:
        raise _Fault("full", "full")
    per = _number(row, "per", 1)
    if per <= 0:
        raise _Fault("per", "per")
    kind = _one_of(row, "transform", TRANSFORMS, usual)
    return Transform(
        kind, full, _maybe(row, "floor", 0), _maybe(row, "cap", full), _steps(row) if kind == "steps" else (),
        _number(row, "goal", 0), per, _number(row, "less", 0), _one_of(row, "side", ("below", "above"), "below"),
        bool(row.get("begun", False)),
    )  # fmt: skip


def _steps(row: Mapping[str, Any]) -> tuple[Step, ...]:
    rows = row.get("steps")
    if not isinstance(rows, list) or not rows or not all(isinstance(one, dict) for one in rows):
        raise _Fault("no_steps", "steps")
    found = []
    for one in rows:
        _only(one, "up_to below points", "steps.")
        field = "below" if "below" in one else "up_to"
        limit = _number(one, field, field=f"steps.{field}") if field in one else None
        found.append(Step(limit, field == "below", _number(one, "points", field="steps.points")))
    limits = [step.limit for step in found[:-1]]
    known = [limit for limit in (*limits, found[-1].limit) if limit is not None]
    if None in limits or known != sorted(set(known)):
        raise _Fault("no_steps", "steps")
    return tuple(found)


def _input(row: Mapping[str, Any]) -> Input:
    sort = _one_of(row, "sort", SORTS, "score")
    listed = sort == "entries"
    items = []
    for one in row.get("item", ()):
        _only(one, FIELDS["input.item"])
        items.append(Item(_text(one, "key"), _names(one), _number(one, "points"), _maybe(one, "most", None)))
    return Input(
        _text(row, "key"), _names(row), sort, _one_of(row, "take", TAKES, "sum" if listed else "average"),
        _maybe(row, "least", None if listed else 0), _maybe(row, "most", None if listed else 100), tuple(items),
        bool(row.get("evidence", False)),
    )  # fmt: skip


def _grade(row: Mapping[str, Any]) -> Grade:
    return Grade(_number(row, "least"), _text(row, "code"), _names(row), _one_of(row, "colour", COLOURS))


def _weights(row: Mapping[str, Any], field: str) -> tuple[tuple[str, Fraction], ...]:
    table = row.get(field)
    if not isinstance(table, dict) or not table:
        raise _Fault("no_field", field)
    found = tuple((key, _number(table, key, field=f"{field}.{key}")) for key in table)
    for key, weight in found:
        if weight < 0:
            raise _Fault("negative", f"{field}.{key}")
    return found


def _only(row: Mapping[str, Any], fields: str, within: str = "") -> None:
    for name in row:
        if name not in fields.split():
            raise _Fault("unknown_field", within + name)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if value is None or value == "":
        raise _Fault("no_field", field)
    if not isinstance(value, str):
        raise _Fault("no_text", field)
    return value


def _names(row: Mapping[str, Any]) -> Pair:
    return _text(row, "zh"), _text(row, "en")


def _codes(row: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = row.get(field, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _Fault("no_list", field)
    return tuple(value)


def _one_of(row: Mapping[str, Any], field: str, known: Collection[str], usual: str = "") -> str:
    value = row.get(field, usual)
    if value not in known:
        raise _Fault("not_one_of", field, known=", ".join(known))
    return str(value)


def _number(row: Mapping[str, Any], key: str, usual: int | Fraction | None = None, field: str = "") -> Fraction:
    value = row.get(key, usual)
    if value is None:
        raise _Fault("no_field", field or key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction) or not _plausible(value):
        raise _Fault("no_number", field or key)
    return Fraction(value)


def _plausible(value: int | Decimal | Fraction) -> bool:
    """A number that a person writes: no infinity, none of millions of digits."""
    if isinstance(value, Decimal):
        return value.is_finite() and abs(value) < LARGEST and value.quantize(_LAST) == value
    return -LARGEST < value < LARGEST


def _maybe(row: Mapping[str, Any], key: str, usual: int | Fraction | None) -> Fraction | None:
    """A bound; `false` says that there is none."""
    if row.get(key) is False:
        return None
    return _number(row, key, usual) if key in row or usual is not None else None
