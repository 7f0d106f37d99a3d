"""The dispatch desk by keyboard alone: walk, accept, choose for a batch; the second of two dispatchers is told."""

from playwright.sync_api import Browser, Locator, Page, expect

from citygrid.process.states import State
from tests.journeys.desk import Desk
from tests.journeys.desk import until as shown
from tests.journeys.walk.scenes import report, until
from tests.journeys.walk.stage import Stage

SHOWN = """document.querySelector('[data-chosen] [data-accept]')?.closest('[data-chosen]').dataset.chosen
  === document.activeElement.closest('[data-row]')?.dataset.case"""
"""The case of the row in focus is the one that is shown, and can be accepted."""
PLACE = {"lon": "121.5061000", "lat": "31.2402000"}


def filed(stage: Stage, text: str) -> str:
    """A case that others reported, accepted and filed."""
    return str(stage.play(until(State.FILED, report(0, text=text, **PLACE)))["cases"]["1"])


def row(page: Page, case: str) -> Locator:
    return page.locator(f'#cg-queue [data-case="{case}"]')


def test_cases_are_dispatched_by_keys(browser: Browser, site: str, stage: Stage) -> None:
    first, second, third = (filed(stage, f"{n}号垃圾堆") for n in (1, 2, 3))
    desk, colleague = Desk(browser, site, "dispatcher1"), Desk(browser, site, "dispatcher2")
    page = desk.page
    for one in (page, colleague.page):
        one.goto(f"{site}/dispatch/")
    row(page, first).locator("a.cg-open").focus()
    expect(page.locator(f'[data-chosen="{first}"] [data-accept]')).to_be_visible()
    page.keyboard.press("Enter")
    expect(row(page, first)).to_have_count(0)
    expect(page.locator("#cg-told")).not_to_be_empty()
    # The next case has the focus and is shown; the colleague takes it first.
    expect(page.locator("#cg-queue a.cg-open:focus")).to_have_count(1)
    shown(page, SHOWN)
    row(colleague.page, second).locator("a.cg-open").focus()
    expect(colleague.page.locator(f'[data-chosen="{second}"] [data-accept]')).to_be_visible()
    row(page, second).locator("a.cg-open").focus()
    expect(page.locator(f'[data-chosen="{second}"] [data-accept]')).to_be_visible()
    colleague.page.keyboard.press("Enter")
    expect(row(colleague.page, second)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("[data-taken]")).to_be_visible()
    # The third goes with a batch.
    row(page, third).locator("a.cg-open").focus()
    expect(page.locator(f'[data-chosen="{third}"] [data-accept]')).to_be_visible()
    page.keyboard.press("x")
    expect(page.locator("[data-chosen-count]")).to_have_text("1")
    page.keyboard.press("b")
    expect(page.locator('#cg-batch [data-state="done"]')).to_have_count(1)
    assert not desk.errors and not colleague.errors, desk.errors + colleague.errors
    desk.open(first)
    assert desk.state == "待签收"
    expect(page.locator("[data-cited]")).to_be_visible()
