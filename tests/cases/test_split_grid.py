"""A unit grid is split under an open case: the case keeps what it was filed with and goes on to its end (S1-08)."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from uuid import UUID

import pytest
import shapely
from django.core.management import call_command
from django.utils import timezone

from citygrid.areas import duties, life, locating
from citygrid.areas.changing import Who
from citygrid.areas.models import Area
from citygrid.basedata import components, jobs
from citygrid.basedata.models import Component
from citygrid.basedata.seeing import sight
from citygrid.cases.database import plain
from citygrid.cases.loading import peek
from citygrid.cases.verifying import verify
from citygrid.organization.models import Duty, Person, Post, Role, Seat
from citygrid.process.model import Place
from citygrid.rulebook.slices import profile_at
from citygrid.standards.coordinates import metric
from citygrid.trust import seals
from tests.cases.pages import Sign, sign
from tests.cases.world import COVER, NOW, WEST, World

__all__ = ["sign"]

TODAY, TOMORROW = date(2026, 3, 1), date(2026, 3, 2)
COMMUNITY = "99010201001"
OLD, WESTERN, EASTERN = (f"{COMMUNITY}{number}" for number in ("006", "011", "012"))
DUTY = "D990102"
LON, LAT = (float(part) for part in WEST)


@pytest.fixture
def split(world: World) -> Iterator[UUID]:
    """A case filed today; its grid is split from tomorrow, west of it; a day has gone by."""
    Area.objects.filter(kind="city").update(metric_crs="EPSG:4546")
    Duty.objects.create(duty_grid=DUTY, post=Post.objects.get(code="collector_4"), starts=time(6), ends=time(22))
    case = world.filed()
    assert grid_of(place(case).grid) == OLD
    cut = shapely.LineString([(111.0153, 29.9), (111.0153, 30.1)])
    life.split(OLD, TOMORROW, Who(NOW), line=cut)
    assert located(TODAY) == OLD, "until midnight nothing has changed"
    world.now = NOW + timedelta(days=1)
    yield case
    locating.forget()


def place(case: UUID) -> Place:
    with plain() as connection:
        found = peek(connection, case)
    assert found is not None and found.place is not None
    return found.place


def grid_of(pk: int | None) -> str:
    return Area.objects.get(pk=pk).code


def located(day: date) -> str:
    found = locating.locate(LON, LAT, day)
    assert found is not None and found.grid is not None
    return found.grid.code


def test_the_case_keeps_its_grid_and_goes_to_its_end(
    world: World, split: UUID, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world.do("dispatcher1", split, "dispatch", body=world.body("west_sanitation"))
    world.do("west_sanitation_desk", split, "sign")
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", split, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", split, "send_check")
    world.do("collector4", split, "check", result="fixed", media=[world.photo(9)])
    world.do("shiftleader1", split, "close", outcome="qualified")
    assert grid_of(place(split).grid) == OLD and Area.objects.get(code=OLD).valid_to == TOMORROW
    seals.seal(world.now)
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    call_command("verify")
    assert capsys.readouterr().out == "0 faults\n"


def test_a_new_case_at_the_same_spot_is_in_the_new_grid(world: World, split: UUID) -> None:
    fresh = world.filed()
    assert grid_of(place(fresh).grid) == EASTERN == located(TOMORROW)
    assert place(fresh).duty_grid == place(split).duty_grid, "the pieces stay in their duty grid"
    assert list(verify()) == []


def test_it_is_seen_as_before(world: World, split: UUID, sign: Sign) -> None:
    """By its own centre's area, by the post of its duty grid, by its collector; not by the other district."""
    role = Role.objects.get(code="call_taker")
    post = Post.objects.create(code="corner", name="片区岗", body=world.who("calltaker1").body, role=role, areas=[DUTY])
    person = Person.objects.create(login="corner", name="角")
    Seat.objects.create(person=person, post=post, since=NOW - timedelta(days=900))
    for login in ("calltaker1", "collector3", "corner"):
        assert sign(login).get(f"/cases/{split}/").status_code == 200, login
    for login in ("east_calltaker", "collector1"):
        assert sign(login).get(f"/cases/{split}/").status_code == 404, login


def test_components_come_to_the_new_grids_on_the_day(world: World, split: UUID) -> None:
    held = component()
    assert components.regrid(NOW) == 0, "not before the day"
    assert jobs.regrid_when_due(NOW) == 0
    assert jobs.regrid_when_due(world.now) == 1
    held.refresh_from_db()
    assert (held.grid, held.community, held.version) == (EASTERN, COMMUNITY, 1)
    assert jobs.regrid_when_due(world.now) == 0 and jobs.regrid_when_due(world.now + timedelta(days=1)) == 0


def component() -> Component:
    point = metric(profile_at(NOW).data["metric_crs"])(LON, LAT)
    return Component.objects.create(
        code="9901020101000001", class_id=COVER, name="井盖", lon=LON, lat=LAT, point=point, grid=OLD,
        community=COMMUNITY, street="99010201", district="990102", owner="east_roads", valid_from=date(2026, 1, 1),
    )  # fmt: skip


def test_a_duty_grid_shows_the_components_of_today_before_and_after(
    world: World, split: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A steward of one duty grid: on the day before the split the old grid, from the day on the new ones."""
    steward = Post.objects.get(code="data_steward")
    steward.areas = [DUTY]
    steward.save()
    seen = {}
    for day, now in ((TODAY, NOW), (TOMORROW, world.now)):
        monkeypatch.setattr("citygrid.basedata.seeing.timezone.now", lambda now=now: now)
        seen[day] = set(dict(sight(world.who("steward1")).areas)["grid"])
    assert OLD in seen[TODAY] and not {WESTERN, EASTERN} & seen[TODAY]
    assert OLD not in seen[TOMORROW] and {WESTERN, EASTERN} <= seen[TOMORROW]


def test_by_night_another_duty_grid_holds_also_for_a_case_whose_grid_was_split(world: World, split: UUID) -> None:
    """The case knows the duty grid of the day only; at night the one that holds at its spot now counts."""
    for code, grid, post in (("N", WESTERN, "collector_1"), ("M", EASTERN, "collector_3")):
        duties.set_members(code, [grid], TOMORROW, Who(world.now), shift="night")
        Duty.objects.create(duty_grid=code, post=Post.objects.get(code=post), starts=time(22), ends=time(6))
    world.do("dispatcher1", split, "dispatch", body=world.body("west_sanitation"))
    world.do("west_sanitation_desk", split, "sign")
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", split, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.now = world.now.replace(hour=17)  # 23:00 in this city
    world.do("calltaker1", split, "send_check")
    world.do("collector3", split, "check", result="fixed", media=[world.photo(9)])
