"""A month of a city with the answer of every indicator, counted by hand: what each number is of, numerator and
denominator, and the value as it is printed (GB/T 30428.4; issue 7: golden cases).

The rows stand in `golden_month.csv` (the city) and `golden_subjects.csv` (a unit, a district, four posts: what is not
named there is nought, a rate or mean a dash). A count's words are a sum: so many of these lives + so many of those."""

import csv
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from citygrid.cases import copying
from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from citygrid.evaluation.definitions import Count, Indicator, Rate, shipped
from citygrid.evaluation.printing import shown
from citygrid.evaluation.rounding import NOTHING
from citygrid.rulebook import slices
from tests.evaluation.golden_month import APART, DAYS, METRES, TIMES, TOLD, stories, tasks
from tests.evaluation.lives import table, timelines_of
from tests.evaluation.test_golden import MARCH
from tests.process.city import CHEN, LI, OUTER_DISTRICT, SANITATION, WANG, ZHAO

FOLDER = Path(__file__).parent
Rowed = dict[str, dict[str, str]]
WHOM: dict[str, tuple[str, tuple[object, ...]]] = {
    "the sanitation unit": ("unit", (SANITATION,)),
    "the outer district": ("area", (OUTER_DISTRICT,)),
    **{
        name: ("post", (who.role, who.person, None))
        for name, who in (("Zhao, collector", ZHAO), ("Chen, call-taker", CHEN), ("Wang, shift leader", WANG),
                          ("Li, dispatcher", LI))
    },
}  # fmt: skip
LESS_DEFERRED = {
    "closing_rate_less_deferred": "closings", "closing_on_time_rate_less_deferred": "closings_on_time",
}  # fmt: skip
"""The formulas: what stands above; below stand the closings due less the deferrals."""


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CITY: Rowed = {row["key"]: row for row in read("golden_month.csv")}
OF: dict[str, Rowed] = {whom: {r["key"]: r for r in read("golden_subjects.csv") if r["whom"] == whom} for whom in WHOM}


@pytest.fixture(scope="module")
def month(base: None, django_db_blocker: Any) -> Iterator[None]:
    """The month in the database, once; the rule of what is a recurrence with it."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        slices.forget()
        _fill()
        yield
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def fresh(month: None, db: None) -> Iterator[None]:
    yield
    slices.forget()


def _fill() -> None:
    told = list(stories())
    place = {(name, time): n * APART for n, (name, time, _) in enumerate(told)}
    place |= {("came back", time): place["closed late", time] for time in range(TIMES["came back"])}
    with plain() as connection:
        recurring_links.keep_rule(connection, METRES, DAYS)
        lives = [entries for _, _, story in told for entries in story.entries.values()]
        copying.copy(connection, timelines_of([*lives, *tasks()]))
        for name, time, story in told:
            for n, case in enumerate(story.cases):
                east = place[name, time] + n * APART // 2
                connection.execute("update cases_case set point = point + point(%s, 0) where id = %s", [east, case])
        facts.refresh(connection)


def answered(by: str, key: tuple[object, ...] | None) -> dict[str, str]:
    """Every indicator that this sort of subject has -> the value as it is printed."""
    found = table(by, of=MARCH)
    row = found.total if key is None else next(one for one in found.rows if one.key == key)
    return {one.key: shown(one, row) for one in found.columns}


def told_of(rows: Rowed, by: str) -> dict[str, str]:
    """The rows' values, and nought or a dash for what has none."""
    known = shipped()
    keys = [key for key in known.all if by in known.subjects_of(key)]
    nought = {key: "0" if isinstance(known.all[key], Count) else NOTHING for key in keys} | {"handling_minutes": "0.00"}
    return nought | {key: row["value"] for key, row in rows.items()}


def test_every_shipped_indicator_has_a_row() -> None:
    """And every row is an indicator's, once; every life of the table of lives is told."""
    assert list(CITY) == list(shipped().all)
    assert len(read("golden_month.csv")) == len(CITY) > 250
    assert set(TIMES) == set(TOLD)
    assert len(read("golden_subjects.csv")) == sum(len(rows) for rows in OF.values()), "each subject has a name here"
    assert all(row["why"] for row in CITY.values())


@pytest.mark.parametrize("by", ["unit", "area", "class", "post", "source", "collector", "contractor", "centre"])
def test_the_city_has_what_was_counted_by_hand(by: str) -> None:
    """By whatever it is asked: the total is the city's (recurrences are not by every sort of subject)."""
    found = answered(by, None)
    assert found == {key: row["value"] for key, row in CITY.items() if key in found}


@pytest.mark.parametrize("whom", WHOM)
def test_a_subject_has_what_was_counted_by_hand(whom: str) -> None:
    by, key = WHOM[whom]
    assert answered(by, key) == told_of(OF[whom], by)


@pytest.mark.parametrize("rows", [CITY, *OF.values()], ids=["city", *OF])
def test_the_rows_agree_with_each_other(rows: Rowed) -> None:
    """A count's words add up to it; a rate's numerator and denominator are its counts' rows, its value their quotient,
    a half upwards."""
    known = shipped()
    for key, row in rows.items():
        one = known.all[key]
        if isinstance(one, Count):
            assert row["numerator"] == row["value"].removesuffix(".00") and row["denominator"] == "", key
            assert sum(_product(part) for part in row["why"].split(" + ")) == int(row["numerator"]), key
            continue
        assert (row["numerator"], row["denominator"]) == _sides(rows, one), key
        over, under = Fraction(row["numerator"]), Fraction(row["denominator"])
        cents = (over * (100 if one.unit == "percent" else 1) / under * 100 * 2 + 1) // 2 if under else None
        told = NOTHING if cents is None else f"{cents // 100}.{cents % 100:02}" + "%" * (one.unit == "percent")
        assert row["value"] == told, key


def _product(part: str) -> int:
    """`3 refused` is three, `3 × 70 minutes` two hundred and ten."""
    found = re.match(r"(\d+)(?: × (\d+))?\b", part)
    assert found is not None, part
    return int(found[1]) * int(found[2] or 1)


def _sides(rows: Rowed, one: Indicator) -> tuple[str, str]:
    """The sums of the rows' counts: of a rate its own, of a formula those that its definition names."""

    def of(*keys: str) -> int:
        return sum(int(rows[key]["numerator"]) for key in keys if key in rows)

    if isinstance(one, Rate):
        return str(of(*one.over)), str(of(*one.under))
    return str(of(LESS_DEFERRED[one.key])), str(of("closings_due") - of("deferrals"))


def test_no_rate_is_always_nought_or_always_a_hundred() -> None:
    """The city itself has of every rate a value between, so that another numerator or denominator would show."""
    for key, one in shipped().all.items():
        if not isinstance(one, Count):
            assert Decimal(CITY[key]["value"].removesuffix("%")) not in (0, 100), key
