"""The question at a border (issue 6, asks 9): the same sides on the phone as in the reference, from what the server
gives; the answer is kept with its report, shown to the next one, and withdrawn with a reason."""

import html
import random
from datetime import date, time

import pytest
from django.utils import timezone

from citygrid.cases import reading
from citygrid.collection.models import BorderAnswer
from citygrid.collection.surveys import border_rules, borders, owners
from citygrid.coordination.dispatching import sending
from citygrid.organization.models import Duty, Post
from citygrid.standards.reports import Report
from tests.cases.world import GARBAGE, WEST, picture
from tests.collection import border_reference as reference
from tests.collection.phones import entry, report
from tests.collection.test_app_modules import NODE, run

MODULE = "border/sides.js"
EDGE = 111.01
"""West of it the east district answers (its code is the smaller one), east of it the western."""
METRES = 1 / (reference.METRES_A_DEGREE * 0.866)


@pytest.fixture
def on_duty(world):
    for grid, post in (("D990102", "collector_3"), ("D990101", "collector_1")):
        Duty.objects.create(
            duty_grid=grid, post=Post.objects.get(code=post), weekdays=127, starts=time(0), ends=time(0),
            first_day=date(2026, 1, 1), last_day=date(2100, 1, 1),
        )  # fmt: skip


@pytest.fixture
def given(world, on_duty):
    return owners.section(world.who("collector3"), timezone.now())


def test_grids_with_the_same_owners_are_one_region(given):
    assert len(given["regions"]) == 2, "ten grids of the duty area and those just beyond the border: two regions"
    names = [given["bodies"][answer[GARBAGE]][0] for answer in given["answers"]]
    assert len(set(names)) == 2


def test_in_the_middle_nothing_is_asked_and_at_the_border_both_sides_are_there(world, given):
    west, east = world.body("west_sanitation"), world.body("east_sanitation")
    assert [one.body for one in reference.sides(111.0155, 30.0005, 20, GARBAGE, given)] == [west]
    near = reference.sides(EDGE + 5 * METRES, 30.0005, 20, GARBAGE, given)
    assert [one.body for one in near] == [west, east]
    assert [one.metres for one in near] == pytest.approx([0, 5], abs=0.1)
    assert [one.body for one in reference.sides(EDGE + 30 * METRES, 30.0005, 20, GARBAGE, given)] == [west]


def test_the_radius_keeps_to_the_bounds_of_the_city(given):
    assert reference.radius(2, given) == given["metres"]["least"]
    assert reference.radius(5000, given) == reference.radius(None, given) == given["metres"]["most"]


def surfaces(dice):
    """Two pieces of a ring with a hole, and components of three owners strewn about a place."""
    outer = [[120.0, 30.0], [120.002, 30.0], [120.002, 30.002], [120.0, 30.002], [120.0, 30.0]]
    hole = [[120.0005, 30.0005], [120.0015, 30.0005], [120.0015, 30.0015], [120.0005, 30.0015], [120.0005, 30.0005]]
    strewn = [
        [f"{n:06}", dice.choice("xy"), "", 120 + dice.uniform(0, 0.002), 30 + dice.uniform(0, 0.002), dice.randrange(3)]
        for n in range(dice.randrange(40))
    ]
    return {
        "metres": {"least": 8, "most": 60, "precedent": 50}, "bodies": [[7, "A"], [9, "B"], [12, "C"]],
        "answers": [{"x": 0, "y": 0}, {"x": 1}], "regions": [[0, [outer, hole]], [1, [hole]]], "components": strewn,
        "decided": [],
    }  # fmt: skip


@pytest.mark.skipif(NODE is None, reason="no node: the phone's geometry is only run in the journeys")
def test_the_phone_and_the_reference_say_the_same():
    dice = random.Random(20260306)
    cases = []
    for _ in range(300):
        place = {"lon": 120 + dice.uniform(-0.0005, 0.0025), "lat": 30 + dice.uniform(-0.0005, 0.0025)}
        cases.append([place, dice.choice([3, 15, 40, 90]), dice.choice("xyz"), surfaces(dice)])
    told = run(MODULE, "given.map(([place, accuracy, kind, owners]) => m.sides(place, accuracy, kind, owners))", cases)
    for (place, accuracy, kind, owned), found in zip(cases, told, strict=True):
        want = reference.sides(place["lon"], place["lat"], accuracy, kind, owned)
        assert [(one["body"], one["code"]) for one in found] == [(one.body, one.code) for one in want]
        assert [one["metres"] for one in found] == pytest.approx([one.metres for one in want], abs=0.11)
    assert {len(found) for found in told} >= {0, 1, 2, 3}, "all kinds of places were among them"


