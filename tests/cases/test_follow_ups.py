"""回访 (S0-22, S1-53; asks 1): calls owed, ratings, tries that reach nobody, "not fixed" as a new linked case."""

import uuid

import pytest

from citygrid.cases import reading, searching
from citygrid.cases.closing import follow_up_pages
from tests.cases.pages import Sign, hidden, sign
from tests.cases.world import WEST, World

__all__ = ["sign"]


def closed(world: World) -> uuid.UUID:
    """A case that a citizen called in, handled, checked and closed: a call back is owed."""
    case = uuid.uuid4()
    world.do("calltaker1", case, "log_call", source="hotline", class_id="cjt214-2007:event:0102", lon=WEST[0],
             lat=WEST[1], text="垃圾堆放", caller="欧阳锋", phone="13912345678")  # fmt: skip
    world.do("calltaker1", case, "send_verify", person=world.person("collector3"))
    world.do("collector3", case, "verify", true=True, media=[world.photo(1), world.photo(2)])
    world.do("shiftleader1", case, "file_case", condition="1")
    world.do("dispatcher1", case, "dispatch", body=world.body("west_sanitation"))
    world.do("west_sanitation_desk", case, "sign")
    photos = [world.photo(7), world.photo(8)]
    world.do("west_sanitation_desk", case, "feed_back", minutes=30, media=photos, culprit="unknown")
    world.do("calltaker1", case, "send_check", person=world.person("collector4"))
    world.do("collector4", case, "check", result="fixed", media=[world.photo(9)])
    world.do("shiftleader1", case, "close", outcome="qualified")
    return case


def found(world, case):
    return reading.case_for(world.who("calltaker1").scope, case)


def send(client, case, rating, note=""):
    page = client.get(f"/follow-ups/?case={case}")
    kept = {name: hidden(page, name) for name in ("case", "act_id", "item")}
    return client.post("/follow-ups/", {**kept, "rating": rating, "note": note})


def test_a_call_that_is_owed_is_answered_with_a_rating(world: World, sign: Sign) -> None:
    case = closed(world)
    client = sign("calltaker1")
    page = client.get("/follow-ups/").text
    assert str(case) in page and "13912345678" not in page and f"/cases/{case}/caller/" in page
    assert send(client, case, "satisfied", "说处理得很快").status_code == 302
    assert found(world, case).rating == "satisfied"
    assert str(case) not in client.get("/follow-ups/").text


def test_who_is_not_reached_is_called_again_as_often_as_the_city_says(
    world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = closed(world)
    client = sign("calltaker1")
    monkeypatch.setattr(follow_up_pages, "most_tries", lambda _at: 2)
    assert send(client, case, "not_reached").status_code == 302
    assert found(world, case).rating is None and any(i.kind == "call_back" for i in found(world, case).work)
    assert "1/2" in client.get("/follow-ups/").text
    assert send(client, case, "not_reached").status_code == 302
    assert found(world, case).rating == "not_reached" and not found(world, case).work


def test_not_fixed_makes_a_new_linked_case_and_needs_words(world: World, sign: Sign) -> None:
    """Ask 1: closed stays closed, the new case is counted as recurrence."""
    case = closed(world)
    client = sign("calltaker1")
    empty = send(client, case, "not_fixed", " ")
    assert empty.status_code == 422 and 'id="note_error"' in empty.text and found(world, case).rating is None
    assert send(client, case, "not_fixed", "当天又堆满了").status_code == 302
    after = found(world, case)
    assert after.reopened and str(after.state) == "closed" and after.rating == "unsatisfied"
    again = [one for one in searching.search(world.who("calltaker1").scope, searching.Query()) if one.id != case]
    assert [found(world, one.id).reopen_of for one in again] == [case]


def test_others_owe_no_call_and_cannot_record_one(world: World, sign: Sign) -> None:
    case = closed(world)
    unit = sign("west_sanitation_desk")
    assert 'name="rating"' not in unit.get(f"/follow-ups/?case={case}").text
    data = {"case": str(case), "act_id": str(uuid.uuid4()), "item": "", "rating": "satisfied", "note": ""}
    assert unit.post("/follow-ups/", data).status_code == 422 and found(world, case).rating is None
    assert unit.post("/follow-ups/", data | {"rating": "splendid"}).status_code == 404
    assert unit.get(f"/follow-ups/?case={uuid.uuid4()}").status_code == 404
