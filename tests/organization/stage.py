"""One of each: the second city with a case, a file, a survey, a component, a request ... and who stands how to them.

Made once and rolled back by whoever uses it. `Stage.objects` are what addresses name; `Stage.marks` are the words by
which one knows that an answer tells of an object.
"""

import math
import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from citygrid.areas.models import Area
from citygrid.basedata import asking
from citygrid.basedata.asking import Asked
from citygrid.basedata.gridding.plans import AreaPlan, PlanState
from citygrid.basedata.models import Component, RegisterEntry, Survey, SurveyRow
from citygrid.cases.delegation_models import Delegation
from citygrid.geocoding import keeping
from citygrid.geocoding.drafts import Draft
from citygrid.geocoding.models import Batch
from citygrid.maps import editing
from citygrid.maps.models import Layer
from citygrid.media.storing import store
from citygrid.organization import keys
from citygrid.organization.duty_models import Leave, LeaveKind, Roster
from citygrid.organization.models import Body, Person, Post, Role, Seat
from citygrid.organization.unit_models import UnitRecord
from tests.basedata.test_registers import COLUMNS, PERMITS
from tests.basedata.test_survey_round import LAMPS
from tests.basedata.town import LAMP, load, write
from tests.cases.world import FOLDER, NOW, World, picture

NOBODY = "nobody"
"""A login that nobody has: not signed in."""
HOW = ("owner", "colleague", "other_unit", "other_district")
PEOPLE: dict[str, tuple[str, str, str, str]] = {
    "": ("collector3", "calltaker1", "west_roads_desk", "east_shiftleader"),
    "case": ("collector3", "calltaker1", "west_roads_desk", "east_shiftleader"),
    "counted": ("west_shiftleader", "leader1", "west_roads_desk", "east_shiftleader"),
    "near": ("collector4", "calltaker1", "collector3", "east_shiftleader"),
    "file": ("collector3", "calltaker1", "west_roads_desk", "east_shiftleader"),
    "component": ("steward1", "surveyor1", "west_roads_desk", "steward_east"),
    "survey": ("surveyor1", "steward1", "west_roads_desk", "steward_east"),
    "request": ("collector3", "steward1", "collector4", "steward_east"),
    "entry": ("steward1", "shiftleader1", "west_roads_desk", "steward_east"),
    "plan": ("steward1", "surveyor1", "west_roads_desk", "steward_east"),
    "body": ("west_sanitation_desk", "supervisor1", "power_desk", "east_shiftleader"),
    "delegation": ("office1", "shiftleader1", "west_roads_desk", "east_shiftleader"),
    "roster": ("teamlead1", "contractor1", "west_roads_desk", "east_shiftleader"),
    "leave": ("collector3", "teamlead1", "collector4", "east_shiftleader"),
    "layer": ("steward1", "calltaker1", "west_roads_desk", "east_shiftleader"),
    "batch": ("collector3", "collector4", "west_roads_desk", "east_shiftleader"),
    "key": ("calltaker1", "shiftleader1", "west_roads_desk", "east_shiftleader"),
    "permit": ("shiftleader1", "calltaker1", "west_roads_desk", "east_shiftleader"),
    "sheet": ("shiftleader1", "calltaker1", "west_roads_desk", "east_shiftleader"),
}
"""Who stands how to which kind of object, in the order of HOW. `near` is a second case at the same place, which the
reporter of the first does not see; so to it the reporter is `other_unit`. `counted` is the case in the evaluation."""
ROLES = {
    "administrator": "admin1", "auditor": "auditor1", "call_taker": "calltaker1", "collector": "collector2",
    "commission": "commission1", "contractor": "contractor1", "data_steward": "steward1",
    "dispatcher": "dispatcher1", "evaluator": "evaluator1", "inspector": "inspector1", "leader": "leader1",
    "office": "office1", "person_in_charge": "west_sanitation_desk:west_sanitation_charge",
    "security_administrator": "security1", "shift_leader": "shiftleader1", "supervisor_dept": "supervisor1",
    "surveyor": "surveyor1", "team_lead": "teamlead1", "unit_desk": "water_desk:water_desk", "worker": "water_worker",
}  # fmt: skip
"""Role -> login, with the post where the person holds several. Every role that somebody holds."""
NO_ID = "00000000-0000-4000-8000-000000000000"


