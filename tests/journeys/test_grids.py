"""The steward divides a community, splits one grid, and finds the topology report clean (S0-03, S1-08, S2-19)."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import PATIENCE, Desk, ready

COMMUNITY = "390104001001"


def _days() -> tuple[str, str]:
    """Two days to come, one after the other; still to come when it is midnight meanwhile."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    return (today + timedelta(days=2)).isoformat(), (today + timedelta(days=3)).isoformat()


def _apply(page: Page) -> None:
    expect(page.locator(".cg-state", has_text="待实施")).to_be_visible()
    page.get_by_role("button", name=re.compile("实施$")).click()
    expect(page.locator(".cg-note", has_text="实施").first).to_be_visible()


def _drawn(page: Page, meant: Callable[[int], bool]) -> None:
    """Wait until the map has so many shapes."""
    until, number = time.monotonic() + PATIENCE / 1000, 0
    while not meant(number):
        assert time.monotonic() < until, f"the map has {number} shapes"
        page.wait_for_timeout(100)
        number = int(page.evaluate("document.getElementById('bd_map')?.citygrid?.debug().shapes ?? 0"))


def test_a_steward_divides_splits_and_checks(browser: Browser, site: str) -> None:
    desk = Desk(browser, site, "steward1")
    page, (soon, later) = desk.page, _days()

    # From the bar to the community, by its links.
    page.get_by_role("link", name="基础数据").first.click()
    page.get_by_role("link", name=re.compile("区域与单元网格")).first.click()
    page.get_by_role("row", name=re.compile(COMMUNITY)).get_by_role("link").first.click()
    expect(page.locator("tbody tr[data-code]")).to_have_count(48)
    _drawn(page, lambda shapes: shapes == 49)  # the community and its grids
    ready(page)

    # The list and the map choose together.
    page.locator(f'input[value="{COMMUNITY}005"]').check()
    expect(page.locator("[data-chosen]")).to_have_text("已选 1 个")
    keys = [f"{COMMUNITY}005", f"{COMMUNITY}006"]
    page.evaluate("keys => document.getElementById('bd_map').citygrid.select(keys)", keys)
    expect(page.locator("[data-chosen]")).to_have_text("已选 2 个")
    expect(page.locator(f'input[value="{COMMUNITY}006"]')).to_be_checked()

    # Divide: nothing happens before the proposal is applied.
    page.get_by_role("link", name=re.compile("重新划分")).click()
    page.fill("#id_from_day", soon)
    page.fill("#id_reason", "沿道路重新划分")
    page.keyboard.press("Enter")
    expect(page.locator("dt", has_text="被切割建筑物").locator("+ dd")).to_have_text("0")
    _drawn(page, lambda shapes: shapes > 49)
    ready(page)
    _apply(page)

    # Split one of the new grids by coordinates typed, on the day after.
    page.goto(f"{site}/basedata/areas/community/{COMMUNITY}/?at={soon}")
    code = page.locator("tbody tr[data-code]").first.get_attribute("data-code") or ""
    assert code > f"{COMMUNITY}048", "an old code is never used again"
    box = page.request.get(f"{site}/basedata/areas/grid/{code}/shapes.geojson?at={soon}").json()
    points = box["features"][0]["geometry"]["coordinates"][0]
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    middle = (min(lons) + max(lons)) / 2
    page.goto(f"{site}/basedata/areas/community/{COMMUNITY}/change/split/?grid={code}")
    expect(page.locator("#id_grids")).to_have_value(code)
    page.fill("#id_line", f"{middle:.7f} {min(lats) - 0.001:.7f}, {middle:.7f} {max(lats) + 0.001:.7f}")
    page.fill("#id_from_day", later)
    page.fill("#id_reason", "新建道路")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("tbody tr", has_text="新增").first).to_be_visible()
    _apply(page)
    page.goto(f"{site}/basedata/areas/grid/{code}/?at={soon}")
    expect(page.locator("dt", has_text="去向").locator("+ dd").get_by_role("link")).not_to_have_count(0)

    # The report of that day.
    page.goto(f"{site}/basedata/areas/topology/?at={later}")
    for kind in ("gap", "overlap", "outside_parent", "orphan", "bad_shape", "code_twice", "shape_twice", "sliver"):
        expect(page.locator(f'tr[data-kind="{kind}"]')).to_have_count(0)
    assert not desk.errors
