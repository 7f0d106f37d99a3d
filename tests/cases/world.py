"""The second city with real shapes: two districts side by side, a row of grids each, everybody on their posts."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import shapely
from PIL import Image

from citygrid.areas.models import Area, DutyMembership
from citygrid.areas.versions import bump
from citygrid.cases import acting, directory
from citygrid.cases import folder as delegations
from citygrid.cases.submission import Submission
from citygrid.console.city import learn
from citygrid.media.storing import store
from citygrid.organization import folder as organization
from citygrid.organization.models import Seat
from citygrid.organization.seats import signed
from citygrid.process import Actor, Refusal
from citygrid.process.states import Side
from citygrid.rulebook import folder as rulebook

FOLDER = Path(__file__).parent.parent / "cities" / "second"
START = date(2020, 1, 1)
# A Sunday, which is a working day in this city, 10:00 on its clocks.
NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
GARBAGE, COVER, SAND = "cjt214-2007:event:0102", "cjt214-2007:component:0101", "zheshi:event:2101"
WEST, EAST = ("111.0155000", "30.0005000"), ("111.0005000", "30.0005000")
"""990102 is run by the city, 990101 by its own centre."""


def _area(kind, code, shape, parent=None):
    return Area.objects.create(
        kind=kind, code=code, name=code, parent=parent, geometry=shapely.to_wkb(shape), centre_lon=shape.centroid.x,
        centre_lat=shape.centroid.y, area_m2=1.0, valid_from=START,
    )  # fmt: skip


def make_areas():
    whole = shapely.box(111.0, 30.0, 111.02, 30.001)
    city = _area("city", "990100", whole)
    for left, code in ((111.0, "990101"), (111.01, "990102")):
        shape = shapely.box(left, 30.0, left + 0.01, 30.001)
        district = _area("district", code, shape, city)
        community = _area("community", code + "01001", shape, _area("street", code + "01", shape, district))
        duty = _area("duty_grid", "D" + code, shape)
        for n in range(10):
            cell = shapely.box(left + n * 0.001, 30.0, left + (n + 1) * 0.001, 30.001)
            grid = _area("grid", f"{code}01001{n + 1:03}", cell, community)
            DutyMembership.objects.create(duty_grid=duty, grid=grid, valid_from=START)
    bump()


def make():
    """Everything of the city but its cases."""
    for load in (rulebook.load_profile, lambda *_: make_areas(), organization.load, rulebook.load,
                 delegations.load):  # fmt: skip
        report = load(FOLDER, START)
        assert report is None or report.ok, [str(problem) for problem in report.problems]
    learn()
    directory.forget()


def picture(shade):
    """The bytes of a small photo, another one for another shade."""
    out = BytesIO()
    Image.new("RGB", (64, 48), (shade * 23 % 256, 90, 120)).save(out, "JPEG")
    return out.getvalue()


@dataclass
class World:
    """Acts by login at a moving clock; keeps nothing but the clock."""

    now: datetime = NOW

    def who(self, login, post=None):
        seats = Seat.objects.filter(person__login=login).select_related("person", "post__body", "post__role")
        seat = seats.get(post__code=post) if post else seats.order_by("post__role__code").last()
        return signed(seat.person, seat, NOW)

    def actor(self, login, post=None):
        one = self.who(login, post)
        return Actor(one.person.pk, one.post.pk, one.body.pk, one.role.code, Side(one.side))

    def body(self, code):
        return directory.current().codes[code]

    def person(self, login):
        return self.who(login).person.pk

    def send(self, login, case, name, minutes=5, act_id=None, item=None, claimed=None, **data):
        self.now += timedelta(minutes=minutes)
        one = self.who(login)
        submission = Submission(case, act_id or uuid.uuid4(), name, data, claimed, item)
        return acting.submit(submission, self.actor(login), one.scope, self.now)

    def do(self, login, case, name, minutes=5, **data):
        answer = self.send(login, case, name, minutes, **data)
        assert not isinstance(answer, Refusal), f"{answer.code}: {answer}"
        return answer.case

    def photo(self, shade=0):
        return str(store(picture(shade), "photo.jpg", None, self.now).id)

    def report(self, where=WEST, class_id=GARBAGE, login="collector3", **data):
        case = uuid.uuid4()
        photos = [self.photo(n) for n in range(data.pop("photos", 2))]
        self.do(login, case, "report", source="collector", class_id=class_id, lon=where[0], lat=where[1],
                media=photos, text="路边有一堆垃圾", **data)  # fmt: skip
        return case

    def filed(self, **data):
        case = self.report(**data)
        self.do("calltaker1", case, "accept", distinct=True)
        self.do("shiftleader1", case, "file_case", condition="1")
        return case

    def handling(self, **data):
        case = self.filed(**data)
        self.do("dispatcher1", case, "dispatch", body=self.body("west_sanitation"))
        self.do("west_sanitation_desk", case, "sign")
        return case

    def checked(self, result="fixed", **data):
        case = self.handling(**data)
        photos = [self.photo(7), self.photo(8)]
        self.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
        self.do("calltaker1", case, "send_check", person=self.person("collector4"))
        self.do("collector4", case, "check", result=result, media=[self.photo(9)])
        return case

    def closed(self, **data):
        case = self.checked(**data)
        self.do("shiftleader1", case, "close", outcome="qualified")
        return case
