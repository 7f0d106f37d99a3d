"""公示: everybody reads what was published, and only that; never the scores of people (S0-06, S1-27, S2-30,
S3-12)."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from citygrid.bulletins import workbook_making
from citygrid.bulletins.published import find, published
from citygrid.evaluation import closing_text
from citygrid.evaluation.asking import zone_at
from citygrid.evaluation.catalogue import assembled
from citygrid.evaluation.closing_models import FrozenRows, FrozenVersion, PeriodClose
from citygrid.evaluation.closing_text import Frozen
from citygrid.evaluation.periods import period
from citygrid.evaluation.scoring import scores
from citygrid.organization.models import Person
from citygrid.organization.visibility import Scope
from tests.evaluation.test_scoring import MARCH, MONTH, known

AT = datetime(2026, 4, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def base(town: object, db: None) -> Iterator[None]:
    yield


def frozen(
    state: str = "published", *, public: bool = True, by: str = "unit", version: int = 1, closings: int = 180,
    period: tuple[str, date, date] = ("2026-03", date(2026, 3, 1), date(2026, 3, 31)),
) -> PeriodClose:  # fmt: skip
    """A closed month of the standard's departments; West has closed more than East."""
    book, maker = assembled({}), Person.objects.order_by("pk")[0]
    members = [
        replace(known(book, "department", {**MONTH, "closings": n}, key), name=name)
        for n, key, name in ((closings, "180", "West Sanitation"), (140, "140", "East Sanitation"))
    ]
    scheme, (name, first, last) = book.schemes["department"], period
    span = replace(MARCH, first=first.isoformat(), last=last.isoformat())
    found = replace(scores(scheme, span, {scheme.groups[0].key: members}), by=by)
    close = PeriodClose.objects.create(
        id=uuid4(), scheme="department", period=name, first=first, last=last, state=state,
        public=public, window_ends=AT, opened_by=maker, opened_at=AT, published_at=AT if state == "published" else None,
    )  # fmt: skip
    for number in range(1, version + 1):
        shown = replace(found, groups=found.groups) if number == version else found
        text = closing_text.text_of(Frozen(close.pk, number, "", "", shown))
        row = FrozenVersion.objects.create(
            close=close, number=number, text=text, hash=closing_text.hash_of(text), made_by=maker, made_at=AT,
            second=Person.objects.order_by("pk")[1] if number > 1 else None,
        )  # fmt: skip
        FrozenRows.objects.create(version=row, subject="180", key="closings", cases=[uuid4()] * 3, numbers=[0] * 3)
    return close


def read(client: Client, name: str = "results", *args: Any, language: str = "en") -> str:
    client.cookies["django_language"] = language
    answer = client.get(reverse(f"bulletins:{name}", args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_stranger_reads_ranks_scores_and_grades() -> None:
    close = frozen()
    text = read(Client())
    assert text.index("West Sanitation") < text.index("East Sanitation")
    assert "87.00" in text and "81.00" in text and "2026-03" in text
    assert "ev-blue" in text, "the colour of the grade beside its word"
    assert "Closings" in text and f"/results/{close.pk}/" in text
    assert "二〇" not in read(Client(), "result", close.pk, language="zh-hans")


@pytest.mark.parametrize(
    ("state", "public"), [("preview", True), ("appeals", True), ("frozen", True), ("published", False)]
)
def test_what_is_not_published_to_all_is_not_there(state: str, public: bool) -> None:
    """A frozen score that nobody published, a published one that is for offices only: a stranger sees neither."""
    close = frozen(state, public=public)
    assert published() == [] and find(close.pk) is None
    assert "Sanitation" not in read(Client())
    assert Client().get(reverse("bulletins:result", args=[close.pk])).status_code == 404


@pytest.mark.parametrize("by", ["post", "collector", "in_charge"])
def test_scores_of_people_are_never_public(by: str) -> None:
    """Whatever the city's rules say: people's scores are for their office."""
    close = frozen(by=by)
    assert published() == [] and find(close.pk) is None


def test_a_correction_takes_the_place_of_what_it_corrects() -> None:
    frozen(version=2)
    (one,) = published()
    assert one.version == 2
    assert "version 2" in read(Client())


def test_figures_are_the_rows_that_were_frozen() -> None:
    frozen()
    (one,) = published()
    assert [(count.key, number) for count, number in one.totals()] == [("closings", 3)]
    assert one.scores.rows()[0].shown == Decimal("87.00")


def test_copies_may_be_kept_until_something_is_published() -> None:
    """The page of a stranger may be kept for a while; its mark changes with what is published."""
    client = Client()
    address = reverse("bulletins:results")
    first = client.get(address)
    assert "public" in first.headers["Cache-Control"] and "Cookie" in first.headers["Vary"]
    assert client.get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 304
    frozen()
    assert client.get(address, headers={"if-none-match": first.headers["ETag"]}).status_code == 200


def test_search_engines_may_take_what_is_published() -> None:
    text = Client().get("/robots.txt").content.decode()
    assert "Allow: /results/" in text and "Disallow: /\n" in text


def test_a_workbook_that_cannot_follow_the_frozen_scheme_says_so() -> None:
    """Another text stands for those days since: the sheet is of the running figures, and says of which it is not."""
    frozen()
    book = assembled({})
    of = period(date(2026, 3, 1), date(2026, 3, 31), zone_at(AT), AT)
    for scheme, said in ((book.schemes["department"], "Frozen, version 1"),
                         (replace(book.schemes["department"], hash="0" * 64), "Not the frozen version 1")):  # fmt: skip
        shown = replace(book, schemes={**book.schemes, "department": scheme})
        with override("en"):
            _, content = workbook_making.asked("department", of, Scope(True, frozenset(), frozenset(), 0, 0), AT, shown)
        cells = [str(cell.value) for row in load_workbook(io.BytesIO(content)).worksheets[0] for cell in row]
        assert any(said in one for one in cells), cells
