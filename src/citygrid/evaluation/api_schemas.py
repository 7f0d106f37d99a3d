"""What the JSON API of the evaluation is asked and answers, as it is described in OpenAPI."""

from datetime import date, datetime
from uuid import UUID

from ninja import Schema

TOTAL = "total"


class PeriodIn(Schema):
    """A period by its name, or by its first and last day (`2026-03-21`). Without any of them: the month so far."""

    period: str = ""
    first: str = ""
    last: str = ""


class PeriodOut(Schema):
    name: str
    kind: str
    first: date
    last: date
    start: datetime
    end: datetime
    over: bool


class ClosingOut(Schema):
    """The closing of one scheme's period. `version` and `digest` (SHA-256) of what is frozen."""

    id: UUID
    scheme: str
    period: str
    first: date
    last: date
    state: str
    window_ends: datetime | None
    public: bool
    version: int | None
    digest: str | None


class ScoresIn(PeriodIn):
    """`live`: counted now, although the period is frozen; `version`: an older frozen one."""

    scheme: str
    live: bool = False
    version: int | None = None


class PeriodsIn(Schema):
    """`day`: periods in which it lies; `scheme`: as this scheme has its months."""

    day: date | None = None
    scheme: str = ""


class SubjectOut(Schema):
    id: str
    code: str
    name: str


class TermOut(Schema):
    """A term. `value`, `numerator`, `denominator`, `points` and so on as they are printed; `exact` is the value as a
    fraction; `lost`: what it cost the score (not of a part). `uses`: the counts and rates in it, which `numbers/{key}`
    opens; `entries`: ids of what was entered."""

    key: str
    zh: str
    en: str
    state: str
    why: str
    value: str
    exact: str | None
    numerator: str
    denominator: str
    points: str
    of: str
    weight: str
    share: str
    counts: str
    lost: str | None = None
    entries: list[str]
    uses: dict[str, str]
    parts: list["TermOut"]


class TruthOut(Schema):
    """真实结案率: `estimate` with its band from `low` to `high` (95 %), in per cent as text; null where fewer
    than `least` closings were looked at again. `reported`: closings by closings due. `told_of`: so many closings are
    of units that were looked at."""

    closings: int
    closings_due: int
    looked_at_again: int
    in_order: int
    least: int
    told_of: int
    confidence: str | None
    estimate: str | None
    low: str | None
    high: str | None
    reported: str | None


class RowOut(Schema):
    """One object. `score` as printed (a dash where there is none, `why` says so), `total` as a fraction.
    `true_closing_rate`: where the scheme prints the closing rate."""

    subject: SubjectOut
    rank: int | None
    score: str
    total: str | None
    grade: str
    why: str
    terms: list[TermOut]
    plus: list[TermOut]
    true_closing_rate: TruthOut | None = None


class GroupOut(Schema):
    key: str
    zh: str
    en: str
    rows: list[RowOut]


class ScoresOut(Schema):
    """`state`: live (counted now), frozen or published (read from the frozen text, whose `version` and `digest` these
    are). `hash`: of the scheme's text; `until`: when open work was looked at."""

    scheme: str
    zh: str
    en: str
    hash: str
    by: str
    level: str
    first: date
    last: date
    until: datetime
    state: str
    version: int | None
    digest: str | None
    groups: list[GroupOut]


class IndicatorsIn(PeriodIn):
    """`by` unit, area (of a `level`), post, class or source; `subject`: one row by its id; `scheme`: with its own
    indicators; `keys`: only these, with commas between them."""

    by: str = "unit"
    level: str = "district"
    subject: str = ""
    scheme: str = ""
    keys: str = ""


class IndicatorOut(Schema):
    key: str
    zh: str
    en: str
    unit: str


class ValuesOut(Schema):
    subject: SubjectOut
    values: dict[str, int | str]
    true_closing_rate: TruthOut | None = None


class IndicatorsOut(Schema):
    """Counts are numbers, rates texts with two decimals (per cent), nothing to print is a dash.
    `true_closing_rate`: of the total, as each row has its own, where the closing rate is asked by unit, area, class."""

    first: date
    last: date
    until: datetime
    by: str
    level: str | None
    indicators: list[IndicatorOut]
    rows: list[ValuesOut]
    total: dict[str, int | str] | None
    true_closing_rate: TruthOut | None = None


class NumbersIn(PeriodIn):
    """`subject`: whose number (`total`: that of all); `after`: as the page before said."""

    by: str = "unit"
    level: str = "district"
    subject: str = TOTAL
    scheme: str = ""
    after: int = 0


class BehindOut(Schema):
    """A row behind a number; `case` only where the post may see the case itself."""

    case: UUID | None
    number: str
    no: int | None
    began: datetime | None
    due: datetime | None
    ended: datetime | None


class NumbersOut(Schema):
    key: str
    zh: str
    en: str
    means_zh: str
    means_en: str
    first: date
    last: date
    rows: list[BehindOut]
    after: int | None
