"""Findings of patrols count against a collector without any case; pages and files of collectors, contractors, persons
in charge, supervising departments and centres, each to whom they are for (S0-04, S0-58, S3-19)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from citygrid.cases.database import plain
from citygrid.collection.evidence import findings
from citygrid.collection.models import Finding, Patrol
from citygrid.evaluation import facts, rolled
from citygrid.evaluation.counting import Question
from citygrid.evaluation.definitions import shipped
from citygrid.evaluation.periods import Period, period
from citygrid.evaluation.tables import evaluate
from citygrid.organization.models import Body, Person, Post, Seat
from tests.cases import world as worlds
from tests.evaluation.lives import LATER, SHANGHAI, cells
from tests.evaluation.test_pages import MARCH as ADDRESS
from tests.evaluation.test_pages import fresh, signed_in, town

__all__ = ["fresh", "town"]


@pytest.fixture
def patrolled(town: worlds.World) -> tuple[worlds.World, Finding]:
    """Collector 3 stood still for four hours: proposed by an inspector."""
    who = town.who("collector3")
    patrol = Patrol.objects.create(
        id=uuid.uuid4(), person=who.person, post=who.post, body=who.body, day=town.now.date(), device=uuid.uuid4(),
        in_at=town.now, in_received_at=town.now, bodies=[who.body.pk], persons=[who.person.pk],
        areas=sorted(town.who("west_shiftleader").scope.roots),
    )  # fmt: skip
    said = findings.Said("the track stands still for four hours")
    row = findings.propose_on_patrol(town.who("inspector1"), patrol, "missed", said, town.now)
    assert isinstance(row, Finding)
    return town, row


def counted(of: Period, by: str, key: str) -> dict[Any, Any]:
    with plain() as connection:
        facts.keep_days(connection, "Asia/Shanghai")
        facts.refresh(connection)
        slow = cells(evaluate(connection, shipped(), Question(of, by), [key]))
        assert cells(evaluate(connection, shipped(), Question(of, by), [key], rolled.count)) == slow
    return {subject: values[key] for subject, values in slow.items() if values[key]}


def test_a_finding_of_a_patrol_counts_once_it_is_confirmed(patrolled: tuple[worlds.World, Finding]) -> None:
    """漏报, by collector, contractor and post; what is only proposed does not count, what was undone counts no more."""
    world, row = patrolled
    day = world.now.astimezone(SHANGHAI).date()
    of = period(day, day + timedelta(days=40), SHANGHAI, LATER)
    person, body = world.person("collector3"), world.body("collect")
    assert counted(of, "collector", "missed_reports") == {}, "proposed"
    findings.confirm(world.who("evaluator1"), row, world.now)
    assert counted(of, "collector", "missed_reports") == {(person,): 1}
    assert counted(of, "contractor", "missed_reports") == {(body,): 1}
    assert counted(of, "post", "missed_reports") == {("collector", person, None): 1}
    (district,) = counted(of, "area", "missed_reports")
    assert district[0] in world.who("west_shiftleader").scope.roots, "where the patrol went"
    assert counted(of, "collector", "false_reports") == {}
    row.refresh_from_db()
    findings.appeal(world.who("collector3"), row, findings.Said("the phone was flat"), world.now)
    assert counted(of, "collector", "missed_reports") == {(person,): 1}, "an appeal alone changes nothing"
    row.refresh_from_db()
    assert findings.decide(world.who("office1"), row, True, findings.Said("so it was"), world.now) is None
    assert counted(of, "collector", "missed_reports") == {}


def test_it_stays_when_all_facts_are_made_anew(patrolled: tuple[worlds.World, Finding]) -> None:
    world, row = patrolled
    findings.confirm(world.who("evaluator1"), row, world.now)
    day = world.now.astimezone(SHANGHAI).date()
    of = period(day, day, SHANGHAI, LATER)
    before = counted(of, "collector", "missed_reports")
    with plain() as connection:
        facts.rebuild(connection)
    assert counted(of, "collector", "missed_reports") == before != {}


def test_its_number_opens_to_the_finding(patrolled: tuple[worlds.World, Finding]) -> None:
    world, row = patrolled
    findings.confirm(world.who("evaluator1"), row, world.now)
    day = world.now.astimezone(SHANGHAI).date()
    query = f"from={day}&to={day}&by=collector&subject={world.person('collector3')}"
    page = signed_in("leader1").get(f"{reverse('evaluation:open', args=['missed_reports'])}?{query}")
    assert page.status_code == 200
    assert [one.row.finding for one in page.context["rows"]] == [True]
    assert reverse("collection:finding", args=[row.pk]) in page.content.decode()


def test_a_case_finding_is_the_body_that_the_collector_worked_for(town: worlds.World) -> None:
    """Somebody who did nothing on the case: the body of their seat then."""
    case = town.report()
    person = town.person("collector4")
    town.do("inspector1", case, "finding", finding="missed", person=person)
    town.do("evaluator1", case, "finding", confirms=1)
    day = town.now.astimezone(SHANGHAI).date()
    assert counted(period(day, day, SHANGHAI, LATER), "contractor", "missed_reports") == {(town.body("collect"),): 1}
    assert Seat.objects.filter(person=person).exists()


@pytest.mark.parametrize("by", ["collector", "contractor", "in_charge", "supervisor", "centre"])
def test_the_page_and_its_file_show_each(by: str) -> None:
    client = signed_in("leader1")
    page = client.get(f"{reverse('evaluation:table')}?{ADDRESS}&by={by}")
    assert page.status_code == 200
    assert len(page.context["rows"]) > 1, "subjects and the total"
    for row in page.context["rows"]:
        for cell in row["cells"][:2]:
            if cell["address"]:
                assert client.get(reverse("evaluation:table") + cell["address"]).status_code == 200
    text = client.get(f"{reverse('evaluation:file')}?{ADDRESS}&by={by}").content.decode("utf-8-sig")
    assert len(text.splitlines()) == len(page.context["rows"]) + 1


def test_a_contractor_reads_of_its_own_collectors_and_a_rival_of_nobody(town: worlds.World) -> None:
    """The owner's page opens by collector; a colleague of another company finds no row, in the file neither."""
    page = signed_in("contractor1").get(f"{reverse('evaluation:table')}?{ADDRESS}")
    assert page.context["asked"].by == "collector"
    names = [row["name"] for row in page.context["rows"]]
    assert Person.objects.get(login="collector3").name in names
    rival = Body.objects.create(code="rival", name="Rival", kind="contractor", side="supervising", level="city")
    post = Post.objects.create(code="rival_lead", name="r", body=rival, role=Post.objects.get(code="contractor").role)
    person = Person.objects.create_user("rival1", "citygrid-demo", name="Rival")
    Seat.objects.create(person=person, post=post, since=timezone.now() - timedelta(days=1))
    client = signed_in("rival1")
    assert client.get(f"{reverse('evaluation:table')}?{ADDRESS}").context["rows"] == []
    for by in ("collector", "contractor", "post", "unit", "source"):
        text = client.get(f"{reverse('evaluation:file')}?{ADDRESS}&by={by}").content.decode("utf-8-sig")
        assert "collector3" not in text and Person.objects.get(login="collector3").name not in text
        assert len(text.splitlines()) <= 2, "the head and an empty total"


