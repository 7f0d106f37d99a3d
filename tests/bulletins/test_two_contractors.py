"""A collector who worked for two contractors in a month has a statement of each: each its own share of the work and of
the pay, and together they are all of it (S0-58, S2-29, S0-04; GB/T 30428.7)."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from citygrid.bulletins import collector_files, collector_statements
from citygrid.cases import directory
from citygrid.collection.models import Patrol, PriceList, Statement
from citygrid.collection.teams import counting, crew, prices, spans, statements, workload
from citygrid.organization.models import Body, Duty, Person, Post, Role, Seat
from citygrid.organization.seats import signed
from tests.bulletins.test_collector_statements import LINES, MONTH
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in
from tests.collection.crews import on_shift

WHO = "collector3"
PRICED = [
    *LINES, {"code": "day", "measure": "day", "price": "30.00", "name": "出勤", "name_en": "Day on duty"},
    {"code": "round", "measure": "patrols", "price": "10.00", "name": "巡查", "name_en": "Round"},
]  # fmt: skip


class Moved(worlds.World):
    """Collector 3 acts on the post that is told."""

    post = "collector_3"

    def who(self, login: str, post: str | None = None) -> Any:
        if login != WHO:
            return super().who(login, post)
        seat = Seat.objects.select_related("person", "post__body", "post__role").get(post__code=post or self.post)
        return signed(seat.person, seat, self.now)


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """March: until the tenth for the one company, two reports and a round; then for the other, one and two."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")):
        world = Moved()
        on_shift()
        PriceList.objects.create(since=date(2026, 1, 1), currency="CNY", objection_days=5, lines=PRICED)
        world.filed()
        world.report(where=("111.0165000", "30.0005000"))
        walked(world, 60, 80)
        second(world)
        world.filed(where=("111.0175000", "30.0005000"))
        walked(world, 30, 20)
        walked(world, 30, 40)
        world.now += timedelta(days=35)
        yield world


def second(world: Moved) -> None:
    """Another company with a manager; collector 3 goes over to it on the tenth."""
    theirs = Body.objects.get(code="collect")
    theirs.pk, theirs.code, theirs.name, theirs.name_en = None, "collect_rival", "赤水采集", "Chishui Collection"
    theirs.save(force_insert=True)
    since = Seat.objects.order_by("since").values_list("since", flat=True)[0]
    world.now += timedelta(days=9)
    old = Seat.objects.get(post__code="collector_3")
    post = Post.objects.create(code="rival_3", name="r", body=theirs, role=old.post.role, areas=old.post.areas)
    Seat.objects.create(person=old.person, post=post, since=world.now)
    Seat.objects.filter(pk=old.pk).update(until=world.now)
    manager = Post.objects.create(code="rival_m", name="m", body=theirs, role=Role.objects.get(code="contractor"))
    Seat.objects.create(person=Person.objects.create(login="rival_m", name="m"), post=manager, since=since)
    Duty.objects.create(duty_grid="D" + post.areas[0], post=post, starts=time(6), ends=time(20))
    directory.forget()
    world.post = "rival_3"


def walked(world: worlds.World, minutes: int, percent: int) -> None:
    who = world.who(WHO)
    world.now += timedelta(minutes=minutes + 1)
    Patrol.objects.create(
        id=uuid4(), person=who.person, post=who.post, body=who.body, day=world.now.date(), device=uuid4(),
        in_at=world.now, in_received_at=world.now, out_at=world.now + timedelta(minutes=minutes), bodies=[who.body.pk],
        persons=[who.person.pk], areas=[], figures={"grids": 100, "grids_visited": percent},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None, tmp_path: Any, settings: Any) -> Iterator[None]:
    settings.MEDIA_STORE = tmp_path / "media"
    forget()
    yield
    forget()


def months(town: worlds.World, asker: str) -> dict[str, collector_statements.Monthly]:
    """Of collector 3: code of the body -> the month."""
    span, signed = spans.month_of(MONTH, town.now), town.who(asker)
    found = [one for one in collector_statements.people(signed, span, town.now) if one.login == WHO]
    codes = dict(Body.objects.values_list("pk", "code"))
    return {codes[one.body]: collector_statements.monthly(one, span, signed, town.now) for one in found}


def settled(town: worlds.World, code: str, manager: str) -> Statement:
    made = statements.draft(Body.objects.get(code=code), MONTH, town.who("evaluator1"), town.now)
    assert isinstance(made, Statement)
    statements.agree(made.pk, town.who(manager), town.now)
    done = statements.settle(made.pk, made.total, town.who("office1"), town.now)
    assert isinstance(done, Statement)
    return done