@dataclass
class Stage:
    """`objects`: placeholder of an address -> what stands for it. `marks`: kind -> words that give it away."""

    world: World
    objects: dict[str, str] = field(default_factory=dict)
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def unquoted(self, address: str) -> str:
        """The address with the objects in it, as a person reads it."""
        return address.format_map(self.objects)

    @property
    def now(self) -> datetime:
        return self.world.now


def spot(district: str, number: int = 0) -> tuple[str, str]:
    """A place well inside a unit grid of the district, as acts carry it."""
    row = Area.objects.filter(kind="grid", code__startswith=district, valid_to=None).order_by("code")[number]
    return f"{row.centre_lon:.7f}", f"{row.centre_lat:.7f}"


def make(folder: Path) -> Stage:
    """The city of a folder's own and one of each object, all in the western district."""
    load()
    stage = Stage(World())
    _second_steward()
    _base_data(stage, folder)
    _cases(stage)
    _maps(stage)
    _places(stage)
    _office(stage)
    _reception(stage)
    stage.objects |= {
        "no_uuid": NO_ID, "person": str(Person.objects.get(login="collector3").pk), "no_id": "0",
        "seat": str(Seat.objects.get(person__login="collector3").pk), "role": "worker", "body": "west_roads",
    }  # fmt: skip
    stage.world.now += timedelta(minutes=5)
    return stage


def _second_steward() -> None:
    """Somebody who keeps the base data of the other district only."""
    city = Post.objects.get(code="data_steward")
    east = Post.objects.create(
        code="steward_east",
        name="东区管理岗",
        body=city.body,
        role=Role.objects.get(code="data_steward"),
        areas=["990101"],
    )
    person = Person.objects.create_user("steward_east", name="东方")
    Seat.objects.create(person=person, post=east, since=NOW - timedelta(days=900))


