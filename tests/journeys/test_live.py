"""Live push in a browser: what one person does appears on the other's desk by itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import House, lively
from tests.journeys.desk import Desk


@pytest.fixture(scope="module")
def live(house: House) -> Iterator[House]:
    """The push process and the jobs worker, whose relay tells what happened."""
    with lively(house, jobs=1) as one:
        yield one


def test_a_new_report_appears_on_the_call_taker_s_desk_without_loading_it_anew(browser: Browser, live: House) -> None:
    desk = Desk(browser, live.address, "calltaker1")
    desk.page.goto(f"{live.address}/?sort=newest")  # others may have left more than a page
    expect(desk.page.locator("#cg-live[data-state=on]")).to_be_visible()
    desk.page.evaluate("window.loadedOnce = true")
    finder = Desk(browser, live.address, "collector1")
    case = finder.report("暴露生活垃圾", "121.5032000", "31.2391000", "人行道上有一堆暴露垃圾")
    expect(desk.page.locator(f'#cg-desk a[href="/cases/{case}/"]')).to_be_visible()
    assert desk.page.evaluate("window.loadedOnce"), "the page was not loaded anew"
    assert not desk.errors, desk.errors
