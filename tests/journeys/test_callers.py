"""A call-taker sees the caller by keyboard for a reason; nothing of it is left when the dialog is closed (S3-14)."""

import re

from playwright.sync_api import Browser, expect

from tests.journeys.desk import Desk, fill

PHONE = "19900000412"


def test_the_caller_is_shown_for_a_reason_and_gone_with_the_dialog(browser: Browser, site: str) -> None:
    desk = Desk(browser, site, "calltaker1")
    page = desk.page
    page.goto(f"{site}/cases/new/log_call/")
    form = page.locator("form#new")
    desk.pick(form, "暴露生活垃圾")
    told = {"source": "热线", "lon": "121.5033000", "lat": "31.2392000", "text": "门口有一堆垃圾", "caller": "卫先生"}
    for field, value in (told | {"phone": PHONE}).items():
        fill(form, field, value)
    desk.send(form)
    desk.done()
    assert re.search(r"/cases/[0-9a-f-]{36}/", page.url) and PHONE not in page.content()
    page.keyboard.press("c")
    expect(page.locator("#cg-form[open] [name=reason]").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#cg-form[open] [name=reason]").first).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("问门牌号")
    page.keyboard.press("Enter")
    expect(page.locator("#cg-form [data-once]")).to_contain_text(PHONE)
    page.keyboard.press("Escape")
    expect(page.locator("#cg-form[open]")).to_have_count(0)
    expect(page.locator("[data-once]")).to_have_count(0)
    assert PHONE not in page.content()
    assert not desk.errors, desk.errors
