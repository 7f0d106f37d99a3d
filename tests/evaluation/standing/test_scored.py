"""Standing duties as a term of a scheme of units, `standing:SET` (S0-23, S1-27): golden averages, and each opens."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from django.urls import reverse

from citygrid.evaluation import catalogue
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.computing import computed
from citygrid.evaluation.periods import period
from citygrid.evaluation.results import SubjectScore
from citygrid.evaluation.standing import checking, figures, filing
from citygrid.evaluation.standing_models import StandingCheck
from tests.cases.kept_city import signed_in
from tests.evaluation.lives import LATER
from tests.evaluation.standing.conftest import MARCH_9, duty, photo, who
from tests.evaluation.test_schemes import SMALL

MARCH = date(2026, 3, 1), date(2026, 3, 31)
SCHEME = SMALL + """
[[input]]
key = "standing:clean"
zh = "长效管理"
en = "Standing duties"
"""


@pytest.fixture(autouse=True)
def scheme() -> None:
    text = SCHEME.replace('input = "inspection"', 'input = "standing:clean"')
    assert text != SCHEME
    report = catalogue.keep("own", text, date(2026, 3, 1))
    assert report.ok, [str(one) for one in report.problems]


def score() -> SubjectScore:
    found = computed("own", period(*MARCH, zone_at(LATER), LATER), LATER)
    return next(row for row in found.rows() if row.code == "west_sanitation")


def check(n: int, points: str) -> StandingCheck:
    seen = checking.Seen(UUID(int=n), {"ground": points, "bins": "40"}, {"ground": "dirty"}, "on the way", ())
    made = checking.check(duty(), seen, who("inspector1"), MARCH_9)
    assert isinstance(made, StandingCheck)
    return made


def test_golden_month() -> None:
    """Square: due on 3, 10, 17, 24 and 31 March; the week of the 2nd filed in time, that of the 9th late, three missed.
    Market: the rest of March, missed (due on the last day, not over then: judged in April). Checks 90 and 70.
    (90 + 70 + 60 + 3 x 0) / 6 = 36.67; the market's due day is 31 March, so it counts as missed too: / 7 = 31.43."""
    sent = filing.Evidence(UUID(int=1), date(2026, 3, 2), "7", "", (photo("west_sanitation_desk"),))
    filing.file(duty(), sent, who("west_sanitation_desk"), MARCH_9)
    late = filing.Evidence(UUID(int=2), date(2026, 3, 9), "7", "", (photo("west_sanitation_desk", 2),))
    filing.file(duty(), late, who("west_sanitation_desk"), MARCH_9.replace(day=20))
    check(11, "50")
    check(12, "30")
    today = date(2026, 4, 2)
    [line] = [row for row in figures.overview(*MARCH, today) if row.unit == "west_sanitation"]
    assert (line.ended, line.in_time, line.late, line.missed, line.checks, line.failed) == (6, 1, 1, 4, 2, 1)
    assert line.average == Fraction(90 + 70 + 60, 7)
    [term] = [term for term in score().terms if term.value is not None and len(term.given) == 7]
    assert term.value == Fraction(220, 7)
    worths = figures.behind(term.given, *MARCH, today)
    assert sorted((one.how, one.value) for one in worths) == sorted(
        [("check", 90), ("check", 70), ("late", 60), *[("missed", 0)] * 4]
    )


def test_a_check_that_was_taken_back_counts_no_more() -> None:
    made = check(11, "0")
    before = figures.worths(*MARCH, date(2026, 4, 2))[("clean", "west_sanitation")]
    checking.take_back(made.pk, "wrong place", who("office1"), MARCH_9)
    after = figures.worths(*MARCH, date(2026, 4, 2))[("clean", "west_sanitation")]
    assert {one.id for one in before} - {one.id for one in after} == {made.pk}


def test_nobody_enters_it_by_hand() -> None:
    assert "standing:clean" not in catalogue.catalogue(date(2026, 4, 2)).inputs("unit")


def test_the_term_opens_to_its_checks() -> None:
    made = check(11, "50")
    row = score()
    page = signed_in("leader1").get(
        f"{reverse('evaluation:score')}?scheme=own&from=2026-03-01&to=2026-03-31&subject={row.subject}"
    )
    assert page.status_code == 200
    assert reverse("evaluation:standing_check", args=[made.pk]) in page.content.decode()
    assert Decimal(90) == made.points
