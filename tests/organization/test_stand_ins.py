"""Stand-ins hold a post for a time, with the separation of duties asked; who leads names them (S0-43, S3-19)."""

from datetime import timedelta

import pytest

from citygrid.organization import seats
from citygrid.organization.models import Person, Post, Seat
from citygrid.organization.rosters import standing_in
from citygrid.process.refusal import Refusal
from citygrid.trust.models import AuditRecord

from .duty_town import MONDAY, DutyTown, at, town

__all__ = ["town"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing")]
TUESDAY = MONDAY + timedelta(days=1)


def give(town: DutyTown, absent: str, post: str, person: str, by: str = "teamlead1") -> Seat | Refusal:
    people = {one.login: one for one in Person.objects.filter(login__in=(absent, person))}
    return standing_in.give(
        people[absent], Post.objects.get(code=post), people[person], at(TUESDAY, "08:00"), at(TUESDAY, "18:00"),
        town.who(by), town.now,
    )  # fmt: skip


def test_it_begins_and_ends_by_itself_and_once_more_is_the_same(town: DutyTown) -> None:
    seat = give(town, "collector1", "collector_1", "collector2")
    assert isinstance(seat, Seat)
    assert give(town, "collector1", "collector_1", "collector2") == seat
    for clock, held in (("07:59", 1), ("08:00", 2), ("17:59", 2), ("18:00", 1)):
        assert seats.seats_of(seat.person, at(TUESDAY, clock)).count() == held, clock
    line = AuditRecord.objects.get(act="assign_post", outcome="done")
    assert line.params["stand_in_for"] == seat.stand_in_for_id
    assert line.at == town.now
    standing_in.end(seat, town.who("teamlead1"), town.now)
    assert not Seat.objects.filter(pk=seat.pk).exists()


@pytest.mark.parametrize(
    ("absent", "post", "person", "code"),
    [
        ("collector1", "collector_1", "collector1", "themselves"),
        ("collector1", "collector_1", "teamlead1", "own_post"),
        ("collector2", "collector_1", "collector3", "not_the_holder"),
        ("collector1", "collector_1", "west_sanitation_worker", "handles_and_judges"),
        ("admin1", "administrator", "auditor1", "different_people"),
    ],
)
def test_what_may_not_be_is_refused(town: DutyTown, absent: str, post: str, person: str, code: str) -> None:
    before = Seat.objects.count()
    answer = give(town, absent, post, person)
    assert isinstance(answer, Refusal) and answer.code == code
    assert Seat.objects.count() == before
    assert "%(" not in str(answer)


def test_nobody_stands_in_for_a_stand_in(town: DutyTown) -> None:
    assert isinstance(give(town, "collector1", "collector_1", "collector2"), Seat)
    answer = give(town, "collector2", "collector_1", "collector3")
    assert isinstance(answer, Refusal) and answer.code == "stands_in_too"


def test_a_leader_names_them_below_but_never_for_the_three_administrators(town: DutyTown) -> None:
    """三员分立: only who gives posts gives those, for a time too."""
    form = {"login": "collector2", "since": f"{TUESDAY}T08:00", "until": f"{TUESDAY}T18:00"}
    mine, water, admin = (Seat.objects.get(person__login=login) for login in ("collector1", "water_worker", "admin1"))
    lead, leader, collector = town.client("teamlead1"), town.client("leader1"), town.client("collector1")
    assert collector.get("/stand-ins/").status_code == 403
    assert collector.post("/stand-ins/", {**form, "seat": mine.pk}).status_code == 403
    assert lead.post("/stand-ins/", {**form, "seat": water.pk}).status_code == 422
    assert lead.post("/stand-ins/", {**form, "seat": mine.pk, "login": "water_worker"}).status_code == 422
    refused = leader.post("/stand-ins/", {**form, "seat": admin.pk})
    assert refused.status_code == 422
    assert f"{TUESDAY}T08:00" in refused.text
    assert not Seat.objects.filter(stand_in_for__isnull=False).exists()
    assert lead.post("/stand-ins/", {**form, "seat": mine.pk}).status_code == 302
    seat = Seat.objects.get(stand_in_for__isnull=False)
    assert town.client("west_shiftleader").post(f"/stand-ins/{seat.pk}/end/").status_code == 404
    assert lead.post(f"/stand-ins/{mine.pk}/end/").status_code == 404
    town.now = at(TUESDAY, "09:00")
    assert "魏紫" in town.client("collector2").get("/posts/").text
    assert "陶然" in town.client("collector1").get("/my-shifts/").text
    assert town.client("teamlead1").post(f"/stand-ins/{seat.pk}/end/").status_code == 302
    seat.refresh_from_db()
    assert seat.until == town.now
