"""Price lists of contractors: what is paid for what, and what is taken off (`collection_prices.toml`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.collection.models import PriceList
from citygrid.collection.teams import quotas, work
from citygrid.standards.reports import Report
from citygrid.web.words import chinese

MONTH, DAY, PATROL = "month", "day", "patrols"
BESIDE: Mapping[str, Any] = {
    MONTH: _("The month, once for the contractor"),
    DAY: _("Days on duty"),
    PATROL: _("Patrols"),
}
"""What is priced beside the measures of `work.py`."""
SHARES = tuple(name for name, one in quotas.MEASURES.items() if one.how == quotas.SHARE)
"""Shares are not priced by the piece: a line with `below` counts 1 for each person who stays below it."""
MOST = Decimal("10000000")


@dataclass(frozen=True, slots=True)
class Line:
    """`price` of one; negative: it is taken off. `free`: so many of each person do not count."""

    code: str
    measure: str
    price: Decimal
    name: str
    name_en: str = ""
    below: Decimal | None = None
    free: int = 0

    @property
    def label(self) -> str:
        return self.name if chinese() or not self.name_en else self.name_en


def in_force(body: int, on: date) -> PriceList | None:
    """The contractor's own newest list of that day, else the newest for everybody."""
    rows = PriceList.objects.filter(since__lte=on).order_by("-since")
    return rows.filter(body=body).first() or rows.filter(body=None).first()


def lines_of(data: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The lines as `PriceList` and `Statement` keep them."""
    return [
        Line(
            one["code"], one["measure"], Decimal(one["price"]), one["name"], one.get("name_en", ""),
            Decimal(one["below"]) if one.get("below") is not None else None, one.get("free", 0),
        )
        for one in data
    ]  # fmt: skip


def checked(data: Any, where: str, report: Report) -> list[dict[str, Any]]:
    """The lines of a file as they are kept; its faults in the report."""
    found: list[dict[str, Any]] = []
    if not isinstance(data, list) or not data:
        report.add(where, 0, "lines", "no_lines", "A price list needs lines.")
        return found
    codes: set[str] = set()
    for number, one in enumerate(data, start=1):
        faults = list(_faults(one, codes))
        for code, message, params in faults:
            report.add(where, number, "lines", code, message, params)
        if not faults:
            codes.add(one["code"])
            kept = {name: one[name] for name in ("code", "measure", "name", "name_en", "free") if name in one}
            kept |= {name: str(Decimal(str(one[name]))) for name in ("price", "below") if name in one}
            found.append(kept)
    return found


def _faults(one: Any, codes: set[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if not isinstance(one, dict) or not all(
        isinstance(one.get(n), str) and one[n] for n in ("code", "measure", "name")
    ):
        yield "line_parts", "A line needs code, measure, name and price.", {}
        return
    code, measure = one["code"][:40], one["measure"][:40]
    if code in codes or code != one["code"]:
        yield "same_code", "The code %(code)s stands there twice, or is too long.", {"code": code}
    if measure not in work.MEASURES and measure not in BESIDE and measure not in SHARES:
        yield "unknown_measure", "Nothing is counted under %(measure)s.", {"measure": measure}
    if number_of(one.get("price")) is None:
        yield "bad_price", "The price of %(code)s is not a number with at most two decimals.", {"code": code}
    if (measure in SHARES) != ("below" in one) or ("below" in one and number_of(one["below"]) is None):
        yield "bad_below", "A share is priced by below, and only a share: see %(code)s.", {"code": code}
    if not isinstance(one.get("free", 0), int) or isinstance(one.get("free", 0), bool) or one.get("free", 0) < 0:
        yield "bad_free", "What is free is a whole number: see %(code)s.", {"code": code}


def number_of(value: Any) -> Decimal | None:
    """A number with at most two decimals; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    exact = found.is_finite() and abs(found) < MOST and found == found.quantize(Decimal("0.01"))
    return found if exact else None


def amount(number: Decimal, price: Decimal) -> Decimal:
    """What so many cost, to the second decimal, halves up."""
    return (number * price).quantize(Decimal("0.01"), ROUND_HALF_UP)
