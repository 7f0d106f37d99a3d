"""Two collection companies work in one city: each sees its own people, and never the other's (S0-04, S2-29).

The owner: manager and lead of the company of the second city. The stranger: manager and lead of a rival whose area is
the same whole city."""

import uuid

import pytest
from django.urls import reverse

from citygrid.cases import directory
from citygrid.collection.evidence import findings
from citygrid.collection.models import Finding, Patrol
from citygrid.collection.teams import crew
from citygrid.organization.models import Body, Person, Post, Role, Seat
from tests.collection.crews import on_shift

OWNERS, STRANGERS = ("contractor1", "teamlead1"), ("rival_manager", "rival_lead")
NAME = "collector3"


@pytest.fixture
def rivals(world):
    """A second company beside the first: same kind, same parent, same area; a manager and a lead."""
    ours = Body.objects.get(code="collect")
    theirs = Body.objects.get(pk=ours.pk)
    theirs.pk, theirs.code, theirs.name, theirs.short_name = None, "collect_rival", "赤水采集服务有限公司", "赤水采集"
    theirs.name_en = "Chishui Collection"
    theirs.save(force_insert=True)
    since = Seat.objects.order_by("since").values_list("since", flat=True)[0]
    for login, role in zip(STRANGERS, ("contractor", "team_lead"), strict=True):
        post = Post.objects.create(code=login, name=login, name_en=login, body=theirs, role=Role.objects.get(code=role))
        person = Person.objects.create(login=login, name=login)
        Seat.objects.create(person=person, post=post, since=since)
    directory.forget()
    return theirs


def patrol(world):
    who = world.who(NAME)
    return Patrol.objects.create(
        id=uuid.uuid4(), person=who.person, post=who.post, body=who.body, day=world.now.date(), device=uuid.uuid4(),
        in_at=world.now, in_received_at=world.now, bodies=[who.body.pk], persons=[who.person.pk], areas=[],
    )  # fmt: skip


def test_a_rival_leads_nobody_of_ours(world, rivals):
    seen = {one.login for one in crew.members(world.who("contractor1").scope, world.now)}
    assert NAME in seen
    for login in STRANGERS:
        theirs = {one.login for one in crew.members(world.who(login).scope, world.now)}
        assert theirs <= set(STRANGERS), login


@pytest.mark.parametrize("route", ["team", "team_workload", "quotas", "patrols", "findings", "statements"])
def test_the_lists_of_a_rival_name_nobody_of_ours(world, sign, rivals, route):
    """Each list of teams, evidence and patrols opens for a rival's manager, without a name of ours."""
    on_shift()
    world.report()
    confirmed(world)
    name = world.who(NAME).person.name
    address = reverse(f"collection:{route}")
    everybody = {"all": "1"} if route == "team" else {}
    owner = sign("contractor1").get(address, everybody)
    stranger = sign("rival_manager").get(address, everybody)
    assert (owner.status_code, stranger.status_code) == (200, 200)
    assert name not in stranger.text
    if route in ("team", "team_workload", "patrols", "findings"):
        assert name in owner.text, "the same page shows it to the owner"


def confirmed(world):
    row = patrol(world)
    found = findings.propose_on_patrol(
        world.who("inspector1"), row, "hidden", findings.Said("轨迹停在一处四小时"), world.now
    )
    assert findings.confirm(world.who("evaluator1"), found, world.now) is None
    return Finding.objects.get(pk=found.pk)


def test_one_patrol_and_one_finding_of_ours_do_not_exist_for_a_rival(world, sign, rivals):
    found = confirmed(world)
    addresses = [
        reverse("collection:patrol", args=[found.patrol_id]), reverse("collection:finding", args=[found.pk]),
        reverse("collection:team_behind", args=["reports"]) + f"?person={world.person(NAME)}",
    ]  # fmt: skip
    for address in addresses[:2]:
        assert sign("contractor1").get(address).status_code == 200, address
        assert sign("teamlead1").get(address).status_code == 200, address
        for login in STRANGERS:
            assert sign(login).get(address).status_code == 404, (login, address)
    for login in STRANGERS:
        answer = sign(login).get(addresses[2])
        assert answer.status_code in (200, 404) and world.who(NAME).person.name not in answer.text


def test_exports_of_a_rival_hold_nobody_of_ours(world, sign, rivals):
    on_shift()
    world.report()
    patrol(world)
    name = world.who(NAME).person.name
    addresses = [reverse("collection:patrols_export"), reverse("collection:team_workload_file", args=["csv"])]
    for address in addresses:
        ours, theirs = (sign(login).get(address) for login in ("contractor1", "rival_manager"))
        assert ours.status_code == 200 and name in content(ours), address
        assert theirs.status_code == 200 and name not in content(theirs), address


def content(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")


def test_anomalies_and_the_evidence_of_a_case_are_not_for_contractors(world, sign, rivals):
    case = world.report()
    for login in (*OWNERS, *STRANGERS):
        assert sign(login).get(reverse("collection:anomalies")).status_code == 403, login
        assert sign(login).get(reverse("collection:missed_proposals")).status_code == 403, login
    for login in STRANGERS:
        assert sign(login).get(reverse("collection:evidence_of_case", args=[case])).status_code in (403, 404), login


def test_newest_places_of_ours_are_not_told_to_a_rival(world, sign, rivals):
    for login in STRANGERS:
        told = sign(login).get("/api/v1/collection/positions/newest")
        assert told.status_code == 200 and world.who(NAME).person.name not in told.text