def _base_data(stage: Stage, folder: Path) -> None:
    from citygrid.basedata import publishing, surveys

    world, (lon, lat) = stage.world, spot("990102")
    surveyor, steward = (Person.objects.get(login=login) for login in ("surveyor1", "steward1"))
    day = world.now.date()
    rows = [{"no": "灯西1", "lon": lon, "lat": lat, "owner": "power", "state": "intact"}]
    done = surveys.create(
        write(folder / "lamps.csv", rows), LAMPS, by=surveyor, at=world.now, on=day, title="路灯旧普查"
    )
    publishing.submit(surveys.run(done.id, world.now), surveyor, world.now)
    publishing.publish(done.id, steward, world.now)
    lamp = Component.objects.get(key="灯西1")
    permit = dict(zip(COLUMNS, ("许可-西-1", "西区占道公司", "2026-01-01", "", "12", lon, lat), strict=True))
    entries = surveys.create(
        write(folder / "permits.csv", [permit], COLUMNS), PERMITS, by=surveyor, at=world.now, on=day
    )
    publishing.submit(surveys.run(entries.id, world.now), surveyor, world.now)
    publishing.publish(entries.id, steward, world.now)
    assert RegisterEntry.objects.filter(key="许可-西-1").exists()
    elsewhere = spot("990102", 5)
    more = [{"no": "灯西2", "lon": elsewhere[0], "lat": elsewhere[1], "owner": "power", "state": "intact"}]
    path = write(folder / "more.csv", more)
    survey = surveys.create(path, LAMPS, by=surveyor, at=world.now, on=day, title="路灯新普查之西")
    publishing.submit(surveys.run(survey.id, world.now), surveyor, world.now)
    assert Survey.objects.get(id=survey.id).status == "submitted"
    who = world.who("collector3")
    shot = store(picture(3), "photo.jpg", who.person.pk, world.now)
    asked = Asked(id=uuid.uuid4(), kind="state", code=lamp.code, cells={"state": "damaged"}, reason="灯罩掉在西边",
                  photos=(shot.pk,))  # fmt: skip
    request = asking.ask(asked, who, world.now)[0]
    plan = AreaPlan.objects.create(
        kind="divide", codes=[lamp.community], from_day=date(2030, 1, 1), reason="西区重新划分之文",
        inputs={"kind": "community", "code": lamp.community, "cell_m2": 12500, "least": 0.2, "most": 2, "barriers": []},
        state=PlanState.WAITING, made_by=steward,
        made_at=world.now,
    )  # fmt: skip
    duty = Area.objects.filter(kind="duty_grid", code__startswith="Z0102", valid_to=None).order_by("code")[0]
    stage.objects |= {
        "survey": str(survey.id), "survey_row": str(SurveyRow.objects.get(survey=survey).number),
        "component": lamp.code, "community": lamp.community, "grid": lamp.grid, "lon": lon, "lat": lat,
        "request": str(request.pk), "request_photo": str(shot.pk), "entry": "许可-西-1", "plan": str(plan.pk),
        "duty_grid": duty.code, "class": LAMP,
    }  # fmt: skip
    stage.marks |= {
        "component": ("灯西1", lamp.code), "survey": ("路灯新普查之西",), "request": ("灯罩掉在西边", str(request.pk)),
        "entry": ("西区占道公司",), "plan": ("西区重新划分之文", str(plan.pk)),
    }  # fmt: skip


def _cases(stage: Stage) -> None:
    """A case on the lamp, being handled by the western sanitation, and one more at the same place by somebody else."""
    world, where = stage.world, spot("990102")
    photo = store(picture(5), "photo.jpg", world.person("collector3"), world.now)
    case = uuid.uuid4()
    world.do("collector3", case, "report", source="collector", class_id=LAMP, lon=where[0], lat=where[1],
             component=stage.objects["component"], media=[str(photo.id), world.photo(1)],
             text="西边的路灯坏了真难看")  # fmt: skip
    world.do("calltaker1", case, "accept", distinct=True)
    world.do("shiftleader1", case, "file_case", condition="1")
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    world.do("west_sanitation_desk", case, "sign")
    near = world.report(where=where, class_id=LAMP, login="collector4")
    numbers = {}
    for name, one in (("case", case), ("near", near)):
        seen = _case(one)
        numbers[name] = tuple(number for number in (seen.report_no, seen.case_no) if number)
    stage.objects |= {"case": str(case), "near": str(near), "file": str(photo.id), "number": numbers["case"][0]}
    stage.marks |= {
        "case": (str(case), *numbers["case"], "西边的路灯坏了真难看"), "near": (str(near), *numbers["near"]),
        "file": (str(photo.id),), "counted": numbers["case"],
    }  # fmt: skip


def _case(case: uuid.UUID):
    from citygrid.cases.explaining import case_of

    found = case_of(case)
    assert found is not None
    return found


def _maps(stage: Stage) -> None:
    """Open cases for everybody with a post, and a layer that stays with the centre."""
    steward = stage.world.who("steward1")
    layers = (
        Layer(code="open_cases", name="未结案卷", kind="source", source="cases.open", published=True, sharing="city"),
        Layer(code="lamps", name="路灯图层", kind="source", source="components", published=True, sharing="city"),
        Layer(code="inner", name="中心内部图层", kind="features", published=True, sharing="centre"),
    )
    for layer in layers:
        if not Layer.objects.filter(code=layer.code).exists():
            editing.save(layer, steward, stage.now)
    row, column = _tile(float(stage.objects["lon"]), float(stage.objects["lat"]), 17)
    stage.objects |= {"layer": "inner", "tile_row": str(row), "tile_column": str(column)}
    stage.marks |= {"layer": ("中心内部图层",)}


