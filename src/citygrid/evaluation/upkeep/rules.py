"""`upkeep.toml`: what a maintained component is worth a month, what part of it a score is paid, what findings take off
(维护经费核拨; S0-62). No price is in the code. Pure."""

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from citygrid.evaluation.lines import Lines, Place
from citygrid.standards.reports import Report

FILE = "upkeep.toml"
Pair = tuple[str, str]
FIELDS = {
    "": "currency scheme missing price step deduction",
    "price": "class_id zh en price",
    "step": "least factor",
    "deduction": "key zh en of amount most",
}
FAILED = "standing_failed"
"""Failed spot checks of standing duties; any other `of` is a count of the evaluation by unit."""
MOST = Decimal(100_000_000)
MESSAGES = {
    "not_toml": "This is not TOML: %(reason)s.",
    "unknown_field": "There is no field %(field)s here.",
    "no_text": "%(field)s is no text, or is too long.",
    "no_money": "%(field)s is an amount from 0 with at most four decimals.",
    "no_factor": "%(field)s is a number from 0 to 2.",
    "no_least": "least is a number, and falls from one step to the next.",
    "bad_currency": "A currency has three letters, such as CNY.",
    "twice": "%(key)s is there twice.",
    "unknown_class": "There is no class %(key)s.",
    "unknown_scheme": "There is no scheme of units %(key)s.",
    "unknown_count": "%(key)s is not counted by unit.",
    "no_prices": "There is no price.",
    "no_steps": "There is no step; one of factor 1 pays every score alike.",
}


@dataclass(frozen=True, slots=True)
class Price:
    """What one component of a class is paid a month."""

    class_id: str
    names: Pair
    price: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """From this score on, this part of the amount."""

    least: Fraction
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Deduction:
    """What each thing of a count takes off, at most so much a month."""

    key: str
    names: Pair
    of: str
    amount: Decimal
    most: Decimal | None


@dataclass(frozen=True, slots=True)
class Rules:
    """`scheme`: whose score is asked (empty: none, the factor is 1); `missing`: the factor without a score (None: then
    nothing can be drafted)."""

    currency: str
    scheme: str
    missing: Decimal | None
    prices: tuple[Price, ...]
    steps: tuple[Step, ...]
    deductions: tuple[Deduction, ...]

    def factor(self, score: Fraction | None) -> Decimal | None:
        """The part that a score is paid; None where there is none and nothing is said about that."""
        if not self.scheme:
            return Decimal(1)
        if score is None:
            return self.missing
        return next((step.factor for step in self.steps if score >= step.least), Decimal(0))


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules may name. `counts`: whether there is such a count by unit."""

    classes: Collection[str]
    schemes: Collection[str]
    counts: Callable[[str], bool]


class _Fault(Exception):  # noqa: N818 - becomes a line of the report
    def __init__(self, code: str, field: str = "", **params: Any) -> None:
        self.code, self.field, self.params = code, field, {"field": field, **params}


def read(text: str, known: Known | None = None) -> tuple[Rules | None, Report]:
    """The rules (None with problems), and what is wrong with its line."""
    report = Report()
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        report.add(FILE, 0, "", "not_toml", MESSAGES["not_toml"], {"reason": str(error)[:200]})
        return None, report
    reader = _Reader(Lines(text), report, known)
    found = reader.rules(table)
    return (found if report.ok else None), report


class _Reader:
    """Takes one table after the other; what is wrong goes to the report."""

    def __init__(self, lines: Lines, report: Report, known: Known | None) -> None:
        self.lines, self.report, self.known = lines, report, known

    def rules(self, table: Mapping[str, Any]) -> Rules | None:
        prices = self.each(table, "price", self.price)
        steps = self.each(table, "step", self.step)
        deductions = self.each(table, "deduction", self.deduction)
        try:
            _only(table, "")
            currency = table.get("currency")
            if not isinstance(currency, str) or len(currency) != 3 or not currency.isascii() or not currency.isalpha():
                raise _Fault("bad_currency", "currency")
            scheme = _text(table, "scheme", 60, "")
            if scheme and self.known is not None and scheme not in self.known.schemes:
                raise _Fault("unknown_scheme", "scheme", key=scheme)
            missing = _factor(table, "missing") if "missing" in table else None
            if not prices and self.report.ok:
                raise _Fault("no_prices")
            if scheme and not steps and self.report.ok:
                raise _Fault("no_steps")
            if [one.least for one in steps] != sorted({one.least for one in steps}, reverse=True):
                raise _Fault("no_least", "step")
        except _Fault as fault:
            self.fault(Place(0), fault)
            return None
        return Rules(currency, scheme, missing, tuple(prices), tuple(steps), tuple(deductions))

    def each(self, table: Mapping[str, Any], name: str, make: Callable[[Mapping[str, Any]], Any]) -> list[Any]:
        found, keys = [], set()
        rows = table.get(name, ())
        for n, row in enumerate(rows if isinstance(rows, list) else ()):
            try:
                _only(row, name)
                one = make(row)
                key = getattr(one, "key", None) or getattr(one, "class_id", None) or one.least
                if key in keys:
                    raise _Fault("twice", key=str(key))
                keys.add(key)
                found.append(one)
            except _Fault as fault:
                self.fault(self.lines.of(name, n), fault)
        return found

    def fault(self, place: Place, fault: _Fault) -> None:
        self.report.add(
            FILE, place.line(fault.field), fault.field, fault.code, MESSAGES[fault.code], fault.params
        )

    def price(self, row: Mapping[str, Any]) -> Price:
        class_id = _text(row, "class_id", 80)
        if self.known is not None and class_id not in self.known.classes:
            raise _Fault("unknown_class", "class_id", key=class_id)
        return Price(class_id, (_text(row, "zh", 120, ""), _text(row, "en", 120, "")), _money(row, "price"))

    def step(self, row: Mapping[str, Any]) -> Step:
        least = row.get("least")
        if not isinstance(least, int | Decimal) or isinstance(least, bool) or not Decimal(least).is_finite():
            raise _Fault("no_least", "least")
        return Step(Fraction(least), _factor(row, "factor"))

    def deduction(self, row: Mapping[str, Any]) -> Deduction:
        of = _text(row, "of", 80)
        if of != FAILED and self.known is not None and not self.known.counts(of):
            raise _Fault("unknown_count", "of", key=of)
        most = _money(row, "most") if "most" in row else None
        names = (_text(row, "zh", 120), _text(row, "en", 120))
        return Deduction(_text(row, "key", 60), names, of, _money(row, "amount"), most)


def _only(row: Any, name: str) -> None:
    if not isinstance(row, dict):
        raise _Fault("unknown_field", str(row)[:40])
    for field in row:
        if field not in FIELDS[name].split():
            raise _Fault("unknown_field", field)


def _text(row: Mapping[str, Any], name: str, most: int, otherwise: str | None = None) -> str:
    text = row.get(name, otherwise)
    if not isinstance(text, str) or len(text) > most or (otherwise is None and not text.strip()):
        raise _Fault("no_text", name)
    return text


def _money(row: Mapping[str, Any], name: str) -> Decimal:
    value = row.get(name)
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise _Fault("no_money", name)
    found = Decimal(value)
    if not found.is_finite() or not 0 <= found < MOST or found != round(found, 4):
        raise _Fault("no_money", name)
    return found


def _factor(row: Mapping[str, Any], name: str) -> Decimal:
    value = row.get(name)
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or not Decimal(value).is_finite():
        raise _Fault("no_factor", name)
    if not 0 <= Decimal(value) <= 2:
        raise _Fault("no_factor", name)
    return Decimal(value)
