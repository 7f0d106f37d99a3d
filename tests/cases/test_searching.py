"""The list of cases over months: the newest days are looked through first, and nobody can tell (S0-36)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from citygrid.cases import searching
from citygrid.cases.lists.filters import Filters
from citygrid.cases.models import CaseRow
from citygrid.cases.searching import Query, search
from tests.cases.conftest import forget
from tests.cases.world import World

DAYS = (0, 1, 3, 20, 21, 40, 75, 76, 76, 140, 141, 160)
PLACES = ("井盖破损", "路面积水", "井盖破损，路面积水")


@pytest.fixture(scope="module")
def half_a_year(city: Path, django_db_blocker: Any) -> Iterator[World]:
    """Twelve cases of half a year; each third was refused, so that the partitions of the closed ones are many. They are
    made once: a month's partitions take longer than what is asked of them."""
    world = World()
    begun = world.now
    with django_db_blocker.unblock(), override_settings(MEDIA_STORE=city / "media", DATA=city), transaction.atomic():
        forget()
        for number, day in enumerate(DAYS):
            world.now = begun + timedelta(days=day, minutes=number)
            case = world.report(address=PLACES[number % 3])
            if number % 3 == 0:
                world.do("calltaker1", case, "refuse", reason="不在范围")
        yield world
        transaction.set_rollback(True)
    forget()


@pytest.fixture
def months(half_a_year: World, db: None) -> World:
    forget()
    return half_a_year


def pages(scope, query: Query, most: int) -> list:
    """Every id, page by page."""
    found: list = []
    while page := search(scope, query, most):
        found += [row.id for row in page]
        query = Query(text=query.text, area=query.area, filters=query.filters, before=page[-1].key("newest"))
    return found


def expected(scope, wanted=lambda row: True) -> list:
    rows = CaseRow.objects.order_by("-received_at", "-id")
    held = (row for row in rows if scope.holds(bodies=row.bodies, areas=row.areas, persons=row.persons))
    return [row.id for row in held if wanted(row)]


@pytest.mark.parametrize("most", [1, 3, 5, 50])
def test_pages_hold_every_case_once_newest_first(months, most: int) -> None:
    for login in ("calltaker1", "collector3", "east_sanitation_desk", "leader1"):
        scope = months.who(login).scope
        assert pages(scope, Query(), most) == expected(scope), login
    assert expected(months.who("calltaker1").scope), "somebody sees them"


@pytest.mark.parametrize("rare", [0, 300])
def test_words_find_the_same_whether_few_texts_hold_them_or_many(months, rare: int, monkeypatch) -> None:
    monkeypatch.setattr(searching, "RARE", rare)
    scope = months.who("calltaker1").scope
    assert len(pages(scope, Query(text="井盖"), 2)) == 8
    assert len(pages(scope, Query(text="破损，路面"), 2)) == 4
    assert pages(scope, Query(text="100%"), 2) == []


def test_filters_find_the_same_along_an_index_and_sorted(months) -> None:
    scope = months.who("calltaker1").scope
    area = CaseRow.objects.values_list("areas", flat=True).first()[-1]
    refused = pages(scope, Query(filters=Filters(state="rejected", sort="newest")), 2)
    assert refused == expected(scope, lambda row: row.state == "rejected") and len(refused) == 4
    assert pages(scope, Query(area=area), 2) == expected(scope, lambda row: area in row.areas)
    assert pages(scope, Query(area=-1), 2) == []