@pytest.mark.skipif(NODE is None, reason="no node: the phone's geometry is only run in the journeys")
def test_the_phone_reads_what_the_server_gives(given):
    at = [{"lon": EDGE + far * METRES, "lat": 30.0005} for far in (-12, 12, 80)]
    told = run(MODULE, "given.at.map((place) => m.sides(place, 20, given.kind, given.owners))",
               {"at": at, "kind": GARBAGE, "owners": given})  # fmt: skip
    assert [len(found) for found in told] == [2, 2, 1]


def asked(world, case, chosen):
    west, east = world.body("west_sanitation"), world.body("east_sanitation")
    pairs = ((west, 0), (east, 4))
    sides = [{"body": one, "name": "said by the phone", "metres": far, "code": ""} for one, far in pairs]
    said = {"class": GARBAGE, "lon": float(EDGE + 4 * METRES), "lat": 30.0005, "accuracy": 12, "sides": sides}
    return said | {"chosen": {"west": west, "east": east, None: None}[chosen], "case": case}


def sent_report(collector):
    photos = [collector.upload(picture(n)) for n in (1, 2)]
    made = report((f"{EDGE + 4 * METRES:.7f}", "30.0005000"), *photos)
    (answer,) = collector.sync(made)
    assert answer["state"] == "done", answer
    return made


def test_an_answer_is_kept_with_its_report_once_and_told_to_the_next_one(world, phone, on_duty):
    collector = phone("collector3")
    made = sent_report(collector)
    one = entry("border", after=(made["id"],), **asked(world, made["data"]["case"], "east"))
    assert [collector.sync(one)[0]["state"] for _ in range(2)] == ["done", "done"]
    (row,) = BorderAnswer.objects.all()
    assert str(row.case_id) == made["data"]["case"] and row.chosen == world.body("east_sanitation")
    assert "name" not in row.sides[0], "names are the city's, not the phone's"
    for login in ("collector3", "collector1"):
        (told,) = phone(login).pack(only="owners")["sections"]["owners"]["data"]["decided"]
        assert told[0] == str(row.pk) and told[5] == world.body("east_sanitation")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"chosen": 99}, "border_malformed"),
        ({"sides": []}, "border_malformed"),
        ({"lon": "111"}, "border_malformed"),
        ({"lat": float(91)}, "border_malformed"),
        ({"case": "no id"}, "border_case"),
        ({"class": ""}, "border_malformed"),
    ],
)
def test_what_is_malformed_is_refused_and_nothing_is_kept(world, phone, on_duty, more, code):
    collector = phone("collector3")
    made = sent_report(collector)
    one = entry("border", **(asked(world, made["data"]["case"], "west") | more))
    assert collector.sync(one)[0]["code"] == code and not BorderAnswer.objects.exists()


def test_nobody_answers_for_a_report_that_they_may_not_see(world, phone, on_duty):
    made = sent_report(phone("collector3"))
    one = entry("border", **asked(world, made["data"]["case"], "west"))
    assert phone("collector2").sync(one)[0]["code"] == "border_case"


def kept(world, chosen="east", lon=EDGE + 4 * METRES):
    """An answer on a case of the western district, beside the border."""
    case = world.report(where=(f"{lon:.7f}", "30.0005000"))
    who, (x, y) = world.who("collector3"), borders._metres(lon, 30.0005, world.now)
    place = borders.locate(lon, 30.0005, world.now)
    return BorderAnswer.objects.create(
        id=case, class_id=GARBAGE, lon=lon, lat=30.0005, point=(x, y), area_ids=list(place.ids), accuracy=12,
        sides=asked(world, str(case), chosen)["sides"], chosen=asked(world, str(case), chosen)["chosen"], case_id=case,
        person=who.person, body=who.body, made_at=world.now, at=world.now,
    )  # fmt: skip


def test_only_near_answers_of_the_class_that_named_a_side_are_shown(world):
    row = kept(world)
    kept(world, chosen=None)
    kept(world, lon=EDGE + 300 * METRES)
    found = borders.near(GARBAGE, EDGE, 30.0005, world.now)
    assert [one.row.pk for one in found] == [row.pk] and found[0].metres == pytest.approx(4, abs=0.5)
    assert borders.near("cjt214-2007:event:0301", EDGE, 30.0005, world.now) == []
    assert borders.near(GARBAGE, EDGE, 30.0005, world.now, but=row.case_id) == []


