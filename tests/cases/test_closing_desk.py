"""结案台 (S1-50..52, S4-30): what waits, photos side by side, four results; nothing typed is lost."""

import re
import uuid

from citygrid.cases import reading
from tests.cases.pages import Sign, hidden, sign
from tests.cases.world import World

__all__ = ["sign"]


def send(client, case, result, opinion="", **more):
    page = client.get(f"/closing/?case={case}")
    kept = {name: hidden(page, name) for name in ("case", "act_id", "item")}
    return client.post("/closing/", {**kept, "result": result, "opinion": opinion, **more})


def state(world, case):
    return str(reading.case_for(world.who("calltaker1").scope, case).state)


def test_photos_before_after_and_of_the_check_stand_side_by_side(world: World, sign: Sign) -> None:
    world.checked()
    page = sign("shiftleader1").get("/closing/").text
    for side in ("before", "after", "check"):
        figure = re.search(rf'<figure data-side="{side}">(.*?)</figure>', page, re.S)
        assert figure and "<img" in figure[1], side
    assert [m for m in re.findall(r'name="result" value="(\w+)" data-key="(\d)"', page)] == [
        ("qualified", "1"), ("substandard", "2"), ("rework", "3"), ("redispatch", "4")
    ]  # fmt: skip


def test_one_key_closes_and_the_next_case_comes(world: World, sign: Sign) -> None:
    first, second = world.checked(), world.checked(where=_elsewhere())
    client = sign("shiftleader1")
    answer = send(client, first, "qualified")
    assert answer.status_code == 302 and answer.headers["Location"] == "/closing/"
    assert state(world, first) == "closed"
    page = client.get("/closing/").text
    assert str(second) in page and str(first) not in page


def test_a_result_against_the_unit_needs_an_opinion_and_loses_nothing(world: World, sign: Sign) -> None:
    case = world.checked()
    client = sign("shiftleader1")
    for result in ("substandard", "rework", "redispatch"):
        answer = send(client, case, result, "  ")
        assert answer.status_code == 422 and 'id="opinion_error"' in answer.text, result
        assert state(world, case) == "checked"
    answer = send(client, case, "rework", "路面仍有油污")
    assert answer.status_code == 302 and state(world, case) == "handling"
    assert "路面仍有油污" in client.get(f"/cases/{case}/").text


def test_what_the_check_did_not_find_fixed_is_not_offered_as_qualified(world: World, sign: Sign) -> None:
    case = world.checked(result="not_fixed")
    client = sign("shiftleader1")
    page = client.get("/closing/").text
    assert 'value="qualified"' not in page and 'value="rework"' in page
    answer = send(client, case, "qualified", "我看可以")
    assert answer.status_code == 422 and 'data-code="not_fixed"' in answer.text and "我看可以" in answer.text
    assert state(world, case) == "checked"


def test_the_same_decision_twice_is_one(world: World, sign: Sign) -> None:
    case = world.checked()
    client = sign("shiftleader1")
    page = client.get("/closing/")
    data = {n: hidden(page, n) for n in ("case", "act_id", "item")} | {"result": "qualified", "opinion": ""}
    assert client.post("/closing/", data).status_code == 302
    assert client.post("/closing/", data).status_code == 302
    closings = [e for e in reading.timeline(reading.case_for(world.who("calltaker1").scope, case)) if e.type == "close"]
    assert len(closings) == 1


def test_others_have_nothing_to_close_and_strangers_see_nothing(world: World, sign: Sign) -> None:
    case = world.checked()
    unit = sign("west_sanitation_desk")
    page = unit.get(f"/closing/?case={case}")
    assert page.status_code == 200 and 'name="result"' not in page.text
    data = {"case": str(case), "act_id": str(uuid.uuid4()), "item": "", "result": "qualified", "opinion": ""}
    answer = unit.post("/closing/", data)
    assert answer.status_code == 422 and state(world, case) == "checked"
    assert unit.get(f"/closing/?case={uuid.uuid4()}").status_code == 404
    assert unit.get("/closing/?case=nonsense").status_code == 200


def test_the_checker_compares_answers_with_photos_and_is_told_what_is_missing(world: World, sign: Sign) -> None:
    """S4-29: the duty collector looks; evidence is required by class."""
    case = world.handling()
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=60, media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    client = sign("collector4")
    address = f"/cases/{case}/check/"
    page = client.get(address)
    assert page.status_code == 200 and "data-distance" in page.text and 'value="cannot_tell"' in page.text
    assert f'href="{address}"' in client.get(f"/cases/{case}/").text, "the case page leads there"
    act = hidden(page, "act_id")
    missing = client.post(address, {"act_id": act, "result": "fixed", "note": "已清理干净"})
    assert missing.status_code == 422 and "已清理干净" in missing.text and state(world, case) == "checking"
    done = client.post(address, {"act_id": act, "result": "fixed", "note": "", "media": [world.photo(9)]})
    assert done.status_code == 302 and state(world, case) == "checked"


def test_a_colleague_may_not_answer_anothers_check(world: World, sign: Sign) -> None:
    case = world.handling()
    world.do("west_sanitation_desk", case, "feed_back", media=[world.photo(7), world.photo(8)], culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    colleague = sign("collector3")
    page = colleague.get(f"/cases/{case}/check/")
    assert 'name="result"' not in page.text
    data = {"act_id": str(uuid.uuid4()), "result": "fixed", "media": [world.photo(9)]}
    assert colleague.post(f"/cases/{case}/check/", data).status_code in (404, 422)
    assert state(world, case) == "checking"


def test_the_minutes_bar_adds_up_and_leads_to_its_events(world: World, sign: Sign) -> None:
    """S0-24: each part of the bar opens its events."""
    case = world.closed()
    page = sign("shiftleader1").get(f"/cases/{case}/").text
    widths = [int(w) for w in re.findall(r'<rect class="tone\d[^"]*" x="\d+" y="0" width="(\d+)"', page)]
    assert len(widths) >= 5 and sum(widths) == 1000
    for number in re.findall(r'href="#e(\d+)"', page):
        assert f'id="e{number}"' in page, number


def _elsewhere():
    return ("111.0175000", "30.0005000")
