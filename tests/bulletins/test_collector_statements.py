"""采集员月度清单: the same numbers as the indicators by collector, priced as the contractor's settled statement; one's
own, those of one's team, nobody else's (S0-58, S2-29, GB/T 30428.7)."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from citygrid.bulletins import collector_files, collector_statements
from citygrid.collection.models import PriceList, Statement
from citygrid.collection.teams import spans, statements
from citygrid.organization.models import Body, Person, Post, Seat
from tests.bulletins.sheet_reader import Reckoned
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in
from tests.collection.crews import on_shift

LINES = [
    {"code": "filed", "measure": "filed", "price": "2.50", "name": "立案上报", "name_en": "Filed report"},
    {"code": "check", "measure": "checks", "price": "1.20", "name": "核查", "name_en": "Check"},
    {"code": "void", "measure": "void", "price": "-5.00", "name": "无效上报", "name_en": "Void report"},
    {"code": "base", "measure": "month", "price": "1000.00", "name": "基础服务费", "name_en": "Basic service"},
]
MONTH = "2026-03"
SAME = {
    "reports": "collector_reports", "filed": "filings", "checks": "checks", "verifications": "verifications",
    "finding_missed": "missed_reports",
}  # fmt: skip
"""Measure of the statement -> indicator by collector."""


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """March: collector 3 reported four, two of them filed, one refused; collector 4 checked one. It is April."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        on_shift()
        PriceList.objects.create(since=date(2026, 1, 1), currency="CNY", objection_days=5, lines=LINES)
        world.checked()
        world.filed(where=("111.0165000", "30.0005000"))
        refused = world.report(where=("111.0175000", "30.0005000"))
        world.do("calltaker1", refused, "refuse", reason="不在范围")
        world.report(where=("111.0185000", "30.0005000"))
        world.now += timedelta(days=35)
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None, tmp_path: Any, settings: Any) -> Iterator[None]:
    settings.MEDIA_STORE = tmp_path / "media"
    forget()
    yield
    forget()


def month_of(town: worlds.World, asker: str, login: str) -> collector_statements.Monthly:
    span, signed = spans.month_of(MONTH, town.now), town.who(asker)
    found = {one.login: one for one in collector_statements.people(signed, span, town.now)}
    return collector_statements.monthly(found[login], span, signed, town.now)


def settled(town: worlds.World) -> Statement:
    made = statements.draft(Body.objects.get(code="collect"), MONTH, town.who("evaluator1"), town.now)
    assert isinstance(made, Statement)
    statements.agree(made.pk, town.who("contractor1"), town.now)
    done = statements.settle(made.pk, made.total, town.who("office1"), town.now)
    assert isinstance(done, Statement)
    return done


def address(login: str, kind: str = "xlsx", month: str = MONTH) -> str:
    return reverse("bulletins:collector_file", args=[Person.objects.get(login=login).pk, month, kind])


def test_the_numbers_are_those_of_the_indicators(town: worlds.World) -> None:
    """Of every collector each count that both have, read as a machine reads it: the interface for keys."""
    query = {"period": MONTH, "by": "collector", "keys": ",".join(SAME.values())}
    answer = signed_in("leader1").get("/api/v1/evaluation/indicators", query)
    assert answer.status_code == 200
    by_person = {row["subject"]["id"]: row["values"] for row in answer.json()["rows"]}
    told = {login: month_of(town, "leader1", login) for login in ("collector1", "collector3", "collector4")}
    assert (told["collector3"].number("reports"), told["collector3"].number("filed")) == (4, 2)
    assert told["collector4"].number("checks") == 1
    for one in told.values():
        values = by_person.get(str(one.person), {})
        for measure, key in SAME.items():
            assert one.number(measure) == (values.get(key) or 0), (one.name, measure)
        assert len([deed for deed in one.deeds if "reports" in deed.measures]) == one.number("reports")


