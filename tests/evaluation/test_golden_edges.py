"""The edges of a period, counted by hand: its last moment, the 21st to the 20th, a leap day, a year's end, what was
carried over, sent again, suspended over the end, exempt since (S4-32; evaluation.md, How a period is counted)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from citygrid.evaluation.definitions import Count, shipped
from citygrid.evaluation.periods import Period, midnight, period
from citygrid.process import Entry
from tests.evaluation.lives import LATER, SHANGHAI, cells, shifted, table, write
from tests.evaluation.test_golden import SUN_UNIT, story
from tests.process.city import CHEN, FENG, LI, SUN, WANG, WHY, ZHAO, photo

BREATH = timedelta(microseconds=1)
# A period and the one after it.
PAIRS = {
    "a month and the next": (date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 31)),
    "from the 21st to the 20th": (date(2026, 3, 21), date(2026, 4, 20), date(2026, 5, 20)),
    "a February of 29 days": (date(2028, 2, 1), date(2028, 2, 29), date(2028, 3, 31)),
    "the leap day alone": (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1)),
    "a year and the next": (date(2026, 1, 1), date(2026, 12, 31), date(2027, 12, 31)),
    "December and January": (date(2026, 12, 21), date(2027, 1, 20), date(2027, 2, 20)),
}


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> tuple[Period, Period]:
    first, last, further = PAIRS[request.param]
    return (period(first, last, SHANGHAI, LATER), period(last + timedelta(days=1), further, SHANGHAI, LATER))


def ended(number: int, at: datetime) -> Iterator[list[Entry]]:
    """A case that is closed at exactly this moment."""
    one = story(number).closed()
    assert one.case.closed_at is not None
    yield shifted(one.entries[one.id], at - one.case.closed_at)


def test_the_last_moment_belongs_to_a_period_and_the_next_to_the_next(city: None, pair: tuple[Period, Period]) -> None:
    """Two cases closed a microsecond apart, over the midnight of the city."""
    this, after = pair
    assert this.end == after.start == midnight(after.first, SHANGHAI)
    write([*ended(1, this.end - BREATH), *ended(2, this.end)])
    keys = ["closings", "closings_on_time", "closing_decisions", "closings_due", "closings_to_do"]
    told = [list(cells(table("unit", keys, of=of))[SUN_UNIT].values()) for of in pair]
    assert told == [[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]]


def test_every_moment_of_a_life_falls_into_one_of_two_periods(city: None, pair: tuple[Period, Period]) -> None:
    """Wherever the midnight cuts a life of an hour and three quarters, both periods together count it once."""
    both = period(pair[0].first, pair[1].last, SHANGHAI, LATER)
    stories = [story(n).closed() for n in range(1, 7)]
    cuts = [(len(one.entries[one.id]) - 1) * n // 6 for n, one in enumerate(stories)]
    write([shifted(one.entries[one.id], pair[1].start - one.entries[one.id][cut].effective_at)
           for one, cut in zip(stories, cuts, strict=True)])  # fmt: skip
    counts = [one for one in shipped().all.values() if isinstance(one, Count)]
    flows = [one.key for one in counts if "unit" in one.by and one.moment and not one.carry]
    this, after, whole = (table("unit", flows, of=of).total.values for of in (*pair, both))
    assert {k: this[k] + after[k] for k in flows} == dict(whole)
    assert sum(Decimal(str(n)) for n in whole.values()) > 80
    assert 0 < this["filings"] < 6


def test_due_at_the_end_itself_is_not_yet_overdue(city: None) -> None:
    """A limit that ends with the period is kept until the period is over; a moment before is past."""
    day = period(date(2026, 3, 2), date(2026, 3, 2), SHANGHAI, LATER)
    lives = []
    for number, due in ((1, day.end - BREATH), (2, day.end), (3, day.end + BREATH)):
        one = story(number).handling()
        found = one.held("handle").due
        assert found is not None
        lives.append(shifted(one.entries[one.id], due - found))
    write(lives)
    keys = ["handlings_overdue", "handlings_not_due", "handlings_due", "handlings_owed", "closings_overdue"]
    assert list(table("unit", keys, of=day).total.values.values()) == [1, 2, 1, 3, 1]


def test_carried_over_from_the_month_before(city: None) -> None:
    """Dispatched in March, overdue at its end, done in April: April owes it, does it late, and did not open it."""
    one = story(1).handling()
    one.later(days=35).do(SUN, "feed_back", media=[photo("late")])
    write([one.entries[one.id]])
    march, april = (period(date(2026, m, 1), date(2026, m, 30), SHANGHAI, LATER) for m in (3, 4))
    keys = ["handlings_opened", "handlings_due", "handlings", "handlings_late", "handlings_overdue", "handling_rate"]
    told = [[str(v) for v in table("unit", keys, of=of).total.values.values()] for of in (march, april)]
    assert told == [["1", "1", "0", "0", "1", "0.00"], ["0", "1", "1", "1", "0", "100.00"]]


def test_sent_again_over_the_end_of_a_month_counts_where_it_is_closed(city: None) -> None:
    """The check fails on the last of March, the rework is closed in April: 返工 is April's."""
    one = story(1)
    one.checked(result="not_fixed").do(WANG, "rework", reason=WHY)
    one.later(days=31).do(SUN, "feed_back", media=[photo("better")])
    one.do(CHEN, "send_check")
    one.do(ZHAO, "check", result="fixed", media=[photo("fine")])
    one.do(WANG, "close", outcome="qualified")
    write([one.entries[one.id]])
    march, april = (period(date(2026, m, 1), date(2026, m, 30), SHANGHAI, LATER) for m in (3, 4))
    keys = ["reworks", "closings", "checks", "closing_decisions", "rework_rate"]
    told = [[str(v) for v in table("unit", keys, of=of).total.values.values()] for of in (march, april)]
    assert told == [["0", "0", "1", "1", "0.00"], ["1", "1", "1", "1", "100.00"]]