def _tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Row and column of the web mercator tile that holds a point."""
    many = 2**zoom
    up = math.asinh(math.tan(math.radians(lat)))
    return int((1 - up / math.pi) / 2 * many), int((lon + 180) / 360 * many)


def _places(stage: Stage) -> None:
    lon, lat = float(stage.objects["lon"]), float(stage.objects["lat"])
    who = keeping.Who(stage.world.who("steward1"))
    draft = Draft(kind="other", name="西边的老戏台", lon=lon, lat=lat)
    place = keeping.save("pstage", draft, None, who, stage.now)
    person = stage.world.person("collector3")
    batch = Batch.objects.create(id=uuid.uuid4(), person=person, name="西边地址单.csv", made_at=stage.now)
    key, _text = keys.make(stage.world.who("calltaker1").seat, "图台", ["maps"], 30, stage.now)
    stage.objects |= {"place": place.code, "batch": str(batch.pk), "key": key.prefix}
    stage.marks |= {"batch": ("西边地址单",), "key": (key.prefix,)}


def _office(stage: Stage) -> None:
    """A unit's record, a delegation to the centre's shift leader, a roster and a leave of the collecting company."""
    day, person = stage.now.date(), stage.world.person
    unit = Body.objects.get(code="west_sanitation")
    UnitRecord.objects.create(body=unit, number=1, funding="西环经费专项说明", made_at=stage.now)
    giver = stage.world.who("office1")
    delegation = Delegation.objects.create(
        code="stage", giver_post=giver.post, giver=giver.person, given_at=stage.now, kinds=["extend"],
        post=Post.objects.get(code="shift"), first_day=day, document="赭数管授〔2026〕3号",
    )  # fmt: skip
    roster = Roster.objects.create(
        body=Body.objects.get(code="collect"), first_day=day, last_day=day + timedelta(days=6), made_at=stage.now,
        made_by_id=person("teamlead1"),
    )  # fmt: skip
    leave = Leave.objects.create(
        person_id=person("collector3"), asked_by_id=person("collector3"), kind=LeaveKind.objects.order_by("code")[0],
        first_day=day, last_day=day, asked_at=stage.now,
    )  # fmt: skip
    stage.objects |= {
        "unit": unit.code, "delegation": delegation.code, "roster": str(roster.pk), "leave": str(leave.pk),
        "company": roster.body.code,
    }  # fmt: skip
    stage.marks |= {
        "body": ("西环经费专项说明",), "delegation": ("赭数管授〔2026〕3号",), "roster": (str(roster.pk),),
        "leave": (str(leave.pk),),
    }  # fmt: skip


def _reception(stage: Stage) -> None:
    """A permit of the city's folder's kinds, and the hand-over sheet of the centre's shift."""
    from citygrid.reception import folder
    from citygrid.reception.permits import keeping
    from citygrid.reception.shifts import sheets, watches

    assert folder.load(FOLDER, stage.now.date()).ok
    lon, lat = spot("990102")
    cells = {"kind": "night", "number": "夜施赭2026-5", "holder": "赭石建工", "lon": lon, "lat": lat,
             "first_day": "2026-01-01", "last_day": "2026-12-31"}  # fmt: skip
    permit = keeping.keep(keeping.read(cells, keeping.kinds_by_words()), stage.now, None)
    centre = Body.objects.get(code="centre").pk
    sheet = sheets.sheet(centre, watches.current(centre, stage.now), stage.now)
    stage.objects |= {"permit": str(permit.pk), "sheet": str(sheet.pk)}
    stage.marks |= {"permit": (permit.number,), "sheet": (str(sheet.pk),)}
