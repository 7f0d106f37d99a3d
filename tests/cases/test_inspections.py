"""督查 (S0-47): lots that anybody can draw again, each stratum with its share, what was found as an act on the case."""

import uuid
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from citygrid.cases import reading
from citygrid.cases.closing import inspections, lottery
from citygrid.cases.closing_models import Draw, DrawnCase
from tests.cases.pages import Sign, hidden, sign
from tests.cases.world import World

__all__ = ["sign"]


@given(st.dictionaries(st.text("abc", max_size=3), st.integers(0, 60), max_size=6), st.integers(0, 120))
def test_shares_add_up_and_no_stratum_gives_more_than_it_has(sizes: dict[str, int], wanted: int) -> None:
    found = lottery.shares(sizes, wanted)
    assert sum(found.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= found[one] <= sizes[one] for one in sizes)
    filled = [one for one in sizes if sizes[one]]
    if wanted >= len(filled):
        assert all(found[one] for one in filled), "no unit is never looked at"


@given(st.lists(st.uuids(), unique=True, min_size=1, max_size=40), st.integers(1, 50), st.text(max_size=8))
def test_the_same_seed_draws_the_same_cases_in_any_order(cases: list[uuid.UUID], wanted: int, seed: str) -> None:
    first = lottery.draw({"a": cases}, wanted, seed)
    assert first == lottery.draw({"a": list(reversed(cases))}, wanted, seed)
    assert len({case for _, case in first}) == min(wanted, len(cases))
    assert lottery.pool_hash(cases) == lottery.pool_hash(reversed(cases))


def drawn(world: World) -> Draw:
    wanted = inspections.Wanted(date(2026, 3, 1), date(2026, 3, 31), 10, "unit")
    one = world.who("inspector1")
    made = inspections.draw(one.scope, wanted, one.person.pk, world.now)
    assert made is not None
    return made


def test_only_what_was_closed_is_drawn_and_the_seed_is_kept(world: World) -> None:
    closed, open_one = world.closed(), world.checked(where=("111.0175000", "30.0005000"))
    row = drawn(world)
    assert [one.case_id for one in row.cases.all()] == [closed] and row.population == 1 and row.seed
    again = lottery.draw({str(world.body("west_sanitation")): [closed]}, 10, row.seed)
    assert [case for _, case in again] == [closed] and open_one != closed


def test_what_is_not_in_order_is_an_act_and_proposes_what_follows(world: World, sign: Sign) -> None:
    case = world.closed()
    row = drawn(world)
    client = sign("inspector1")
    assert str(case) in client.get(f"/inspections/{row.pk}/").text
    address = f"/inspections/{row.pk}/{case}/"
    page = client.get(address)
    data = {"act_id": hidden(page, "act_id"), "result": "not_in_order", "note": "仍有残留", "media": [world.photo(3)]}
    assert client.post(address, data).status_code == 302
    after = reading.case_for(world.who("inspector1").scope, case)
    assert after.inspections == 1 and DrawnCase.objects.get(case_id=case).result == "not_in_order"
    assert f"/cases/{case}/acts/finding/" in client.get(address).text
    assert client.post(address, data).status_code == 302, "the same act again"
    assert reading.case_for(world.who("inspector1").scope, case).inspections == 1


def test_a_wrong_span_is_said_and_others_may_not_draw(world: World, sign: Sign) -> None:
    world.closed()
    client = sign("inspector1")
    said = {"since": "2026-03-05", "until": "2026-03-01", "count": "5", "strata": ""}
    assert client.post("/inspections/", said).status_code == 422 and not Draw.objects.exists()
    said |= {"since": "2025-01-01", "until": "2025-01-31"}
    assert client.post("/inspections/", said).status_code == 422, "nothing was closed then"
    assert client.post("/inspections/", said | {"since": "2026-03-01", "until": "2026-03-02"}).status_code == 302
    assert sign("west_sanitation_desk").get("/inspections/").status_code == 403
