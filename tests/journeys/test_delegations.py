"""The office delegates in a browser, the dispatcher approves under it, the case's page cites it (issue 4; S1-20)."""

from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, ready
from tests.journeys.test_case_life import Six, signed, six

__all__ = ["six"]
DOCUMENT = "江城管办〔2026〕18号"


def test_what_the_dispatcher_may_not_grant_the_office_delegates(six: Six, browser: Browser, site: str) -> None:
    case = signed(six)
    six.unit.act(case, "request", request="extend", reason="连续降雨，无法施工", limit_0="9")
    dispatcher = six.dispatcher
    dispatcher.open(case)
    form = dispatcher.form("approve")
    expect(form.locator("[data-standing]")).to_contain_text("江城管办〔2024〕1号")
    form.locator('[name="granted"][value="yes"]').check()
    form.locator('[name="note"]').fill("雨停后施工")
    dispatcher.send(form)
    expect(form.locator(".cg-refusal")).to_contain_text("5 个工作日")
    expect(form.locator('[name="note"]')).to_have_value("雨停后施工")

    office = Desk(browser, site, "office1").page
    delegate(office, site)
    expect(office.locator("h1")).to_have_text(DOCUMENT)
    expect(office.locator(".cg-facts")).to_contain_text("20 个工作日")

    dispatcher.act(case, "approve", granted="yes", note="雨停后施工")
    cited = dispatcher.page.locator(".cg-line dd a", has_text=DOCUMENT)
    expect(cited).to_be_visible()
    six.unit.open(case)
    six.unit.page.locator(".cg-line dd a", has_text=DOCUMENT).click()
    expect(six.unit.page.locator("h1")).to_have_text(DOCUMENT)
    expect(six.unit.page.locator(f'tbody a[href="/cases/{case}/"]')).to_be_visible()

    office.reload()
    office.locator("details summary", has_text="撤销这项授权").click()
    office.locator("form button", has_text="撤销授权").click()
    expect(office.locator(".cg-note.success")).to_contain_text("仍然有效")
    expect(office.locator(f'tbody a[href="/cases/{case}/"]')).to_be_visible()


def delegate(page: Page, site: str) -> None:
    """By keyboard alone: to the list, its key, the form, sent by Enter (WCAG 2.2 AA, 2.1.1)."""
    page.goto(f"{site}/delegations/")
    page.keyboard.press("a")
    expect(page.locator("#give_to")).to_be_visible()
    ready(page)
    page.locator("#give_to").focus()
    page.keyboard.press("ArrowDown")
    for name, keys in (("kinds=extend", " "), ("longest_0=", "20"), ("document=", DOCUMENT)):
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("`${document.activeElement.name}=${document.activeElement.value}`") == name:
                break
        page.keyboard.type(keys)
    page.keyboard.press("Enter")
    expect(page.locator(".cg-note.success")).to_be_visible()
