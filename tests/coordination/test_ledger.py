"""台账: every request with its steps, results, grounds; filters, pages, file; nobody sees others' (S1-20)."""

import csv
import io
import re

import pytest

from citygrid.coordination.ledger import exporting, reading
from citygrid.tabular import open_table

DESK, OTHER, OFFICE = "west_sanitation_desk", "east_roads_desk", "office1"
SECOND, THIRD = ("111.0165000", "30.0005000"), ("111.0175000", "30.0005000")


@pytest.fixture
def asked(world):
    """A return refused, an extension that waits, a voiding asked by the centre."""
    first, second, third = (
        world.handling(),
        world.handling(where=SECOND),
        world.filed(where=("111.0175000", "30.0005000")),
    )
    evidence = [world.photo(4)]
    world.do(
        DESK, first, "request", request="return", reason="=不归我管", suggested=world.body("east_roads"), media=evidence
    )
    world.do("dispatcher1", first, "approve", granted=False, note="在你处辖区")
    world.do(DESK, second, "request", request="extend", reason="连续下雨", limit="1 work_day")
    world.do("dispatcher1", third, "request", request="void", reason="重复案件")
    return first, second, third


def seen(world, login=OFFICE, **query):
    return reading.lines(world.who(login).scope, reading.Query(**query))


def test_each_request_is_a_line_with_who_asked_why_and_who_decided(world, asked):
    lines = seen(world)
    assert [one.asked.kind for one in lines] == ["void", "extend", "return"]
    last = lines[-1]
    assert last.asked.case == asked[0] and last.asked.person == world.person(DESK)
    assert last.asked.suggested == world.body("east_roads") and len(last.asked.media) == 1
    assert last.asked.state == "refused"
    assert [(step.act, step.granted, step.person) for step in last.steps] == [
        ("approve", False, world.person("dispatcher1"))
    ]
    assert lines[1].asked.request["limit"] == "1 work_day" and lines[1].steps == []


def test_filters_narrow_and_pages_follow_one_another(world, asked):
    assert [one.asked.case for one in seen(world, kind="extend")] == [asked[1]]
    assert [one.asked.case for one in seen(world, state="refused")] == [asked[0]]
    assert {one.asked.case for one in seen(world, unit=world.body("west_sanitation"))} == set(asked[:2])
    assert seen(world, class_id="no:such:class") == []
    assert seen(world, until=world.now.replace(year=2020)) == []
    scope, query, found = world.who(OFFICE).scope, reading.Query(), []
    while page := reading.lines(scope, query, 1):
        found.append(page[0].asked)
        query = reading.Query(before=(found[-1].at, found[-1].case, found[-1].seq))
    assert [one.case for one in found] == [asked[2], asked[1], asked[0]]


def test_a_stranger_finds_nothing_and_a_worker_has_no_ledger(world, sign, asked):
    assert seen(world, OTHER) == []
    assert seen(world, "east_dispatcher") == []
    page = sign(OTHER, "east_roads_desk").get("/coordination/ledger/")
    assert page.status_code == 200 and str(asked[0]) not in page.text
    assert sign("west_sanitation_worker").get("/coordination/ledger/").status_code == 403
    assert sign("collector1").get("/coordination/ledger/ledger.csv").status_code == 403


def test_the_page_shows_reason_opinion_and_result(world, sign, asked):
    page = sign(OFFICE).get("/coordination/ledger/")
    for words in ("=不归我管", "在你处辖区", "连续下雨", "重复案件"):
        assert words in page.text, words


def test_the_share_of_a_unit_is_of_the_cases_that_it_got_and_opens_the_same_lines(world, sign, asked):
    rows = reading.shares(world.who(OFFICE).scope, reading.Query())
    unit = world.body("west_sanitation")
    assert (unit, "return", 1, 0, 2) in rows and (unit, "extend", 1, 0, 2) in rows
    for one, kind, number, _granted, _got in rows:
        if one is not None:
            assert len(seen(world, unit=one, kind=kind)) == number
    page = sign(OFFICE).get("/coordination/ledger/shares/?month=2026-03")
    assert re.search(rf'data-unit="{unit}"', page.text)


def test_the_file_has_the_same_lines_and_nothing_in_it_runs(world, sign, asked, tmp_path):
    text = exporting.export(world.who(OFFICE).scope, reading.Query(), "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 4 and any(cell == "'=不归我管" for cell in rows[3])
    answer = sign(OFFICE).get("/coordination/ledger/ledger.xlsx?kind=return")
    assert answer["Content-Disposition"].startswith("attachment")
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(answer.content)
    with path.open("rb") as _file:
        table = open_table(path)
    assert table is not None
    assert sign(OFFICE).get("/coordination/ledger/ledger.exe").status_code == 404


def test_an_approval_cites_the_delegation_that_it_rests_on(world, sign, asked):
    """S1-20: the last word of an extension rests on what the office delegated."""
    answer = world.send("dispatcher1", asked[1], "approve", granted=True)
    line = next(one for one in seen(world, kind="extend"))
    granted = line.asked.state == "granted"
    assert granted is (not hasattr(answer, "code"))
    if granted:
        assert line.steps[-1].delegation == line.asked.request.get("delegation")
