"""工作定额: what is expected of a collector, by post, body or everybody, in versions by day (GB/T 30428.7, S2-29).

A daily quota is owed for each day worked; a share (percent) is compared with the whole. Pure but for `read`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from citygrid.collection.teams_models import Quota
from citygrid.organization.models import Body

DAILY, SHARE = "a day", "percent"


@dataclass(frozen=True, slots=True)
class Kind:
    """`of`: the measures that the actual number comes from: one for a daily quota; part and whole for a share."""

    label: Any
    how: str
    of: tuple[str, ...]


MEASURES: Mapping[str, Kind] = {
    "reports": Kind(_("Reports a day"), DAILY, ("reports",)),
    "filed": Kind(_("Reports filed a day"), DAILY, ("filed",)),
    "tasks": Kind(_("Tasks answered a day"), DAILY, ("tasks",)),
    "patrols": Kind(_("Rounds a day"), DAILY, ("patrols",)),
    "filed_share": Kind(_("Reports filed, share"), SHARE, ("filed", "reports")),
    "on_time_share": Kind(_("Tasks on time, share"), SHARE, ("tasks_on_time", "tasks")),
    "coverage": Kind(_("Coverage of the duty grid"), SHARE, ("coverage",)),
}
"""What a quota may be about, in the order of the pages."""


@dataclass(frozen=True, slots=True)
class Row:
    """A quota as it is kept; `amount` None ends it."""

    since: date
    body: int | None
    post: int | None
    measure: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Compared:
    """`quota` None: none is set. `percent`: how much of it is reached; None without a quota, or without days."""

    measure: str
    actual: Decimal | None
    quota: Decimal | None

    @property
    def percent(self) -> int | None:
        if self.quota is None or self.actual is None or self.quota == 0:
            return None
        return int(self.actual * 100 / self.quota)

    @property
    def short(self) -> bool:
        """Whether it stays below the quota."""
        return self.quota is not None and self.actual is not None and self.actual < self.quota


@dataclass(frozen=True, slots=True)
class Book:
    """All quotas, and which bodies lie above which (nearest first, itself included)."""

    rows: Sequence[Row]
    above: Mapping[int, Sequence[int]]

    def on(self, day: date, post: int, body: int, measure: str) -> Decimal | None:
        """What holds for a post on a day: its own newest row, else that of the nearest body, else of everybody."""
        for subject in [(post, None), *((None, one) for one in self.above.get(body, (body,))), (None, None)]:
            rows = [r for r in self.rows if r.measure == measure and (r.post, r.body) == subject and r.since <= day]
            if rows:
                return max(rows, key=lambda row: row.since).amount
        return None

    def owed(self, days: Collection[date], post: int, body: int, measure: str) -> Decimal | None:
        """Of a daily quota the sum over the days worked; of a share the one of the last day. None: none was set."""
        amounts = [self.on(day, post, body, measure) for day in sorted(days)]
        if MEASURES[measure].how == SHARE:
            return amounts[-1] if amounts else None
        known = [one for one in amounts if one is not None]
        return sum(known, Decimal()) if known else None


def read() -> Book:
    """The quotas of the city."""
    rows = [Row(q.since, q.body_id, q.post_id, q.measure, q.amount) for q in Quota.objects.all()]
    parents = dict(Body.objects.values_list("pk", "parent_id"))
    return Book(rows, {body: _up(body, parents) for body in parents})


def _up(body: int, parents: Mapping[int, int | None]) -> list[int]:
    found: list[int] = []
    here: int | None = body
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return found


def actual(measure: str, numbers: Mapping[str, int], coverage: Decimal | None) -> Decimal | None:
    """The number that is compared; None for a share of nothing."""
    kind = MEASURES[measure]
    if measure == "coverage":
        return coverage
    if kind.how == DAILY:
        return Decimal(numbers.get(kind.of[0], 0))
    part, whole = (numbers.get(name, 0) for name in kind.of)
    return None if not whole else (Decimal(100 * part) / whole).quantize(Decimal("0.1"))


def compared(
    book: Book, post: int, body: int, days: Collection[date], numbers: Mapping[str, int], coverage: Decimal | None
) -> dict[str, Compared]:
    """Measure -> what was done and what is owed for these days."""
    return {
        measure: Compared(measure, actual(measure, numbers, coverage), book.owed(days, post, body, measure))
        for measure in MEASURES
    }


def joined(
    parts: Iterable[Mapping[str, Compared]], numbers: Mapping[str, int], coverage: Decimal | None
) -> dict[str, Compared]:
    """Several people as one: daily quotas add up; of a share the highest quota is asked of the whole."""
    listed = list(parts)
    found = {}
    for measure, kind in MEASURES.items():
        owed = [one[measure].quota for one in listed if one[measure].quota is not None]
        known = [amount for amount in owed if amount is not None]
        quota = None if not known else sum(known, Decimal()) if kind.how == DAILY else max(known)
        found[measure] = Compared(measure, actual(measure, numbers, coverage), quota)
    return found
