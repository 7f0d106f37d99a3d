"""The public page of results with a month that was closed for everybody: its map, what changed, the reported closing
rate beside the true one, all from what was frozen (S1-25, S1-27, GB/T 30428.4)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from citygrid.bulletins import public_truth, published
from citygrid.bulletins.public_pages import _change
from citygrid.bulletins.published import Published
from citygrid.evaluation import catalogue, closing
from citygrid.evaluation.cycles import CODE
from citygrid.evaluation.insight.true_rate import Stratum, Truth
from tests.bulletins.test_published import frozen, read
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city

APRIL = datetime(2026, 4, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """March in the west: three closed cases, two of them looked at again, one of those not in order; one is overdue."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        closed = [world.closed() for _ in range(3)]
        world.handling()
        world.do("inspector1", closed[0], "inspect", result="in_order")
        world.do("inspector1", closed[1], "inspect", result="not_in_order")
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def area_month(town: worlds.World) -> Published:
    """March of the communities, closed and published by the evaluator and the office."""
    assert catalogue.keep(CODE, '[[closing]]\nscheme = "area"\npublic = true\n', date(2026, 3, 1)).ok
    by = town.who("evaluator1").person
    close = closing.open_close(uuid4(), "area", "2026-03", by, APRIL)
    close = closing.open_appeals(close.pk, by, APRIL)
    assert close.window_ends is not None
    closing.freeze(close.pk, by, close.window_ends + timedelta(hours=1))
    closing.publish(close.pk, by, close.window_ends + timedelta(hours=2))
    found = published.find(close.pk)
    assert found is not None
    return found


def test_the_map_says_what_the_table_says(town: worlds.World) -> None:
    """Each area that was judged is drawn once, in its grade's colour, with its letter; name and score stand in both."""
    one = area_month(town)
    text = read(Client(), "result", one.id)
    drawing = re.search(r'<svg[^>]*role="img".*?</svg>', text, re.S)
    assert drawing is not None
    titles = re.findall(r"<path [^>]*><title>([^<]*)</title>", drawing[0])
    rows = one.scores.rows()
    assert len(titles) == len(rows) == 2
    for row in rows:
        shown = "–" if row.shown is None else str(row.shown)
        (title,) = [title for title in titles if title.startswith(f"{row.name} {shown}")]
        assert row.grade in title
        assert re.search(rf'<th scope="row">{row.name}<.*?<strong>{shown}</strong>', text, re.S)
    west = next(row for row in rows if row.shown is not None)
    assert f">{west.grade}</text>" in drawing[0]
    assert "<image" not in drawing[0] and "href" not in drawing[0], "no tile, no address, no key of a map service"


def test_reported_and_true_stand_beside_each_other(town: worlds.World) -> None:
    """Three of four closed; of two looked at again one in order: 75 % reported, 37.5 % true. Two say nothing yet where
    the city wants thirty, and that is said."""
    one = area_month(town)
    found = public_truth.whole(one.scores)
    assert found is not None
    assert (found.closings, found.due, found.looked, found.solved) == (3, 4, 2, 1)
    assert (found.reported, replace(found, least=1).estimate) == (Fraction(3, 4), Fraction(3, 8))
    text = read(Client(), "result", one.id)
    assert "75.00%" in text and "3 / 4" in text
    assert "too few re-checks (2 of 30)" in text


def test_the_whole_is_the_sum_of_what_is_told_of_each(town: worlds.World) -> None:
    """Counts add up and each stratum stays; of supervisors, who share units, there is no sum."""
    scores = area_month(town).scores
    one = Truth(10, 12, 4, 3, 30, (Stratum(6, 2, 1), Stratum(4, 2, 2)))
    two = Truth(5, 8, 2, 2, 30, (Stratum(5, 2, 2),))
    both = public_truth.whole(replace(scores, truths={"1": one, "2": two}))
    assert both == Truth(15, 20, 6, 5, 30, (*one.strata, *two.strata))
    assert public_truth.whole(replace(scores, truths={})) is None, "frozen before it was known"
    assert public_truth.whole(replace(scores, by="supervisor", truths={"1": one})) is None
    assert public_truth.whole(replace(scores, truths={"1": Truth(0, 0, 0, 0, 30)})) is None


FEBRUARY = ("2026-02", date(2026, 2, 1), date(2026, 2, 28))
WEEK = ("2026-W09", date(2026, 2, 23), date(2026, 3, 1))
SINCE = "Against the period before"


def test_what_changed_since_the_period_before() -> None:
    """West closed 160 in February and 180 in March: 84.00, then 87.00; East did as before. A line for each."""
    frozen(closings=160, period=FEBRUARY)
    assert SINCE not in read(Client()), "nothing was published before"
    march = frozen()
    text = read(Client(), "result", march.pk)
    assert SINCE in text
    west, east = (re.search(rf'<th scope="row">{name}.*?</tr>', text, re.S) for name in ("West San", "East San"))
    assert west is not None and "<td>+3.00</td>" in west[0]
    assert east is not None and "<td>0</td>" in east[0]
    assert text.count("<polyline") == 2, "two units, two lines"


@pytest.mark.parametrize(("state", "period"), [("frozen", FEBRUARY), ("published", WEEK)])
def test_only_a_published_period_of_the_same_length_is_compared(state: str, period: tuple[str, date, date]) -> None:
    """A month that nobody published stays unknown; a week is no month."""
    frozen(state, closings=160, period=period)
    march = frozen()
    assert SINCE not in read(Client(), "result", march.pk)


def test_a_change_is_exact() -> None:
    """87.00 after 81.50 is +5.50, less is a minus sign, the same a zero; without one of both there is none."""
    class Row:
        subject, shown = "1", Decimal("87.00")

    row: Any = Row()
    assert _change(row, {"1": Decimal("81.50")}) == "+5.50"
    assert _change(row, {"1": Decimal("88.25")}) == "−1.25"
    assert _change(row, {"1": Decimal("87.00")}) == "0"
    assert _change(row, {"1": None}) == _change(row, {}) == "–"