def test_the_workbook_and_the_paper_say_the_same(town: worlds.World) -> None:
    """Every formula gives what is shown; each number of the sheet is the paper's."""
    settled(town)
    one = month_of(town, "office1", "collector3")
    content = collector_files.xlsx(one, town.now)
    reckoned = Reckoned(content)
    assert len(reckoned.all_formulas()) >= 4 and reckoned.differences() == []
    cells = {}
    for label, value in load_workbook(io.BytesIO(content), data_only=True).worksheets[0].iter_rows(
        min_row=4, max_col=2, values_only=True
    ):
        cells.setdefault(label, value)
    for measure in collector_files.ORDER:
        label = str(collector_files.work.MEASURES[measure].label)
        assert cells[label] == one.number(measure), measure
        assert (label, str(one.number(measure))) in collector_files.figures(one)
    assert collector_files.pdf(one, town.now).startswith(b"%PDF-")


def test_what_is_paid_is_what_the_contractors_statement_says(town: worlds.World) -> None:
    """Two filed at 2.50, one refused at -5.00; the company's own line is no collector's."""
    made = settled(town)
    one = month_of(town, "office1", "collector3")
    assert one.paid is not None and one.paid.settled
    lines = [(pay.number, pay.price, pay.amount) for pay in one.paid.lines]
    assert sorted(lines) == [(1, Decimal("-5.00"), Decimal("-5.00")), (2, Decimal("2.50"), Decimal("5.00"))]
    people = [month_of(town, "office1", login).paid for login in ("collector3", "collector4")]
    own = sum(line.amount for line in made.lines.filter(person=None))
    assert sum(paid.total for paid in people if paid is not None) + own == made.total


def test_money_is_for_those_who_see_the_statement_until_it_is_settled(town: worlds.World) -> None:
    """While it is open the office and the company read it; the collector's own lines come with the settling."""
    made = statements.draft(Body.objects.get(code="collect"), MONTH, town.who("evaluator1"), town.now)
    assert isinstance(made, Statement)
    assert month_of(town, "evaluator1", "collector3").paid is not None
    assert month_of(town, "collector3", "collector3").paid is None
    statements.agree(made.pk, town.who("contractor1"), town.now)
    statements.settle(made.pk, made.total, town.who("office1"), town.now)
    assert month_of(town, "collector3", "collector3").paid is not None


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_a_collector_takes_the_own_statement_and_no_colleagues(kind: str) -> None:
    client = signed_in("collector3")
    own = client.get(address("collector3", kind))
    assert own.status_code == 200 and own.headers["Content-Disposition"].startswith("attachment")
    assert client.get(address("collector4", kind)).status_code == 404
    page = client.get(f"{reverse('bulletins:collectors')}?month={MONTH}")
    assert [one.login for one, _team, _load in page.context["people"]] == ["collector3"]


def test_a_team_lead_a_company_and_the_office_take_those_of_their_people() -> None:
    for login in ("contractor1", "office1", "leader1"):
        assert signed_in(login).get(address("collector3")).status_code == 200, login


def test_a_rival_company_and_a_stranger_take_nothing() -> None:
    """Another contractor's manager has no collector of this one; who is not signed in is sent to sign in."""
    rival = Body.objects.create(code="rival", name="Rival", kind="contractor", side="supervising", level="city")
    post = Post.objects.create(code="rival_lead", name="r", body=rival, role=Post.objects.get(code="contractor").role)
    person = Person.objects.create_user("rival1", "citygrid-demo", name="Rival")
    Seat.objects.create(person=person, post=post, since=timezone.now() - timedelta(days=400))
    client = signed_in("rival1")
    assert client.get(address("collector3")).status_code == 404
    assert client.get(reverse("bulletins:collectors")).context["people"] == []
    assert Client().get(address("collector3")).status_code == 302


@pytest.mark.parametrize(("month", "kind"), [("2026-13", "xlsx"), ("march", "pdf"), (MONTH, "docx"), (MONTH, "csv")])
def test_a_month_or_a_form_that_is_none_is_not_found(month: str, kind: str) -> None:
    assert signed_in("leader1").get(address("collector3", kind, month)).status_code == 404


def test_a_month_that_runs_is_said_to_run(town: worlds.World) -> None:
    span = spans.month_of(None, town.now)
    signed = town.who("leader1")
    member = collector_statements.people(signed, span, town.now)[0]
    one = collector_statements.monthly(member, span, signed, town.now)
    assert not one.over and collector_files.state(one)
