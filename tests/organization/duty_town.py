"""The second city with three duty grids, on a Monday; its team lead plans, its collectors walk."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from citygrid.areas import locating
from citygrid.areas.models import Area, DutyMembership
from citygrid.organization import roster
from citygrid.organization.duty_models import Leave, Roster
from citygrid.organization.models import Body, Person, Post, Seat
from citygrid.organization.rosters import leaves, rostering
from citygrid.organization.seats import Signed, signed
from citygrid.process.refusal import Refusal

from .conftest import area

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 5, 11)
NOW = datetime(2026, 5, 11, 1, tzinfo=UTC)
GRIDS = ("D1", "D2", "D3")


def at(day: date, clock: str) -> datetime:
    """A moment by the city's clock."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)


@dataclass
class DutyTown:
    """Short words for what people do; keeps nothing but the clock."""

    now: datetime = NOW

    def who(self, login: str) -> Signed:
        seat = Seat.objects.filter(person__login=login).select_related("person", "post__body", "post__role").first()
        assert seat is not None, login
        return signed(seat.person, seat, self.now)

    def client(self, login: str) -> Client:
        client = Client()
        client.force_login(Person.objects.get(login=login))
        return client

    def one(self, login: str) -> tuple[int, int]:
        """(post, person)."""
        seat = Seat.objects.get(person__login=login)
        return seat.post_id, seat.person_id

    def draft(self, days: int = 7, first: date = MONDAY, body: str = "collect", by: str = "teamlead1") -> Roster:
        answer = rostering.make(
            uuid.uuid4(), Body.objects.get(code=body), first, first + timedelta(days=days - 1), self.who(by), self.now,
            self.today,
        )  # fmt: skip
        assert isinstance(answer, Roster), answer
        return answer

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def put(self, draft: Roster, login: str, places: tuple[str, ...] = GRIDS, shifts: str = "ABC") -> None:
        """Put somebody everywhere."""
        draft.refresh_from_db()
        wanted = {
            (f"g:{place}", shift, draft.first_day + timedelta(days=n)): [self.one(login)]
            for place in places
            for shift in shifts
            for n in range((draft.last_day - draft.first_day).days + 1)
            if shift != "C" or (draft.first_day + timedelta(days=n)).isoweekday() > 5
        }
        answer = rostering.change(draft.pk, uuid.uuid4(), draft.edits, wanted, self.who("teamlead1"), self.now, ZONE)
        assert not isinstance(answer, Refusal), answer

    def publish(self, draft: Roster, by: str = "teamlead1") -> Roster:
        draft.refresh_from_db()
        answer = rostering.publish(draft.pk, draft.edits, self.who(by), self.now, self.today, ZONE, despite_gaps=True)
        assert isinstance(answer, Roster), answer
        return answer

    def on(self, grid: str, day: date, clock: str) -> str | None:
        """The login of who is on duty; "" when there is a duty that nobody works, None when there is none."""
        found = roster.on_duty(Area.objects.get(code=grid).pk, at(day, clock), ZONE)
        if found is None:
            return None
        return Person.objects.get(pk=found.person).login if found.person else ""

    def leave(self, login: str, first: date, last: date) -> Leave:
        who = self.who(login)
        asked = leaves.ask(uuid.uuid4(), who.person, "L1", first, last, who, self.now, self.today)
        assert isinstance(asked, Leave), asked
        answer = leaves.decide(asked.pk, True, self.who("teamlead1"), self.now)
        assert isinstance(answer, Leave), answer
        return answer


@pytest.fixture
def town(second: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DutyTown]:
    """D1 and D2 in the east, D3 in the west; each of two unit grids. Pages see the town's clock."""
    for code, community in (("D1", "9901010101"), ("D2", "9901010101"), ("D3", "9901020101")):
        parent = Area.objects.get(code=community)
        duty = area(code, "duty_grid", parent)
        for n in (1, 2):
            grid = area(f"{code}{n:04}", "grid", parent)
            DutyMembership.objects.create(duty_grid=duty, grid=grid, valid_from=date(2026, 1, 1))
    locating.forget()
    made = DutyTown()
    monkeypatch.setattr(timezone, "now", lambda: made.now)
    assert Post.objects.filter(code="collector_1").exists()
    yield made
    locating.forget()
