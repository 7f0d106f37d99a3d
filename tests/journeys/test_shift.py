"""A shift ends and the next begins; a danger rings the unit until it signs (issue of the desks, points 1 and 3)."""

from playwright.sync_api import Browser, Locator, expect

from citygrid.process.states import State
from tests.journeys.desk import Desk, ready
from tests.journeys.walk.scenes import DANGER, DANGEROUS, report, until
from tests.journeys.walk.stage import Stage


def test_the_leader_signs_and_the_next_leader_signs(browser: Browser, site: str, stage: Stage) -> None:
    stage.play([report(0, text="绿化带里有垃圾")])
    leader = Desk(browser, site, "shiftleader1")
    leader.page.goto(f"{site}/board/")
    leader.page.keyboard.press("t")
    expect(leader.page.locator("h1")).to_contain_text("交接班单")
    ready(leader.page)
    leader.page.keyboard.press("n")
    expect(leader.page.locator("textarea:focus, input:focus")).to_have_count(1)
    leader.page.keyboard.type("一号台明早检修")
    leader.page.get_by_role("button", name="添加备注").click()
    expect(leader.page.locator(".cg-text")).to_have_text("一号台明早检修")
    ready(leader.page)
    address = leader.page.url
    leader.page.keyboard.press("s")
    expect(leader.page.locator(".cg-note.success")).to_contain_text("已交班")
    expect(leader.page.locator('button[name="as"]')).to_have_count(0)
    following = Desk(browser, site, "shiftleader2")
    following.page.goto(f"{site}/board/")
    expect(following.page.locator(".rc-unsigned")).to_contain_text("已交班")
    following.page.goto(address)
    expect(following.page.locator(".cg-text")).to_have_text("一号台明早检修")
    following.page.keyboard.press("s")
    expect(following.page.locator(".cg-note.success")).to_contain_text("已接班")
    assert not leader.errors and not following.errors, (leader.errors, following.errors)


def rings_for(desk: Desk, case: str) -> Locator:
    """What the alarm on a desk's page says of a case (others' cases may ring as well)."""
    return desk.page.locator(f'#rc-alarm a[href="/cases/{case}/"]')


def test_a_danger_rings_the_call_taker_until_it_is_confirmed(browser: Browser, site: str, stage: Stage) -> None:
    """The issue's example: a cover is gone, and there is a hole at a crossing."""
    case = str(stage.play([report(0, class_id=DANGER, text="井盖不见了，路口有一个洞")])["cases"]["1"])
    taker = Desk(browser, site, "calltaker1")
    expect(rings_for(taker, case)).to_be_visible()
    expect(taker.page.locator('[data-alarm="on"]')).to_be_visible()
    expect(taker.page.locator("html")).to_have_attribute("data-ringing", "1")
    taker.act(case, "confirm", true="yes")
    expect(taker.page.locator("#rc-alarm")).to_be_attached()
    expect(rings_for(taker, case)).to_have_count(0)
    assert not taker.errors, taker.errors


def test_a_danger_rings_the_unit_until_it_signs(browser: Browser, site: str, stage: Stage) -> None:
    filed = until(State.FILED, report(0, class_id=DANGER), ("shiftleader1", "file_case", {"condition": DANGEROUS}))
    filed.insert(1, ("calltaker1", "confirm", {"true": True}))
    sent = ("dispatcher1", "dispatch", {"body": "body:nb_sanitation"})
    case = str(stage.play([*filed, sent])["cases"]["1"])
    unit = Desk(browser, site, "unit1")
    bell = unit.page.locator('[data-alarm="on"]')
    expect(bell).to_be_visible()
    expect(rings_for(unit, case)).to_be_visible()
    expect(unit.page.locator("html")).to_have_attribute("data-ringing", "1")
    unit.page.get_by_role("button", name="静音 5 分钟").click()
    expect(unit.page.locator('[data-alarm="off"]')).to_contain_text("静音至")
    expect(unit.page.locator("html")).to_have_attribute("data-ringing", "0")
    unit.act(case, "sign")
    expect(unit.page.locator("#rc-alarm")).to_be_attached()
    expect(rings_for(unit, case)).to_have_count(0)
    assert not unit.errors, unit.errors
