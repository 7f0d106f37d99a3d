"""监管单位: its sector's orders with clocks, urging, supervision with reply, results told; it never closes
(S1-47, S1-48, S1-51).

supervisor1 is the owner of the desk; dispatcher1 and a unit are strangers to it."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from citygrid.cases import reading
from citygrid.coordination.supervising import sectors
from citygrid.organization import tree
from citygrid.organization.models import Body, Relation
from citygrid.process import Refusal
from citygrid.process.acts import ACTS
from citygrid.process.states import State
from tests.cases.pages import take
from tests.cases.world import World

DESK = "/supervising/"
JUDGING = sorted(name for name, spec in ACTS.items() if spec.judging)


def test_it_sees_the_orders_of_its_sector_and_no_others(world: World, sign) -> None:
    mine = world.handling()
    other = world.filed()
    world.do("dispatcher1", other, "dispatch", body=world.body("power"))
    page = sign("supervisor1").get(DESK)
    assert page.status_code == 200
    assert str(mine) in page.text and str(other) not in page.text
    assert "环卫" in page.text and f"/cases/{mine}/acts/urge/" in page.text
    narrowed = sign("supervisor1").get(DESK + "?sector=市政").text
    assert str(mine) not in narrowed


def test_a_unit_that_stands_elsewhere_in_the_tree_is_supervised_by_a_relation_in_force(world: World, sign) -> None:
    case = world.filed()
    world.do("dispatcher1", case, "dispatch", body=world.body("power"))
    client = sign("supervisor1")
    assert client.get(f"/cases/{case}/").status_code == 404
    dept, power = Body.objects.get(code="dept"), Body.objects.get(code="power")
    one = Relation.objects.create(kind="supervises", body=dept, other=power, sector="供电", since=world.now.date())
    tree.bump()
    assert str(case) in client.get(DESK).text and client.get(f"/cases/{case}/").status_code == 200
    Relation.objects.filter(pk=one.pk).update(until=world.now.date() + timedelta(days=1))
    tree.bump()
    assert client.get(f"/cases/{case}/").status_code == 200
    world.now += timedelta(days=1)
    assert sign("supervisor1").get(f"/cases/{case}/").status_code == 404, (
        "the relation is over, and nothing else has changed"
    )


def test_it_urges_and_supervises_and_the_unit_owes_a_reply(world: World, sign) -> None:
    case = world.handling()
    client = sign("supervisor1")
    assert take(client, case, "urge", note="请抓紧处置").status_code == 200
    assert take(client, case, "supervise", note="请书面说明").status_code == 200
    found = reading.case_for(world.who("dispatcher1").scope, case)
    assert (found.urges, found.supervisions) == (1, 1)
    owed = next(item for item in found.work if item.kind == "answer")
    assert owed.holder.body == world.body("west_sanitation")
    assert "1 / 1" in client.get(DESK).text
    world.do("west_sanitation_desk", case, "answer", text="已安排两辆车")
    assert "已安排两辆车" in client.get(f"/cases/{case}/").text


@pytest.mark.parametrize("name", JUDGING)
def test_it_never_judges_and_never_closes(world: World, name: str) -> None:
    stage = {"verify": world.report, "review_self": world.report, "approve": world.handling}
    case = stage.get(name, world.checked)()
    before = reading.case_for(world.who("dispatcher1").scope, case)
    said = {"result": "fixed", "outcome": "qualified", "reason": "催得急"}
    data = {f.name: said.get(f.name, True) for f in ACTS[name].fields if f.name in said or f.type == "bool"}
    answer = world.send("supervisor1", case, name, **data)
    assert isinstance(answer, Refusal)
    assert answer.code in ("not_your_role", "wrong_state", "wrong_side", "no_such_case"), answer.code
    assert reading.case_for(world.who("dispatcher1").scope, case) == before


def test_the_result_is_told_until_it_was_read(world: World, sign) -> None:
    case = world.closed()
    client = sign("supervisor1")
    desk = client.get(DESK).text
    assert "1 件新结果" in desk and str(case) not in desk.split("cg-supervising")[1]
    results = client.get(DESK + "?show=results").text
    assert str(case) in results and "准予结案" in results
    client.post("/supervising/seen/")
    assert "新结果" not in client.get(DESK).text
    assert str(case) in client.get(DESK + "?show=results").text, "read, not gone"


@pytest.mark.parametrize("login", ["dispatcher1", "west_sanitation_desk", "collector3", "leader1"])
def test_strangers_have_no_such_desk(world: World, sign, login: str) -> None:
    client: Client = sign(login)
    assert client.get(DESK).status_code == 403
    assert client.post("/supervising/seen/").status_code == 403
    assert f'href="{DESK}"' not in client.get("/").text


def test_pages_of_a_long_list_go_on_where_the_last_ended(world: World) -> None:
    cases = {world.handling() for _ in range(3)}
    scope, units = world.who("supervisor1").scope, [world.body("west_sanitation")]
    first = sectors.orders(scope, units, most=2)
    assert first[0].due <= first[1].due
    rest = sectors.orders(scope, units, after=(first[-1].due, first[-1].case), most=2)
    assert {one.case for one in (*first, *rest)} == cases and len(rest) == 1
    assert State(rest[0].state) is State.HANDLING and isinstance(rest[0].case, uuid.UUID)
