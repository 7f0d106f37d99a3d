"""Why is it due then? (S0-13; asks 2, 3): rule, limit, calendar and each interval; a bench to try limits."""

import uuid

from tests.cases.pages import Sign, sign
from tests.cases.world import EAST, World

__all__ = ["sign"]


def test_the_page_tells_limit_calendar_intervals_and_version(world: World, sign: Sign) -> None:
    case = world.handling()
    page = sign("west_sanitation_desk").get(f"/cases/{case}/due/", headers={"HX-Request": "true"})
    assert page.status_code == 200
    for words in ("处置", "派遣", "计入", "规则版本"):
        assert words in page.text, words
    assert "<html" not in page.text, "a fragment for the dialog"
    assert "已被修改" not in page.text, "what was counted is what was given"


def test_an_extension_shows_the_old_and_the_new_due(world: World, sign: Sign) -> None:
    """Ask 4: granted extensions must be seen in the due."""
    case = world.handling()
    asked = {"request": "extend", "reason": "车辆故障", "limit": "1 work_day"}
    world.do("west_sanitation_desk", case, "request", **asked)
    before = sign("shiftleader1").get(f"/cases/{case}/due/").text
    world.do("dispatcher1", case, "approve", granted=True)
    after = sign("shiftleader1").get(f"/cases/{case}/due/").text
    assert "在原时限上增加" not in before and "在原时限上增加" in after


def test_who_may_not_see_the_case_is_told_nothing(world: World, sign: Sign) -> None:
    hidden = world.report(where=EAST)
    assert sign("west_sanitation_desk").get(f"/cases/{hidden}/due/").status_code == 404
    assert sign("calltaker1").get(f"/cases/{uuid.uuid4()}/due/").status_code == 404


def test_the_bench_shows_the_intervals_of_any_limit(world: World, sign: Sign) -> None:
    """osTicket#6739: enter a time, see the intervals."""
    client = sign("calltaker1")
    form = client.get("/limits/")
    code = form.text.split('<option value="')[-1].split('"')[0]
    asked = {"start": "2026-03-02T07:00", "limit_0": "3", "limit_1": "work_hour", "calendar": code}
    page = client.get("/limits/", asked)
    assert page.status_code == 200 and "data-tried" in page.text and "3 小时 0 分" in page.text
    clock = client.get("/limits/", asked | {"limit_1": "urgent_hour"})
    assert "07:00–10:00" in clock.text


def test_a_year_that_the_calendar_lacks_is_said_at_the_field(world: World, sign: Sign) -> None:
    client = sign("calltaker1")
    code = client.get("/limits/").text.split('<option value="')[-1].split('"')[0]
    asked = {"start": "2151-03-02T07:00", "limit_0": "3", "limit_1": "work_day", "calendar": code}
    page = client.get("/limits/", asked)
    assert page.status_code == 422 and "2151" in page.text and "data-tried" not in page.text
    assert client.get("/limits/", asked | {"limit_0": ""}).status_code == 422
