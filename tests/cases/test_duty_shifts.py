"""Duty grids by shift: over one unit grid one collector by day and another by night, by the city's clock (S1-41)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from citygrid.areas import coverage, duties, locating
from citygrid.areas.changing import Who
from citygrid.areas.models import Area
from citygrid.cases.models import ItemRow
from citygrid.organization import roster
from citygrid.organization.models import Duty, Post
from citygrid.rulebook.slices import profile_at
from tests.cases.pages import Sign, sign
from tests.cases.world import NOW, WEST, World

__all__ = ["sign"]

DAY, FROM = date(2026, 3, 2), date(2026, 3, 1)
ROW = [f"99010201001{number:03}" for number in range(1, 11)]
AT_CASE = ROW[5]
"""WEST lies in it."""


@pytest.fixture
def shifts(world: World) -> Iterator[World]:
    """By day two beats of five unit grids, by night one of all ten; the other district keeps its own all day."""
    Area.objects.filter(kind="city").update(metric_crs="EPSG:4546")
    who = Who(NOW)
    duties.retire("D990102", FROM, who)
    for code, shift, grids in (("E1", "day", ROW[:5]), ("E2", "day", ROW[5:]), ("N1", "night", ROW)):
        duties.set_members(code, grids, FROM, who, shift=shift)
    for code, post, starts, ends in (
        ("E1", "collector_1", 6, 18),
        ("E2", "collector_3", 6, 18),
        ("N1", "collector_4", 18, 6),
    ):
        Duty.objects.create(duty_grid=code, post=Post.objects.get(code=post), starts=time(starts), ends=time(ends))
    locating.forget()
    yield world
    locating.forget()


def here(world: World, clock: str) -> datetime:
    """A moment of the day after, by the city's clock: two hours behind the server's."""
    zone = profile_at(world.now).timezone
    return datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def test_every_unit_grid_has_one_duty_grid_in_each_shift(shifts: World) -> None:
    assert coverage.report(DAY).faults == ()
    place = locating.locate(float(WEST[0]), float(WEST[1]), DAY)
    assert place is not None and [ref.code for ref in place.duty_grids] == ["E2", "N1"]


@pytest.mark.parametrize(
    ("clock", "login"),
    [("05:59", "collector4"), ("06:00", "collector3"), ("17:59", "collector3"), ("18:00", "collector4")],
)
def test_the_check_goes_to_whoever_is_on_shift_then(shifts: World, clock: str, login: str) -> None:
    world = shifts
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.now = here(world, clock)
    world.do("calltaker1", case, "send_check", minutes=0)
    held = ItemRow.objects.filter(case_id=case, kind="check").values_list("person", flat=True)
    assert list(held) == [world.person(login)]


def test_the_form_names_whoever_is_on_shift(shifts: World, sign: Sign) -> None:
    world = shifts
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
    for clock, name in (("12:00", "姜蓝"), ("23:00", "戚里")):
        world.now = here(world, clock)
        form = sign("calltaker1").get(f"/cases/{case}/acts/send_check/", headers={"HX-Request": "true"}).text
        first = form[form.index("<option") :].split("</option>")[0]
        assert name in first, (clock, first)


def test_nobody_on_shift_is_said_and_a_grid_of_the_other_shift_answers_for_its_own_hours(shifts: World) -> None:
    grid = Area.objects.get(kind="grid", code=AT_CASE)
    place = locating.locate(float(WEST[0]), float(WEST[1]), DAY)
    assert place is not None and place.duty_grid is not None
    zone = profile_at(NOW).timezone
    night = Duty.objects.get(duty_grid="N1")
    night.weekdays = 1 << 5  # Saturdays only
    night.save()
    assert roster.on_duty(place.duty_grid.id, here(shifts, "23:00"), zone, grid.pk) is None
    by_day = roster.on_duty(place.duty_grid.id, here(shifts, "12:00"), zone, grid.pk)
    assert by_day is not None and by_day.person == shifts.person("collector3")
