"""漏报: what the public reported where a collector had just been is proposed, and counts nowhere (S0-58)."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from citygrid.cases.database import cursor, plain
from citygrid.collection.evidence import findings, missed, rules
from citygrid.collection.models import Finding, Patrol, Positioned
from citygrid.collection.positions import days
from tests.cases.world import EAST, WEST


@pytest.fixture(autouse=True)
def fresh_days():
    """A test's days went with its transaction."""
    days.forget()
    yield
    days.forget()


def walked(world, login, where, begin, minutes, out=True):
    """A patrol with a fix a minute at one place."""
    who = world.who(login)
    Patrol.objects.create(
        id=uuid.uuid4(), person=who.person, post=who.post, body=who.body, day=begin.date(), device=uuid.uuid4(),
        in_at=begin, in_received_at=begin, duty_grids=["D990102" if where == WEST else "D990101"],
        out_at=begin + timedelta(minutes=minutes) if out else None,
    )  # fmt: skip
    thing, _new = Positioned.objects.get_or_create(kind="person", person=who.person, defaults={"body": who.body})
    with plain() as connection:
        run = cursor(connection)
        for day in {(begin + timedelta(minutes=n)).date() for n in (-1440, 0, minutes, 1440)}:
            days.ensure(connection, [day])
        for n in range(minutes + 1):
            run.execute(
                b"insert into collection_fix (thing, at, received_at, lon, lat, point) values (%s, %s, %s, %s, %s,"
                b" point(0, 0))",
                [thing.pk, begin + timedelta(minutes=n), begin, float(where[0]), float(where[1])],
            )


def called(world, where=WEST):
    """A report of the public that was filed."""
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id="cjt214-2007:event:0102", lon=where[0],
             lat=where[1], text="路边有一堆垃圾")  # fmt: skip
    world.do("calltaker1", case, "send_verify", person=world.person("collector4"))
    world.do("collector4", case, "verify", true=True, media=[world.photo(1), world.photo(2)])
    world.do("shiftleader1", case, "file_case", condition="1")
    return case


def proposed(world):
    now = world.now + timedelta(hours=1)
    return missed.proposals(world.who("inspector1").scope, now - timedelta(days=7), now, rules.current(now))


@pytest.fixture
def case(world):
    walked(world, "collector3", WEST, world.now - timedelta(hours=2), 30)
    return called(world)


def test_who_was_there_is_proposed_with_how_long(world, case):
    (one,) = proposed(world)
    assert (one.reported.case, one.person, one.seconds) == (case, world.person("collector3"), 1800)
    assert not Finding.objects.exists()


def test_not_who_was_elsewhere_or_after_or_too_long_ago_or_only_passed(world):
    start = world.now
    walked(world, "collector3", EAST, start - timedelta(hours=2), 30)
    walked(world, "collector4", WEST, start - timedelta(hours=30), 30)
    walked(world, "collector2", WEST, start - timedelta(hours=1), 0)
    called(world)
    walked(world, "collector1", WEST, world.now + timedelta(minutes=1), 30, out=False)
    assert proposed(world) == []


def test_not_a_collectors_own_report_nor_one_with_a_finding(world, case):
    world.report()
    assert [one.reported.case for one in proposed(world)] == [case]
    world.do("inspector1", case, "finding", finding="missed", person=world.person("collector3"))
    findings.catch_up(world.now - timedelta(days=1))
    assert proposed(world) == []


def test_the_inspector_sees_them_with_the_way_to_a_finding(world, sign, case):
    page = sign("inspector1").get(reverse("collection:missed_proposals"))
    assert page.status_code == 200
    assert f"?case={case}&amp;kind=missed&amp;person={world.person('collector3')}" in page.text
    form = sign("inspector1").get(
        reverse("collection:new_finding"), {"case": case, "kind": "missed", "person": world.person("collector3")}
    )
    assert form.status_code == 200