def test_the_dispatcher_sees_it_on_the_case_and_a_stranger_does_not(world, sign):
    row = kept(world)
    address = f"/collection/borders/cases/{row.case_id}/"
    page = sign("dispatcher1").get(address).text
    assert world.who("collector3").person.name in page
    assert sign("west_sanitation_desk").get(address).status_code == 403
    assert sign("east_dispatcher").get(address).status_code == 404, "the case is out of sight"
    other = world.report(where=WEST)
    assert sign("dispatcher1").get(f"/collection/borders/cases/{other}/").text.strip() == ""


def test_it_is_withdrawn_with_a_reason_by_the_right_and_stays_on_record(world, sign):
    row = kept(world)
    address = f"/collection/borders/{row.pk}/withdraw/"
    assert sign("dispatcher1").post(address, {"reason": "错了"}).status_code == 403
    office = sign("office1")
    office.post(address, {"reason": " "})
    assert BorderAnswer.objects.get().withdrawn_at is None
    office.post(address, {"reason": "界线已调整"})
    found = BorderAnswer.objects.get()
    assert found.withdrawn_reason == "界线已调整" and found.withdrawn_by == world.who("office1").person
    assert borders.near(GARBAGE, EDGE, 30.0005, world.now) == []
    assert "界线已调整" in office.get("/collection/borders/").text
    assert sign("west_sanitation_desk").get("/collection/borders/").status_code == 403


def test_the_bounds_are_the_citys_and_a_wrong_file_is_told():
    report_ = Report()
    found = border_rules.read("[border]\nleast = 10\nmost = 80\nprecedent = 30\n", report_)
    assert found == border_rules.Bounds(10, 80, 30) and report_.ok
    for text, code in (("[border]\nmost = 0\n", "border_bound"), ("[border\n", "not_toml"),
                       ("[border]\nleast = 60\nmost = 20\n", "border_order"), ("[border]\nwide = 3\n", "border_bound")):
        wrong = Report()
        border_rules.read(text, wrong)
        assert [one.code for one in wrong.problems] == [code]


def to_dispatch(world, lon=EDGE + 4 * METRES):
    """A filed case beside the border, on its western side."""
    return world.filed(where=(f"{lon:.7f}", "30.0005000"))


def units(world, case):
    found = reading.case_for(world.who("dispatcher1").scope, case)
    return sending.reasons_of(found, world.now)


def test_the_answer_of_before_is_the_first_unit_on_the_desk_with_who_and_when(world, sign):
    """Issue 6 item 8, S0-34: a precedent of the same sides near by leads the suggestion; the rulebook's stays below."""
    west, east = world.body("west_sanitation"), world.body("east_sanitation")
    case = to_dispatch(world)
    assert units(world, case)[0].body == west, "the rulebook alone"
    row = kept(world)
    first, second = units(world, case)[:2]
    assert (first.body, first.reason, first.rule, second.body) == (east, "border", None, west)
    assert world.who("collector3").person.name in first.words and "2026" in first.words
    page = sign("dispatcher1").get(f"/dispatch/cases/{case}/").text
    assert first.words in html.unescape(page) and f'name="body" value="{east}"' in page
    assert "border precedent" in page or "边界先例" in page
    world.do("dispatcher1", case, "dispatch", body=east, rule=sending.cited(units(world, case), east))
    borders.withdraw(row.pk, "界线已调整", world.who("office1"), world.now, None)
    assert units(world, to_dispatch(world))[0].body == west, "withdrawn: it leads nothing"


def test_an_answer_about_other_sides_or_too_far_changes_no_suggestion(world):
    west = world.body("west_sanitation")
    case = to_dispatch(world)
    row = kept(world)
    others = zip(row.sides, ("east_roads", "east_sanitation"), strict=True)
    row.sides = [{**side, "body": world.body(code)} for side, code in others]
    row.save()
    assert units(world, case)[0].body == west, "the rulebook's first unit is none of the two sides"
    row.delete()
    kept(world, lon=EDGE + 300 * METRES)
    assert units(world, case)[0].body == west


def test_an_answer_for_the_same_unit_is_told_beside_its_rule(world):
    case = to_dispatch(world)
    kept(world, chosen="west")
    first = units(world, case)[0]
    assert first.rule is not None and world.who("collector3").person.name in first.note
