"""The unit's desk: its sections, signing for several at once, limits told before asking, own figures (S1-49, S0-46)."""

import re
import uuid
from datetime import timedelta

from citygrid.cases import reading
from citygrid.coordination.months import month_of
from citygrid.coordination.units import figures, limits, work
from citygrid.process import Refusal

DESK, OTHER = "west_sanitation_desk", "east_roads_desk"


def dispatched(world, **data):
    case = world.filed(**data)
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    return case


def section(world, name, login=DESK):
    who = world.who(login)
    night = world.now + timedelta(hours=12)
    return [row.case for row in work.owed(who.body.pk, who.scope, name, world.now, night)]


def item(world, case, kind):
    who = world.who(DESK)
    return next(i.no for i in reading.case_for(who.scope, case).work if i.kind == kind)


def test_each_case_stands_in_the_sections_that_it_belongs_to_and_the_numbers_say_so(world, sign):
    """S1-49: to be signed, in hand, due today, overdue, come back."""
    waiting, hand = dispatched(world), world.handling()
    who = world.who(DESK)
    assert section(world, "sign") == [waiting] and section(world, "handling") == [hand]
    for name in work.SECTIONS:
        numbers = work.counts(who.body.pk, who.scope, world.now, world.now + timedelta(hours=12))
        assert numbers[name] == len(section(world, name)), name
    world.now += timedelta(days=30)
    assert set(section(world, "overdue")) == {waiting, hand} and not section(world, "today")
    page = sign(DESK, "west_sanitation_desk").get("/unit/?section=overdue")
    assert page.status_code == 200
    assert str(hand) in page.text and str(waiting) in page.text


def test_another_unit_and_the_centre_have_no_part_in_it(world, sign):
    """A stranger's desk lists nothing of ours; who may not sign has no desk."""
    case = dispatched(world)
    page = sign(OTHER, "east_roads_desk").get("/unit/")
    assert page.status_code == 200 and str(case) not in page.text
    assert sign("collector1").get("/unit/").status_code == 403
    assert sign("calltaker1").post("/unit/sign/", {"batch": uuid.uuid4()}).status_code == 403


def test_several_are_signed_at_once_and_a_double_click_changes_nothing(world, sign):
    first, second = dispatched(world), dispatched(world, where=("111.0165000", "30.0005000"))
    client = sign(DESK, "west_sanitation_desk")
    page = client.get("/unit/?section=sign")
    ticked = re.findall(r'name="item" value="([^"]+)"', page.text)
    batch = re.search(r'name="batch" value="([^"]+)"', page.text)[1]
    assert len(ticked) == 2
    for _click in range(2):
        answer = client.post("/unit/sign/", {"batch": batch, "item": ticked}, follow=True)
        assert "data-unsigned" not in answer.text
    scope = world.who(DESK).scope
    for case in (first, second):
        found = reading.case_for(scope, case)
        assert found.state == "handling"
        assert sum(e.type == "sign" for e in reading.timeline(found)) == 1


def test_two_persons_sign_at_once_one_wins_and_the_other_sees_which_case_and_why(world, sign):
    case, other = dispatched(world), dispatched(world, where=("111.0165000", "30.0005000"))
    items = [f"{one}.{item(world, one, 'sign')}" for one in (case, other)]
    world.do(DESK, case, "sign")
    page = sign(DESK, "west_sanitation_desk").post("/unit/sign/", {"batch": uuid.uuid4(), "item": items}, follow=True)
    told = page.text.partition("data-unsigned")[2].partition("</section>")[0]
    assert str(case) in told and str(other) not in told
    assert reading.case_for(world.who(DESK).scope, other).state == "handling"


def test_a_forged_list_of_cases_is_no_way_to_sign_for_another_unit(world, sign):
    """The stranger learns nothing, not even the number."""
    case = dispatched(world)
    number = reading.case_for(world.who(DESK).scope, case).report_no
    items = [f"{case}.{item(world, case, 'sign')}"]
    page = sign(OTHER, "east_roads_desk").post("/unit/sign/", {"batch": uuid.uuid4(), "item": items}, follow=True)
    assert "data-unsigned" in page.text and number not in page.text
    assert reading.case_for(world.who(DESK).scope, case).state == "assigned"
    assert sign(DESK).post("/unit/sign/", {"batch": "x", "item": ["nonsense"]}).status_code == 404


