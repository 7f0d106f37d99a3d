"""A team lead plans next week by keyboard alone, publishes it, and the collector reads it on the phone (S0-43)."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, ready


def gaps_now(page: Page) -> int:
    """What the draft would leave open; others' leave of the same days counts too."""
    said = page.locator(".ro-bar").inner_text()
    found = re.search(r"空缺 (\d+) 处", said)
    assert found or "全部有人值守" in said, said
    return int(found[1]) if found else 0


PHONE = {"width": 390, "height": 844}


def test_a_roster_by_keyboard_from_draft_to_the_collectors_phone(browser: Browser, site: str) -> None:
    desk = Desk(browser, site, "teamlead1")
    page = desk.page
    page.goto(f"{site}/rosters/of/collect_a/")
    page.locator("#begin").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".cg-state", has_text="草稿")).to_be_visible()
    ready(page)
    gaps = gaps_now(page)

    # The table is one stop of the keyboard; arrows move in it, Enter opens the cell's form with the field in focus.
    page.locator("a.ro-box[tabindex='0']").focus()
    assert page.locator("a.ro-box[tabindex='0']").count() == 1
    first = page.evaluate("document.activeElement.id")
    cell = page.locator(f'[id="{first}"]')
    page.keyboard.press("ArrowRight")
    expect(cell).not_to_be_focused()
    expect(page.locator("a.ro-box:focus")).to_have_count(1)
    page.keyboard.press("ArrowLeft")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#who")).to_be_focused()
    before = page.locator("a.ro-chosen").inner_text()
    page.locator("button[value=empty]").focus()
    page.keyboard.press("Enter")
    expect(cell).to_be_focused()
    expect(cell).to_have_class("ro-box ro-fault")
    assert before not in cell.inner_text()
    assert gaps_now(page) == gaps + 1
    ready(page)

    # Publishing warns; nothing is published until that was confirmed.
    page.get_by_role("link", name="发布").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(f"空缺 {gaps + 1} 处")
    ready(page)
    publish = page.get_by_role("button", name="发布")
    publish.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cg-refusal")).to_be_visible()
    ready(page)
    page.locator("[name=despite]").focus()
    page.keyboard.press("Space")
    publish.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".cg-note", has_text="已发布")).to_be_visible()
    day = first.split("|")[2]
    page.goto(f"{site}/rosters/gaps/?at={day}")
    expect(page.locator("main")).to_contain_text(first.split("|")[0][2:])
    assert not desk.errors

    collector = Desk(browser, site, "collector1")
    collector.page.set_viewport_size(PHONE)
    collector.page.goto(f"{site}/my-shifts/?at={day}")
    assert collector.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(collector.page.locator(".ro-week li").first).to_contain_text("责任网格")
    assert not collector.errors