def test_a_clock_that_stood_still_over_the_end_is_judged_where_it_stopped(city: None) -> None:
    """Suspended on time in March for sixty days: neither March nor April has it overdue, both have it open."""
    one = story(1).handling()
    one.asked("suspend", mode="defer", limit="60 natural_day")
    one.do(LI, "approve", granted=True)
    one.do(FENG, "approve", granted=True)
    write([one.entries[one.id]])
    for month in (3, 4):
        of = period(date(2026, month, 1), date(2026, month, 30), SHANGHAI, LATER)
        keys = ["handlings_overdue", "handlings_due", "handlings_owed", "closings_overdue", "closings_to_do"]
        told = list(table("unit", [*keys, "deferrals"], of=of).total.values.values())
        assert told == [0, 0, 1, 0, 1, int(month == 3)]


def test_an_appeal_that_is_granted_later_leaves_the_month_that_is_over(city: None) -> None:
    """Late in March, exempt in April: March has it no more; what was closed, checked and appealed stays a fact."""
    one = story(1).handling()
    one.later(days=2).do(SUN, "feed_back", media=[photo("late")])
    one.do(CHEN, "send_check")
    one.do(ZHAO, "check", result="fixed", media=[photo("fine")])
    one.do(WANG, "close", outcome="qualified")
    before = [*one.entries[one.id]]
    one.later(days=30).do(SUN, "appeal", reason=WHY)
    one.do(LI, "review_appeal", granted=True)
    one.do(CHEN, "review_appeal", granted=True)
    march, april = (period(date(2026, m, 1), date(2026, m, 30), SHANGHAI, LATER) for m in (3, 4))
    keys = ["handlings_late", "closings_late", "closings_due", "checks", "filed_closings", "exemptions"]
    twin = [replace(entry, case=UUID(int=2)) for entry in before]
    write([one.entries[one.id], twin])
    assert list(table("unit", keys, of=march).total.values.values()) == [1, 1, 1, 2, 2, 0], "the twin did not appeal"
    assert list(table("unit", keys, of=april).total.values.values()) == [0, 0, 0, 0, 0, 1]


def test_voided_and_merged_belong_to_two_months(city: None) -> None:
    """Filed in March and voided in April: filed is March's, voided April's; accurate it is no more, in any month."""
    one = story(1).filed()
    one.later(days=35).asked("void", CHEN).do(WANG, "approve", granted=True)
    write([one.entries[one.id]])
    march, april = (period(date(2026, m, 1), date(2026, m, 30), SHANGHAI, LATER) for m in (3, 4))
    keys = ["filings", "filed_cases", "filings_accurate", "filing_accuracy_rate", "voidings", "closings_to_do"]
    told = [[str(v) for v in table("area", keys, of=of).total.values.values()] for of in (march, april)]
    assert told == [["1", "1", "0", "0.00", "0", "1"], ["0", "0", "0", "None", "1", "0"]]
