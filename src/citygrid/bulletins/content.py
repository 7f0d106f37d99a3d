"""One report as figures: what was counted and scored in a period, beside the period before and the year before. Pure.

Nothing here is a sentence, and nothing is rounded a second time: `figures` names each number by a key, so that a test
can compare every number on paper with what the evaluation says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from citygrid.evaluation.rounding import half_up

Value = int | Decimal | None
"""A count, a number with its decimals, or nothing to print."""
KINDS = ("month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MONTHLY = ("filed_cases", "closings", "handling_on_time_rate", "closing_rate")
"""What is told of each month of a quarter or year."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days, the first and the last included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class TrueRate:
    """真实结案率 in per cent, with its band at 95 %; None where too few closings were looked at again."""

    now: Decimal | None
    low: Decimal | None
    high: Decimal | None
    before: Decimal | None
    year: Decimal | None


@dataclass(frozen=True, slots=True)
class Total:
    """An indicator of the whole city (or of the maker's scope). `unit` percent: `now` is in per cent. `true`: what
    stands beside the reported closing rate."""

    key: str
    name: str
    unit: str
    now: Value
    before: Value
    year: Value
    true: TrueRate | None = None

    @property
    def change(self) -> Value:
        return difference(self.now, self.before)

    @property
    def year_change(self) -> Value:
        return difference(self.now, self.year)


@dataclass(frozen=True, slots=True)
class Cell:
    """A term of an object: its value as text (`95.20%`, `12`, `–`), its points, and what it cost the score."""

    key: str
    name: str
    value: str
    points: Decimal | None
    lost: Decimal | None
    plus: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """An object of a group; `why` it has no score. `letter` and `colour` are its grade's code and colour. `months`: its
    score in each of the report's months, None where that was not closed; empty where none was."""

    subject: str
    code: str
    name: str
    rank: int | None
    score: Decimal | None
    grade: str
    why: str
    before_rank: int | None
    before_score: Decimal | None
    cells: tuple[Cell, ...]
    letter: str = ""
    colour: str = ""
    months: tuple[Decimal | None, ...] = ()

    @property
    def change(self) -> Decimal | None:
        found = difference(self.score, self.before_score)
        return found if isinstance(found, Decimal) else None


@dataclass(frozen=True, slots=True)
class Group:
    """Like objects, best first, those without a score last. `whole`: full marks."""

    key: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[Ranked, ...]
    whole: Decimal | None = None

    @property
    def scored(self) -> list[Ranked]:
        return [row for row in self.rows if row.score is not None]


@dataclass(frozen=True, slots=True)
class Ranking:
    """A scheme over the period. `frozen`: from the closed period's kept result (its version), not counted now."""

    scheme: str
    name: str
    hash: str
    frozen: int | None
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a quarter or year that has begun, and what was counted in it by `MONTHLY`."""

    span: Span
    values: Mapping[str, Value]
    over: bool = True


@dataclass(frozen=True, slots=True)
class Pending:
    """A case (积案) filed longer ago than the city's limit and open at the end. `over`: whole days past its due."""

    case: str
    number: str
    kind: str
    unit: str
    area: str
    filed: date
    days: int
    over: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """A class or a source: its cases, and their share of all."""

    key: str
    name: str
    count: int
    before: int
    whole: int

    @property
    def share(self) -> Decimal | None:
        return half_up(self.count, self.whole, 100)


@dataclass(frozen=True, slots=True)
class Safety:
    """Cases that touch public safety: filed and closed in the period, open at its end."""

    filed: int
    closed: int
    open: int


@dataclass(frozen=True, slots=True)
class Heading:
    """Who issues the paper under which number, to whom, on which day; as the office wrote it."""

    organ: str
    number: str
    to: str
    copies: str
    day: date


@dataclass(frozen=True, slots=True)
class Content:
    """The figures of one report. `limited`: only what the maker's post may see; `place`: the name of the only area that
    it is about."""

    kind: str
    span: Span
    before: Span
    year: Span
    over: bool
    heading: Heading
    totals: tuple[Total, ...]
    rankings: tuple[Ranking, ...]
    pending: tuple[Pending, ...]
    pending_units: tuple[tuple[str, int], ...]
    pending_all: int
    pending_days: int
    classes: tuple[Share, ...]
    sources: tuple[Share, ...]
    safety: Safety
    best: int
    limited: bool = False
    months: tuple[Month, ...] = ()
    place: str = ""

    @property
    def yearly(self) -> bool:
        """Whether the period before is the year before: then it is compared with once."""
        return self.before == self.year


def difference(now: Value, before: Value) -> Value:
    """`now - before`; None where one of them is missing."""
    return None if now is None or before is None else now - before


def figures(of: Content) -> dict[str, Value]:
    """Key -> number. Keys: `total.KEY[.before|.year|.true.(now|low|high|before|year)]`,
    `score.SCHEME.GROUP.SUBJECT.(score|rank|...|month.DAY)`, `term....points`, `month.DAY.KEY` (its first day),
    `pending.CASE.days`, `class.ID`, `source.CODE`, `safety.filed`."""
    found: dict[str, Value] = {}
    for one in of.totals:
        found |= {f"total.{one.key}": one.now, f"total.{one.key}.before": one.before, f"total.{one.key}.year": one.year}
        if one.true is not None:
            parts = ("now", "low", "high", "before", "year")
            found |= {f"total.{one.key}.true.{part}": getattr(one.true, part) for part in parts}
    for month in of.months:
        found |= {f"month.{month.span.first}.{key}": value for key, value in month.values.items()}
    for ranking in of.rankings:
        for group in ranking.groups:
            for row in group.rows:
                key = f"score.{ranking.scheme}.{group.key}.{row.subject}"
                found |= _ranked(key, row)
                pairs = zip(of.months, row.months, strict=False)
                found |= {f"{key}.month.{month.span.first}": score for month, score in pairs}
    found["pending"] = of.pending_all
    found |= {f"pending.{one.case}.days": one.days for one in of.pending}
    found |= {f"class.{one.key}": one.count for one in of.classes}
    found |= {f"source.{one.key}": one.count for one in of.sources}
    return found | {
        "safety.filed": of.safety.filed, "safety.closed": of.safety.closed, "safety.open": of.safety.open,
    }  # fmt: skip


def _ranked(key: str, row: Ranked) -> dict[str, Value]:
    found: dict[str, Value] = {
        f"{key}.score": row.score, f"{key}.rank": row.rank, f"{key}.before_score": row.before_score,
        f"{key}.before_rank": row.before_rank,
    }  # fmt: skip
    return found | {f"{key}.term.{cell.key}.points": cell.points for cell in row.cells}
