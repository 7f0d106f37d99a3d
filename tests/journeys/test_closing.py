"""From the order to check to the archive in a browser: checked from the checker's page, closed by one key, kept
on paper (S4-29, S4-30, S0-25)."""

import re

from playwright.sync_api import expect

from citygrid.process.states import State
from tests.journeys.desk import ready
from tests.journeys.test_case_life import Six, six, staged

__all__ = ["six"]


def checked_on_its_page(six: Six, case: str, result: str) -> None:
    """The checker compares and answers on the page made for it."""
    page = six.checker.page
    six.checker.open(case)
    page.locator(f'a[href="/cases/{case}/check/"]').click()
    expect(page.locator('figure[data-side="after"] img').first).to_be_visible()
    ready(page)
    form = page.locator("form.cg-card")
    six.checker.photos(form)
    page.locator(f'button[name="result"][value="{result}"]').click()
    expect(page.locator(".cg-note.success")).to_be_visible()


def test_checked_closed_by_one_key_printed_and_archived(six: Six) -> None:
    case = staged(six, State.CHECKING)
    checked_on_its_page(six, case, "fixed")
    page = six.shift_leader.page
    page.goto(f"{six.shift_leader.site}/closing/?case={case}")
    for side in ("before", "after", "check"):
        expect(page.locator(f'figure[data-side="{side}"] img').first).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".cg-note.success")).to_be_visible()
    six.shift_leader.open(case)
    assert six.shift_leader.state == "已结案"
    page.keyboard.press("w")
    expect(page.locator("#cg-form [data-clock]").first).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{six.shift_leader.site}/cases/{case}/dossier/")
    with page.expect_download() as taken:
        page.keyboard.press("p")
    assert taken.value.suggested_filename.endswith(".pdf")
    page.keyboard.press("a")
    expect(page.locator(".cg-note.success")).to_be_visible()
    digest = re.search(r"[0-9a-f]{64}", page.locator("code.user-select-all").inner_text())
    assert digest, "the hash is shown"
    page.goto(f"{six.shift_leader.site}/archive/")
    expect(page.locator(f'a[href="/cases/{case}/dossier/"]')).to_be_visible()
    assert not six.shift_leader.errors, six.shift_leader.errors


def test_rework_by_key_needs_words_and_keeps_them(six: Six) -> None:
    case = staged(six, State.CHECKING)
    checked_on_its_page(six, case, "not_fixed")
    page = six.shift_leader.page
    page.goto(f"{six.shift_leader.site}/closing/?case={case}")
    expect(page.locator('button[value="qualified"]')).to_have_count(0)
    page.keyboard.press("3")
    expect(page.locator("#opinion_error")).to_be_visible()
    expect(page.locator("#opinion")).to_be_focused()
    ready(page)
    page.locator("#opinion").fill("路面仍有残留")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    expect(page.locator(".cg-note.success")).to_be_visible()
    six.shift_leader.open(case)
    assert six.shift_leader.state == "处置中"
