"""One act on many cases: each has its own answer, nothing is done twice, nobody reaches what they may not see."""

import re
import uuid

import pytest
from django.test import Client

from citygrid.cases import reading
from citygrid.cases.lists import bulk
from citygrid.process.acts import ACTS
from tests.cases.pages import Sign, hidden, sign
from tests.cases.world import World

__all__ = ["sign"]

PICK = re.compile(r'name="pick" value="([^"]+)" form="cg-bulk"')


def types(case: uuid.UUID, world: World) -> list[str]:
    found = reading.case_for(world.who("leader1").scope, case) or reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None
    return [entry.type for entry in reading.timeline(found)]


def picks(client: Client, address: str = "/") -> list[str]:
    return PICK.findall(client.get(address).text)


def asked(client: Client, act: str, chosen: list[str]):
    return client.post("/lists/bulk/", {"act": act, "pick": chosen}, headers={"HX-Request": "true"})


def run(client: Client, act: str, chosen: list[str], batch: object, **data: object):
    sent = {"act": act, "pick": chosen, "batch": str(batch), **data}
    return client.post("/lists/bulk/run/", sent, headers={"HX-Request": "true"})


def test_each_case_has_its_answer_and_a_refusal_stops_nothing(world: World, sign: Sign) -> None:
    cases = [world.report() for _ in range(3)]
    client = sign("calltaker1")
    chosen = picks(client)
    assert {one.split(":")[0] for one in chosen} == {str(case) for case in cases}
    form = asked(client, "accept", chosen)
    assert form.status_code == 200 and "× 3" in form.text and 'name="class_id"' not in form.text
    world.do("calltaker1", cases[1], "accept", distinct=True)
    answer = run(client, "accept", chosen, hidden(form, "batch"), distinct="on")
    assert answer.text.count('class="yes"') == 2 and answer.text.count('class="no"') == 1
    assert re.findall(r'data-code="(\w+)"', answer.text) in (["item_closed"], ["wrong_state"])
    assert all(types(case, world) == ["report", "accept"] for case in cases)


def test_a_double_click_and_a_second_tab_do_nothing_twice(world: World, sign: Sign) -> None:
    cases = [world.report() for _ in range(2)]
    client = sign("calltaker1")
    chosen, batch = picks(client), uuid.uuid4()
    first = run(client, "accept", chosen, batch, distinct="on")
    again = run(client, "accept", chosen, batch, distinct="on")
    assert first.text.count('class="yes"') == again.text.count('class="yes"') == 2
    other_tab = run(client, "accept", chosen, uuid.uuid4(), distinct="on")
    assert other_tab.text.count('class="no"') == 2
    assert all(types(case, world) == ["report", "accept"] for case in cases)


def test_another_content_under_the_same_batch_is_refused(world: World, sign: Sign) -> None:
    case = world.report()
    client = sign("calltaker1")
    chosen, batch = picks(client), uuid.uuid4()
    run(client, "comment", chosen, batch, text="一")
    assert 'data-code="act_id_used"' in run(client, "comment", chosen, batch, text="二").text
    assert types(case, world).count("comment") == 1


def test_an_act_that_answers_nothing_goes_to_the_case_of_the_row(world: World, sign: Sign) -> None:
    """The row's work item is named only by acts that answer it."""
    case = world.report()
    client = sign("calltaker1")
    assert run(client, "mark", picks(client), uuid.uuid4(), mark="urgent").text.count('class="yes"') == 1
    assert "urgent" in reading.case_for(world.who("calltaker1").scope, case).marks


def test_what_somebody_may_not_see_is_not_there_for_them(world: World, sign: Sign) -> None:
    case = world.handling()
    stranger = sign("east_sanitation_desk")
    answer = run(stranger, "comment", [str(case)], uuid.uuid4(), text="看看")
    assert 'data-code="no_such_case"' in answer.text
    found = reading.case_for(world.who("calltaker1").scope, case)
    assert found is not None and found.report_no not in answer.text and (found.case_no or "-") not in answer.text
    assert "comment" not in types(case, world)


def test_what_is_typed_wrong_comes_back_and_nothing_is_done(world: World, sign: Sign) -> None:
    case = world.report()
    client = sign("calltaker1")
    answer = run(client, "comment", picks(client), uuid.uuid4(), text="")
    assert answer.status_code == 422 and "comment_text_error" in answer.text and str(case) in answer.text
    assert types(case, world) == ["report"]


def test_many_go_in_handfuls_and_the_count_is_of_all(world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 2)
    for _ in range(3):
        world.report()
    client, batch = sign("calltaker1"), uuid.uuid4()
    first = run(client, "comment", picks(client), batch, text="请注意")
    rest = re.findall(r'name="pick" value="([^"]+)"', first.text)
    assert first.text.count('class="yes"') == 2 and len(rest) == 1 and 'value="请注意"' in first.text
    last = run(client, "comment", rest, hidden(first, "batch"), text="请注意", done=hidden(first, "done"), refused="0")
    assert "data-bulk-done" in last.text and re.search(r"3\D+0", last.text.split("data-bulk-done")[1])


def test_more_than_the_most_are_cut_and_told(world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 1)
    cases = [world.report() for _ in range(2)]
    client = sign("calltaker1")
    form = asked(client, "comment", picks(client))
    assert "× 1" in form.text and len(re.findall(r'name="pick"', form.text)) == 1
    run(client, "comment", picks(client), uuid.uuid4(), text="一")
    assert sum(types(case, world).count("comment") for case in cases) == 1


def test_nothing_chosen_and_acts_of_others_are_told(world: World, sign: Sign) -> None:
    case = world.report()
    client = sign("calltaker1")
    assert asked(client, "accept", []).status_code == 422
    assert asked(client, "accept", ["nonsense", "x:y:z"]).status_code == 422
    assert asked(client, "sign", [str(case)]).status_code == 422, "not this post's"
    assert run(client, "sign", [str(case)], uuid.uuid4()).status_code == 404
    assert run(client, "accept", [str(case)], "no id", distinct="on").status_code == 404


def test_judging_and_what_differs_from_case_to_case_is_not_done_to_many() -> None:
    for name in ("close", "check", "verify", "rework", "review_self", "dispatch", "settle", "relocate", "file_case",
                 "merge", "report", "lapse", "inspect", "finding", "follow_up", "withdraw"):  # fmt: skip
        assert bulk.alike(ACTS[name]) is None, name
    for name in ("sign", "accept", "urge", "mark", "comment", "assign_worker", "send_check", "supervise"):
        spec = bulk.alike(ACTS[name])
        assert spec is not None and all(field.type in bulk.ALIKE for field in spec.fields), name
