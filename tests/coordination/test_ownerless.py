"""Public cost: without an owner, rapid disposal, repaired first: list, sums, on whom it fell (S0-34, S4-27, S4-28)."""

from citygrid.cases import reading
from citygrid.coordination.disputes import cost_pages, disputed, public_cost
from citygrid.process import Refusal
from tests.cases.world import GARBAGE
from tests.coordination.test_meetings import settler

DESK = "west_sanitation_desk"
SECOND = ("111.0165000", "30.0005000")


def found(world, kind, login="office1", **more):
    return public_cost.cases(world.who(login).scope, public_cost.Query(kind, **more), world.now)


def sums(world, kind, by, login="office1"):
    return public_cost.sums(world.who(login).scope, public_cost.Query(kind), by, world.now)


def ownerless(world, **data):
    case = world.filed(**data)
    world.do("dispatcher1", case, "declare_ownerless", reason="查无产权单位")
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    world.do(DESK, case, "sign")
    return case


def fed(world, case, **data):
    media = [world.photo(7), world.photo(8)]
    return world.send(DESK, case, "feed_back", media=media, culprit="unknown", **data)


def test_a_case_without_an_owner_is_listed_and_its_feedback_tells_the_cost(world):
    case = ownerless(world)
    plain = world.handling(where=SECOND)
    assert [row.case for row in found(world, "ownerless")] == [case]
    refused = fed(world, case)
    assert isinstance(refused, Refusal) and refused.code == "cost_missing"
    assert not isinstance(fed(world, case, cost=123456), Refusal)
    assert not isinstance(fed(world, plain), Refusal)
    [row] = found(world, "ownerless")
    assert row.cost == 123456
    for by, key in (("month", "2026-03"), ("class", GARBAGE), ("district", str(row.district))):
        [one] = sums(world, "ownerless", by)
        assert (one.key, one.number, one.handled, one.told, one.cost) == (key, 1, 1, 1, 123456)
    assert found(world, "ownerless", month="2026-02") == [] and len(found(world, "ownerless", month="2026-03")) == 1


def test_taken_back_it_is_no_longer_counted(world):
    case = world.filed()
    world.do("dispatcher1", case, "declare_ownerless", reason="查无产权单位")
    assert len(found(world, "ownerless")) == 1
    world.do("dispatcher1", case, "declare_ownerless", reason="已查明", off=True)
    assert found(world, "ownerless") == []


def test_the_page_shows_the_territory_and_a_stranger_nothing(world, sign):
    case = ownerless(world)
    page = sign("office1").get("/coordination/public-cost/ownerless/")
    assert page.status_code == 200 and str(case) in page.text
    assert str(case) not in sign("east_dispatcher").get("/coordination/public-cost/ownerless/").text
    assert sign(DESK, "west_sanitation_desk").get("/coordination/public-cost/").status_code == 403
    assert sign("office1").get("/coordination/public-cost/nothing/").status_code == 404
    for by in cost_pages.BY:
        assert sign("office1").get(f"/coordination/public-cost/ownerless/?by={by}&month=2026-03").status_code == 200


def test_rapid_disposal_has_its_list_and_cost(world):
    """S4-28: quick handling is paid by the city; each has a cost record."""
    case = world.filed()
    world.do("dispatcher1", case, "rapid", reason="路面有危险", cost=5000)
    [row] = found(world, "rapid")
    assert (row.case, row.cost) == (case, 5000)
    assert sums(world, "rapid", "month")[0].cost == 5000 and found(world, "ownerless") == []


def test_repaired_first_shows_the_open_settlement_and_then_who_bears_it(world, sign):
    """workflow 9: first solve the problem, then settle the duty; the unit's clock is not stopped by the settlement."""
    case = world.filed()
    world.do("dispatcher1", case, "order_first", body=world.body("west_sanitation"), reason="积水严重，先行处置")
    [row] = found(world, "first")
    assert row.settling and row.duty is None
    [waits] = disputed.disputed(world.who("dispatcher1").scope)
    assert waits.case == case and waits.at_work
    due = reading.case_for(world.who("office1").scope, case).due
    page = sign("dispatcher1").get("/coordination/disputes/")
    assert f"/cases/{case}/acts/settle/" in page.text
    world.do(settler(world, case), case, "settle", body=world.body("west_roads"), ground="权属清单")
    [row] = found(world, "first")
    assert not row.settling and row.duty == world.body("west_roads")
    after = reading.case_for(world.who("office1").scope, case)
    assert after.due == due and after.current.body == world.body("west_sanitation")


def test_what_repair_first_means_stands_above_its_form(world, sign):
    case = world.filed()
    form = sign("dispatcher1").get(f"/cases/{case}/acts/order_first/", headers={"HX-Request": "true"})
    assert f"/coordination/meaning/{case}/" in form.text
    assert "data-meaning" in sign("dispatcher1").get(f"/coordination/meaning/{case}/").text
    assert sign("east_dispatcher").get(f"/coordination/meaning/{case}/").status_code == 404
