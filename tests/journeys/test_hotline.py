"""The softphone rings, the seat shows it by itself, F2 answers; a recording; a lost connection loses nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import House, lively
from tests.journeys.desk import Desk

NUMBER = "13900004321"


@pytest.fixture(scope="module")
def live(house: House) -> Iterator[House]:
    with lively(house) as one:
        yield one


def seated(browser: Browser, site: str) -> Desk:
    taker = Desk(browser, site, "calltaker1")
    taker.page.goto(f"{site}/hotline/")
    taker.page.select_option("#rc_desk", index=1)
    with taker.page.expect_navigation():
        taker.page.click(".rc-sit button")
    taker.page.goto(f"{site}/hotline/")
    expect(taker.page.locator("#rc_text")).to_be_focused()
    return taker


def test_a_call_rings_is_answered_recorded_and_noted_by_keyboard(browser: Browser, live: House) -> None:
    taker = seated(browser, live.address)
    page = taker.page
    expect(page.locator("#cg-live[data-state=on]")).to_be_visible()
    page.keyboard.type("先写几个字")
    phone = Desk(browser, live.address, "admin1").page
    phone.goto(f"{live.address}/hotline/softphone/")
    phone.fill("#sp_number", NUMBER)
    extension = phone.locator("#sp_extension option", has_text="周").first.get_attribute("value")
    phone.select_option("#sp_extension", extension or "8001")
    phone.click("[data-ring] .btn-primary")
    expect(page.locator(".rc-call.ringing .rc-number")).to_have_text(NUMBER)
    expect(page.locator("#rc_text")).to_have_value("先写几个字")
    page.keyboard.press("F2")
    expect(page.locator(".rc-call.answered")).to_be_visible()
    expect(page.locator("#rc_phone")).to_have_value(NUMBER)
    expect(page.locator("#rc_text")).to_be_focused()
    page.keyboard.press("F4")
    expect(page.locator("#rc-calls[data-state=ended]")).to_be_attached()
    phone.reload()
    phone.locator("[data-soft=recording]").first.click()
    expect(phone.locator("#rc-trials .ti-player-play").first).to_be_visible()
    page.keyboard.press("F9")
    expect(page.locator("#rc_ask")).to_be_focused()
    page.keyboard.type("jgds")
    expect(page.locator("#rc-answers [data-article]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#call-form [name=article]")).not_to_have_value("")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cg-note.success")).to_be_visible()
    page.goto(f"{live.address}/hotline/calls/")
    expect(page.locator("tbody tr").first).to_contain_text("咨询")
    assert not taker.errors, taker.errors


def test_without_a_connection_what_was_typed_stays_and_is_sent_later(browser: Browser, live: House) -> None:
    taker = seated(browser, live.address)
    page = taker.page
    page.keyboard.type("路灯不亮，已告知")
    page.select_option("#rc_outcome", "answered")
    with taker.offline():
        page.keyboard.press("Control+Enter")
        expect(page.locator("[data-offline-note]")).to_be_visible()
        expect(page.locator("#rc_text")).to_have_value("路灯不亮，已告知")
    expect(page.locator(".cg-note.success")).to_be_visible()
    page.goto(f"{live.address}/hotline/")
    expect(page.locator("#rc_text")).to_have_value("")


def test_a_draft_outlives_the_page(browser: Browser, live: House) -> None:
    page = seated(browser, live.address).page
    page.keyboard.type("没写完的话")
    page.goto(f"{live.address}/")
    page.goto(f"{live.address}/hotline/")
    expect(page.locator("#rc_text")).to_have_value("没写完的话")
    page.click("[data-clear-draft]")
    expect(page.locator("#rc_text")).to_have_value("")