@pytest.mark.parametrize("asker", ["leader1", WHO])
def test_each_statement_has_its_share_and_together_they_are_all(town: worlds.World, asker: str) -> None:
    found = months(town, asker)
    first, other = found["collect"], found["collect_rival"]
    assert (first.number("reports"), other.number("reports")) == (2, 1)
    assert (first.rounds, other.rounds, first.coverage, other.coverage) == (1, 2, Decimal("80.0"), Decimal("30.0"))
    assert (first.hours, other.hours) == (Decimal("1.00"), Decimal("1.00"))
    assert first.days + other.days == 31 and 0 < first.days < 31, "the roster has a watch on every day of March"
    query = {"period": MONTH, "by": "collector", "keys": "collector_reports,filings"}
    rows = signed_in("leader1").get("/api/v1/evaluation/indicators", query).json()["rows"]
    whole = {row["subject"]["id"]: row["values"] for row in rows}[str(town.person(WHO))]
    assert sum(one.number("reports") for one in found.values()) == whole["collector_reports"] == 3
    assert sum(one.number("filed") for one in found.values()) == whole["filings"] == 2
    assert sum(len(one.deeds) for one in found.values()) == 3


def test_nothing_is_paid_twice_and_each_pays_its_own(town: worlds.World) -> None:
    """2.50 a filed report, 10 a round, 30 a day: what both pay together is the month of one who stayed."""
    made = {code: settled(town, code, who) for code, who in (("collect", "contractor1"), ("collect_rival", "rival_m"))}
    found = months(town, WHO)
    for code, one in found.items():
        assert one.paid is not None and one.paid.settled
        lines = made[code].lines.filter(person=one.person)
        assert one.paid.total == sum(line.amount for line in lines) > 0
        assert len(one.paid.lines) == lines.count() == 3
    assert sum(one.paid.total for one in found.values() if one.paid) == 2 * Decimal("2.50") + 3 * 10 + 31 * 30
    sheets = {code: collector_files.xlsx(one, town.now) for code, one in found.items()}
    assert sheets["collect"] != sheets["collect_rival"]


def test_both_can_be_taken_and_each_company_only_its_own(town: worlds.World) -> None:
    person = town.person(WHO)
    bodies = dict(Body.objects.values_list("code", "pk"))
    for login, codes in ((WHO, ("collect", "collect_rival")), ("office1", ("collect", "collect_rival")),
                         ("contractor1", ("collect",)), ("rival_m", ("collect_rival",))):  # fmt: skip
        client = signed_in(login)
        page = client.get(f"{reverse('bulletins:collectors')}?month={MONTH}")
        rows = [(one.body, load.numbers["reports"], load.days) for one, _, load in page.context["people"]
                if one.login == WHO]  # fmt: skip
        assert [row[0] for row in rows] == sorted(bodies[code] for code in codes), login
        assert sum(row[1] for row in rows) == sum({"collect": 2, "collect_rival": 1}[code] for code in codes), login
        for code, pk in bodies.items():
            if code.startswith("collect"):
                there = reverse("bulletins:collector_file", args=[person, MONTH, "xlsx"])
                answer = client.get(there, {"body": pk})
                assert answer.status_code == (200 if code in codes else 404), (login, code)
                assert f"body={pk}" in page.content.decode() or code not in codes
    assert "-collect_rival.xlsx" in signed_in("office1").get(
        there, {"body": bodies["collect_rival"]}
    ).headers["Content-Disposition"]  # fmt: skip


def test_the_workload_of_a_company_has_none_of_the_others(town: worlds.World) -> None:
    span = spans.month_of(MONTH, town.now)
    for login, rounds, reports in (("contractor1", 1, 2), ("rival_m", 2, 1), ("office1", 3, 3)):
        found = workload.workload(town.who(login).scope, span, town.now, "Asia/Shanghai")
        mine = next(row for _, rows in found.teams for row in rows if row.person == town.person(WHO))
        assert (mine.numbers["patrols"], mine.numbers["reports"]) == (rounds, reports), login


def test_a_watch_that_names_only_a_person_is_of_the_body_that_they_worked_for_then(town: worlds.World) -> None:
    """No post stands in the roster: the days are still shared, none twice, none lost."""
    Duty.objects.all().delete()
    Duty.objects.create(duty_grid="D990102", person_id=town.person(WHO), starts=time(6), ends=time(20))
    span = spans.month_of(MONTH, town.now)
    each = [
        crew.days_on_duty(span.first, span.last, town.now, {Body.objects.get(code=code).pk})[town.person(WHO)]
        for code in ("collect", "collect_rival")
    ]
    assert len(each[0]) + len(each[1]) == 31 and not each[0] & each[1] and all(each)
    priced = prices.lines_of(PRICED)
    paid = [
        line.number for code in ("collect", "collect_rival")
        for line in counting.lines(Body.objects.get(code=code).pk, span, priced, town.now) if line.line.code == "day"
    ]  # fmt: skip
    assert sum(paid) == 31
