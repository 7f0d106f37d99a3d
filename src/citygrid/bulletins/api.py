"""What the reports tell beyond indicators and scores, for machines: the cases long open and public safety of some days.

With `evaluation/scores` and `evaluation/indicators` every number of a report can be asked for
(tests/bulletins/test_papers_and_api.py compares them). Within the scope of the post that asks."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from citygrid.bulletins import rules_kept
from citygrid.bulletins.long_open import long_open, safety
from citygrid.evaluation.asked import LONGEST
from citygrid.evaluation.asking import COUNTING, is_counted, zone_at
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import current
from citygrid.evaluation.pages import may_open
from citygrid.evaluation.periods import PeriodError, period
from citygrid.web.api import RefusalOut
from citygrid.web.api import signed as who

router = Router(tags=["evaluation"])


class DaysIn(Schema):
    """The first and the last day, both counted."""

    first: date
    last: date


class LongOpenIn(DaysIn):
    """`days`: open for more than so many (left out: as in the city's reports); `most`: so many cases are listed."""

    days: int | None = Field(None, ge=1, le=3650)
    most: int = Field(100, ge=0, le=500)


class LongOpenCaseOut(Schema):
    """`days`: since its filing; `over`: days past its limit, null where it is not past it."""

    number: str
    kind: str
    unit: str
    area: str
    filed: date
    days: int
    over: int | None


class CountedUnitOut(Schema):
    name: str
    count: int


class LongOpenOut(Schema):
    """`count`: of all; `cases`: the longest open first; `units`: how many of all are whose."""

    first: date
    last: date
    days: int
    count: int
    units: list[CountedUnitOut]
    cases: list[LongOpenCaseOut]


class SafetyOut(Schema):
    """Cases that touch public safety: filed and closed in these days, open at their end."""

    first: date
    last: date
    filed: int
    closed: int
    open: int


ANSWERS = {403: RefusalOut, 422: RefusalOut, 503: RefusalOut}


@router.get("/evaluation/long-open", response={200: LongOpenOut, **ANSWERS})
def pending(request: HttpRequest, asked: Query[LongOpenIn]) -> Status[Any]:
    """积案: cases filed long ago and open at the end of the days."""
    of = _asked(request, asked)
    if isinstance(of, Status):
        return of
    days = asked.days or rules_kept.current().pending_days
    found = long_open(of.period, of.scope, days, asked.most, current(asked.last))
    names = LongOpenCaseOut.model_fields
    return Status(200, {
        "first": asked.first, "last": asked.last, "days": days, "count": found.count,
        "units": [{"name": name, "count": count} for name, count in found.units],
        "cases": [{name: getattr(one, name) for name in names} for one in found.cases],
    })  # fmt: skip


@router.get("/evaluation/safety", response={200: SafetyOut, **ANSWERS})
def public_safety(request: HttpRequest, asked: Query[DaysIn]) -> Status[Any]:
    """公共安全类案件: filed, closed, open at the end."""
    of = _asked(request, asked)
    if isinstance(of, Status):
        return of
    found = safety(of.period, of.scope, current(asked.last))
    told = {"filed": found.filed, "closed": found.closed, "open": found.open}
    return Status(200, {"first": asked.first, "last": asked.last, **told})


def _asked(request: HttpRequest, asked: DaysIn) -> Question | Status[Any]:
    """The days within the post's scope, or the answer that refuses; everything is counted then."""
    signed, now = who(request), timezone.now()
    if not may_open(signed):
        return _no(403, "not_your_post", _("This post does not read the evaluation."))
    if (asked.last - asked.first).days > LONGEST:
        return _no(422, "period_too_long", _("A period is at most three years."))
    try:
        question = Question(period(asked.first, asked.last, zone_at(now), now), "unit", scope=signed.scope)
    except PeriodError:
        return _no(422, "period_backwards", _("The last day lies before the first."))
    except OverflowError:
        return _no(422, "no_day", _("That is not a day; write it like 2026-03-21."))
    return question if is_counted() else _no(503, "counting", str(COUNTING))


def _no(status: int, code: str, message: str) -> Status[Any]:
    return Status(status, {"code": code, "message": message, "params": {}})