def test_what_came_back_stands_apart(world, sign):
    """Rework and refused returns (S1-52, S0-45)."""
    case = world.handling()
    world.do(DESK, case, "request", request="return", reason="不归我管")
    world.do("dispatcher1", case, "approve", granted=False)
    assert section(world, "back") == [case]
    other = world.checked(result="not_fixed", where=("111.0165000", "30.0005000"))
    world.do("shiftleader1", other, "rework", reason="没有清干净")
    assert set(section(world, "back")) == {case, other}


def test_limits_are_told_before_asking_and_close_as_the_process_does(world, sign):
    """S0-46: one of two extensions left, only before the due; a request while another is open."""
    case = world.handling()
    who = world.who(DESK)

    def extend():
        found = reading.case_for(who.scope, case)
        return next(one for one in limits.limits(found, who.body.pk, world.now) if one.kind == "extend")

    assert (extend().most, extend().left, extend().closed) == (2, 2, "")
    assert extend().until == reading.case_for(who.scope, case).current.due
    world.do(DESK, case, "request", request="extend", reason="下雨")
    assert extend().closed == "open"
    again = world.send(DESK, case, "request", request="extend", reason="还在下雨")
    assert isinstance(again, Refusal) and again.code == "request_open"
    world.do("dispatcher1", case, "approve", granted=True)
    assert extend().left == 1
    text = sign(DESK, "west_sanitation_desk").get(f"/unit/limits/{case}/").text
    assert 'data-limit="extend"' in text and "1" in text
    form = sign(DESK, "west_sanitation_desk").get(f"/cases/{case}/acts/request/", headers={"HX-Request": "true"})
    assert f"/unit/limits/{case}/" in form.text
    assert sign(OTHER, "east_roads_desk").get(f"/unit/limits/{case}/").status_code == 404
    world.now += timedelta(days=60)
    assert extend().closed == "late"


def test_a_worker_is_offered_with_what_is_in_hand(world, sign):
    case, other = world.handling(), world.handling(where=("111.0165000", "30.0005000"))
    worker = world.person("west_sanitation_worker")
    world.do(DESK, case, "assign_worker", person=worker)
    client = sign(DESK, "west_sanitation_desk")
    form = client.get(f"/cases/{other}/acts/assign_worker/?next=/unit/", headers={"HX-Request": "true"})
    option = re.search(rf'<option value="{worker}"[^>]*>([^<]*)<', form.text)[1]
    assert "1" in option
    page = client.get(f"/unit/?section=handling&worker={worker}")
    assert str(case) in page.text and str(other) not in page.text


def test_the_form_leads_back_to_the_desk_and_nowhere_else(world, sign):
    case = dispatched(world)
    client = sign(DESK, "west_sanitation_desk")
    for asked, led in (
        ("/unit/?section=sign", "/unit/?section=sign"),
        ("https://elsewhere.example/", f"/cases/{case}/"),
    ):
        send = {"act_id": uuid.uuid4(), "item": "", "next": asked}
        name = "sign" if "sign" in asked else "assign_worker"
        send |= {"person": world.person("west_sanitation_worker")} if name == "assign_worker" else {}
        answer = client.post(f"/cases/{case}/acts/{name}/", send, headers={"HX-Request": "true"})
        assert answer["HX-Redirect"] == led


def test_every_figure_opens_the_list_that_it_counts(world, sign):
    """The unit's own figures: received, fed back, on time, rework, returned, by worker."""
    done, late = world.handling(), world.handling(where=("111.0165000", "30.0005000"))
    worker = world.person("west_sanitation_worker")
    world.do(DESK, done, "assign_worker", person=worker)
    media = [world.photo(7), world.photo(8)]
    world.do(DESK, done, "feed_back", minutes=10, media=media, culprit="unknown")
    world.do(DESK, late, "feed_back", minutes=60 * 24 * 20, media=media, culprit="unknown")
    who = world.who(DESK)
    month = month_of("2026-03", world.now)
    found = figures.figures(who.body.pk, who.scope, month, world.now)
    total = figures.total(found)
    assert total["received"] == 2 and total["done"] == 2 and total["on_time"] == 1 and total["late"] == 1
    assert found[worker]["done"] == 1
    for name in figures.MEASURES:
        for one in (None, worker, 0):
            rows = figures.behind(who.body.pk, who.scope, month, world.now, name, worker=one)
            number = total[name] if one is None else found.get(one or None, {}).get(name, 0)
            assert len(rows) == number, (name, one)
    client = sign(DESK, "west_sanitation_desk")
    assert client.get("/unit/figures/?month=2026-03").status_code == 200
    page = client.get("/unit/figures/late/?month=2026-03")
    assert str(late) in page.text and str(done) not in page.text
    assert client.get("/unit/figures/nothing/").status_code == 404
