"""The one intake queue: every source with its rule, what is lacking, near cases, acting there (S1-44, S2-25)."""

import uuid

from tests.cases.pages import take
from tests.cases.world import EAST, GARBAGE, SAND, WEST, World


def called(world: World, login: str = "calltaker1", where: tuple[str, str] = WEST, **data: str) -> uuid.UUID:
    case = uuid.uuid4()
    world.do(login, case, "log_call", source="hotline", lon=where[0], lat=where[1], text="夜里很吵", **data)
    return case


def self_checked(world: World) -> uuid.UUID:
    """A unit enters what it found itself."""
    case = uuid.uuid4()
    world.do("west_sanitation_desk", case, "report", source="self_check", class_id=GARBAGE, lon=WEST[0], lat=WEST[1],
             media=[world.photo(1), world.photo(2)])  # fmt: skip
    return case


def test_every_source_stands_in_one_queue_with_its_rule(world, sign) -> None:
    reported, phoned, own = world.report(), called(world), self_checked(world)
    page = sign("calltaker1").get("/intake/").text
    for case in (reported, phoned, own):
        assert f"/cases/{case}/" in page
    assert "先核实" in page and "免核实受理" in page and "须回复反映人" in page and "部门自查" in page


def test_it_is_filtered_by_group_and_step_and_a_units_own_find_is_a_group_apart(world, sign) -> None:
    reported, phoned, own = world.report(), called(world), self_checked(world)
    client = sign("calltaker1")
    shown = {
        ("from", "self_check"): own, ("from", "collector"): reported, ("from", "public"): phoned,
        ("step", "send_verify"): phoned,
    }  # fmt: skip
    for (name, value), case in shown.items():
        page = client.get("/intake/", {name: value}).text
        found = {one for one in (reported, phoned, own) if f"/cases/{one}/" in page}
        assert found == {case}, (name, value)
    today = client.get("/intake/").text
    assert "部门自查 <b" in today[today.index("今日接报") :]


def test_what_a_report_lacks_and_what_lies_near_is_told(world, sign) -> None:
    first = world.report()
    bare = called(world)
    near = world.report()
    client = sign("calltaker1")
    page = client.get("/intake/").text
    row = page[page.index(f"/cases/{bare}/") :]
    assert "类别" in row[: row.index("</tr>")]
    for case in (first, near):
        row = page[page.index(f"/cases/{case}/") :]
        assert "附近 1 件" in row[: row.index("</tr>")]


def test_one_acts_from_the_list_and_comes_back_to_it(world, sign) -> None:
    case = world.report()
    client = sign("calltaker1")
    address = f"/cases/{case}/acts/accept/?next=/intake/%3Fstep%3Daccept"
    assert f"/cases/{case}/acts/accept/?next=/intake/%3Fstep%3Daccept" in client.get("/intake/?step=accept").text
    form = client.get(address, headers={"HX-Request": "true"})
    assert 'name="next" value="/intake/?step=accept"' in form.text
    answer = take(client, case, "accept", distinct="on", next="/intake/?step=accept")
    assert answer["HX-Redirect"] == "/intake/?step=accept"
    page = client.get("/intake/?step=accept").text
    assert f"/cases/{case}/" not in page and f"/cases/{case}/" in client.get("/intake/?step=file").text


def test_only_what_the_scope_sees_and_only_for_those_who_decide(world, sign) -> None:
    west = world.report()
    east = world.report(where=EAST, login="collector1")
    page = sign("east_calltaker").get("/intake/").text
    assert f"/cases/{east}/" in page and f"/cases/{west}/" not in page
    for login in ("west_sanitation_desk", "collector3", "evaluator1"):
        assert sign(login).get("/intake/").status_code == 403, login


def test_a_long_queue_has_pages(world, sign, monkeypatch) -> None:
    from citygrid.reception.intake import queue

    monkeypatch.setattr(queue, "PAGE", 2)
    monkeypatch.setitem(queue.waiting.__kwdefaults__, "most", 2)
    cases = [world.report(class_id=one) for one in (GARBAGE, SAND, GARBAGE)]
    client = sign("calltaker1")
    first = client.get("/intake/")
    following = client.get("/intake/", {"after": first.context["after"]})
    on = [[one for one in cases if f"/cases/{one}/" in page.text] for page in (first, following)]
    assert on == [cases[:2], cases[2:]] and following.context["after"] is None
    assert client.get("/intake/", {"after": "nothing~at~all"}).status_code == 200


def test_a_post_is_offered_the_acts_that_its_role_may_do(world, sign) -> None:
    case = world.report()
    for login in ("calltaker1", "shiftleader1"):
        assert f"/cases/{case}/acts/refuse/" in sign(login).get("/intake/").text
    assert f"/cases/{case}/acts/confirm/" not in sign("shiftleader1").get("/intake/").text
