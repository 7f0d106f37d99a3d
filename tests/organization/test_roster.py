"""Who is on shift in a duty grid (S0-43 值班制度; collectors by shift)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from citygrid.areas.models import Area
from citygrid.organization.models import Body, Duty, Person, Seat
from citygrid.organization.roster import OnDuty, on_duty

from .conftest import area, make_post, seat

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.fixture
def grid(areas: dict[str, Area]) -> int:
    return area("D1", "duty_grid", areas["990101"]).pk


@pytest.fixture
def li(areas: dict[str, Area]) -> Seat:
    body = Body.objects.create(code="company", name="公司", kind="contractor", side="supervising", level="city")
    return seat("li", make_post("collector_li", body))


def shift(starts: time, ends: time, **facts: object) -> Duty:
    return Duty.objects.create(duty_grid="D1", starts=starts, ends=ends, **facts)


def test_by_day_and_time(grid: int, li: Seat) -> None:
    shift(time(7), time(19), post=li.post, weekdays=0b0011111)
    expected = OnDuty(li.post_id, li.person_id)
    assert on_duty(grid, at("2026-05-06T07:00"), SHANGHAI) == expected  # a Wednesday
    assert on_duty(grid, at("2026-05-06T06:59:59"), SHANGHAI) is None
    assert on_duty(grid, at("2026-05-06T19:00"), SHANGHAI) is None
    assert on_duty(grid, at("2026-05-09T12:00"), SHANGHAI) is None  # a Saturday


def test_a_shift_past_midnight_belongs_to_the_day_on_which_it_began(grid: int, li: Seat) -> None:
    shift(time(22), time(6), person=li.person, weekdays=1 << 4)  # Fridays
    assert on_duty(grid, at("2026-05-09T05:59"), SHANGHAI) == OnDuty(None, li.person_id)
    assert on_duty(grid, at("2026-05-08T05:59"), SHANGHAI) is None
    assert on_duty(grid, at("2026-05-09T22:00"), SHANGHAI) is None


def test_a_shift_for_some_dates_goes_before_the_standing_one(grid: int, li: Seat) -> None:
    wang = Person.objects.create(login="wang")
    shift(time(7), time(19), post=li.post)
    shift(time(7), time(19), person=wang, first_day=date(2026, 5, 6), last_day=date(2026, 5, 7))
    assert on_duty(grid, at("2026-05-05T12:00"), SHANGHAI) == OnDuty(li.post_id, li.person_id)
    assert on_duty(grid, at("2026-05-07T12:00"), SHANGHAI) == OnDuty(None, wang.pk)
    assert on_duty(grid, at("2026-05-08T12:00"), SHANGHAI) == OnDuty(li.post_id, li.person_id)


def test_a_stand_in_goes_before_and_an_empty_post_is_said(grid: int, li: Seat) -> None:
    shift(time(7), time(19), post=li.post)
    noon = at("2026-05-06T12:00")
    wang = Person.objects.create(login="wang")
    stand_in = Seat.objects.create(
        person=wang, post=li.post, since=noon, until=noon + timedelta(hours=1), stand_in_for=li.person
    )
    assert on_duty(grid, noon, SHANGHAI) == OnDuty(li.post_id, wang.pk)
    stand_in.delete()
    li.until = noon
    li.save()
    assert on_duty(grid, noon, SHANGHAI) == OnDuty(li.post_id, None)


def test_an_unknown_grid_has_nobody(grid: int) -> None:
    assert on_duty(grid, at("2026-05-06T12:00")) is None
    assert on_duty(-1, at("2026-05-06T12:00")) is None
