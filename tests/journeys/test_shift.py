"""A shift ends and the next begins; a danger rings the unit until it signs (issue of the desks, points 1 and 3)."""

from playwright.sync_api import Browser, expect

from tests.journeys.desk import Desk, ready


def test_the_leader_signs_and_the_next_leader_signs(browser: Browser, site: str) -> None:
    finder = Desk(browser, site, "collector1")
    finder.report("暴露生活垃圾", "121.5032000", "31.2391000", "绿化带里有垃圾")
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


def test_a_danger_rings_the_unit_until_it_signs(browser: Browser, site: str) -> None:
    finder = Desk(browser, site, "collector1")
    case = finder.report("上水井盖", "121.5032000", "31.2391000", "井盖不见了，路口有一个洞")
    taker = Desk(browser, site, "calltaker1")
    ringing = taker.page.locator('[data-alarm="on"]')
    expect(ringing).to_be_visible()
    expect(taker.page.locator("html")).to_have_attribute("data-ringing", "1")
    taker.act(case, "confirm", true="yes")
    expect(taker.page.locator("#rc-alarm")).to_be_attached()
    expect(ringing).to_have_count(0)
    taker.act(case, "accept")
    Desk(browser, site, "shiftleader1").act(case, "file_case", condition="1")
    Desk(browser, site, "dispatcher1").act(case, "dispatch", body="南埠区环境卫生管理所")
    unit = Desk(browser, site, "unit1")
    bell = unit.page.locator('[data-alarm="on"]')
    expect(bell).to_be_visible()
    expect(unit.page.locator("html")).to_have_attribute("data-ringing", "1")
    unit.page.get_by_role("button", name="静音 5 分钟").click()
    expect(unit.page.locator('[data-alarm="off"]')).to_contain_text("静音至")
    expect(unit.page.locator("html")).to_have_attribute("data-ringing", "0")
    unit.act(case, "sign")
    expect(unit.page.locator("#rc-alarm")).to_be_attached()
    expect(unit.page.locator("[data-alarm]")).to_have_count(0)
    assert not unit.errors and not taker.errors, (unit.errors, taker.errors)
