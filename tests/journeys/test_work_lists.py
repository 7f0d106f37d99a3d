"""Work lists in a browser: a list renews itself where one stands, many cases at once, a clock that is hours off."""

import re
import time
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import House, lively
from tests.journeys.desk import Desk, fill, until
from tests.journeys.walk.scenes import report
from tests.journeys.walk.stage import Stage

PLACES = count(400)
THREE_HOURS_ON = """(() => { const real = Date; const off = 3 * 3600 * 1000;
  Date = class extends real { constructor(...a) { a.length ? super(...a) : super(real.now() + off); }
    static now() { return real.now() + off; } }; })()"""


QUICK_TICKS = """(() => { const real = window.setInterval; window.cgTicks = {};
  window.setInterval = (what, ms, ...more) => { const key = String(ms); window.cgTicks[key] = 0;
    return real(() => { what(...more); window.cgTicks[key] += 1; }, ms / 20); }; })()"""
"""What a page does every so often it does twenty times as often, and is counted."""


OFF = 180
"""Minutes by which the browser's clock is off."""


def minutes(text: str) -> int:
    """Of "剩余 1 天 3 小时" or "剩余 2 小时 5 分"."""
    of = {"天": 1440, "小时": 60, "分": 1}
    found = [int(number) * of[unit] for number, unit in re.findall(r"(\d+)\s*(天|小时|分)", text)]
    assert found, text
    return sum(found)


def reported(stage: Stage, text: str) -> str:
    """What a collector reported elsewhere, each at a place of its own."""
    return str(stage.play([report(next(PLACES), text=text)])["cases"]["1"])


@pytest.fixture(scope="module")
def live(house: House) -> Iterator[House]:
    """The push process and the jobs worker, whose relay tells what happened."""
    with lively(house, jobs=2) as one:
        yield one


def test_a_new_report_appears_on_the_call_taker_s_desk_without_loading_it_anew(browser: Browser, live: House) -> None:
    """What one person does at the pages appears on the other's desk by itself."""
    desk = Desk(browser, live.address, "calltaker1")
    desk.page.goto(f"{live.address}/?sort=newest")  # others may have left more than a page
    expect(desk.page.locator("#cg-live[data-state=on]")).to_be_visible()
    desk.page.evaluate("window.loadedOnce = true")
    finder = Desk(browser, live.address, "collector1")
    case = finder.report("暴露生活垃圾", "121.5032000", "31.2391000", "人行道上有一堆暴露垃圾")
    expect(desk.page.locator(f'#cg-desk a[href="/cases/{case}/"]')).to_be_visible()
    assert desk.page.evaluate("window.loadedOnce"), "the page was not loaded anew"
    assert not desk.errors, desk.errors


def test_a_new_case_comes_in_and_what_is_ticked_and_in_focus_stays(
    browser: Browser, live: House, stage: Stage
) -> None:
    first = reported(stage, "第一件")
    desk = Desk(browser, live.address, "calltaker1")
    page = desk.page
    page.goto(f"{live.address}/?sort=newest")
    expect(page.locator("#cg-live[data-state=on]")).to_be_visible()
    row = page.locator(f'#cg-desk tr:has(a[href="/cases/{first}/"])')
    row.locator('input[name="pick"]').check()
    expect(page.locator("[data-bulk-count]")).to_contain_text("1")
    row.locator("a.cg-open").focus()
    page.evaluate("window.loadedOnce = true")
    second = reported(stage, "第二件")
    expect(page.locator(f'#cg-desk a[href="/cases/{second}/"]')).to_be_visible()
    assert page.evaluate("window.loadedOnce"), "the page was not loaded anew"
    expect(row.locator('input[name="pick"]')).to_be_checked()
    expect(row.locator("a.cg-open")).to_be_focused()
    expect(page.locator("#cg-came")).not_to_be_empty()
    assert not desk.errors, desk.errors


def test_many_are_done_from_the_keyboard_and_the_list_is_asked_anew(
    browser: Browser, live: House, stage: Stage
) -> None:
    cases = [reported(stage, f"第{n}堆") for n in (5, 6)]
    desk = Desk(browser, live.address, "calltaker1")
    page = desk.page
    live.told()  # nothing comes in between a focus and its key
    page.goto(f"{live.address}/?sort=newest")
    for case in cases:
        link = page.locator(f'#cg-desk a[href="/cases/{case}/"]')
        link.focus()
        expect(link).to_be_focused()
        page.keyboard.press("x")
        expect(page.locator(f'#cg-desk tr:has(a[href="/cases/{case}/"]) input[name="pick"]')).to_be_checked()
    expect(page.locator("#cg-bulk")).to_be_visible()
    page.locator("#cg-bulk-act").select_option("comment")
    page.locator("#cg-bulk .btn-primary").press("Enter")
    form = page.locator('form[data-bulk][data-act="comment"]')
    expect(form).to_be_visible()
    fill(form, "text", "请尽快核对")
    form.locator(".btn-primary").dblclick()
    expect(page.locator("[data-bulk-done]")).to_contain_text("2")
    page.locator("#cg-form [data-bulk-done] ~ .cg-submit [data-close-dialog]").click()
    expect(page.locator("#cg-bulk")).to_be_hidden()
    desk.open(cases[0])
    expect(page.locator(".cg-line").get_by_text("请尽快核对")).to_have_count(1)  # a double click is once
    assert not desk.errors, desk.errors


def test_time_left_is_the_server_s_whatever_the_browser_s_clock_says(
    browser: Browser, live: House, stage: Stage
) -> None:
    case = reported(stage, "时钟")
    desk = Desk(browser, live.address, "calltaker1")
    page = desk.page
    page.add_init_script(THREE_HOURS_ON)
    page.add_init_script(QUICK_TICKS)
    page.goto(f"{live.address}/?sort=newest")
    left = page.locator(f'#cg-desk tr:has(a[href="/cases/{case}/"]) .cg-left[data-due]')
    said = left.inner_text()
    assert page.evaluate("Date.now()") / 1000 > time.time() + 10_000, "the browser's clock is hours off"
    until(page, "window.cgTicks[20000] >= 2")  # the page's clock has ticked
    before, after = minutes(said), minutes(left.inner_text())
    assert left.evaluate("el => el.classList.contains('green') || el.classList.contains('yellow')")
    # By hours where days are said; some minutes pass on a busy machine.
    assert abs(before - after) < OFF / 2, (said, left.inner_text())
