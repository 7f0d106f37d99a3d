"""A survey from a broken workbook into the register, by keyboard where the surveyor works; the label of a component.

S1-08 (survey), S1-60 (component card); the steward reviews, for nobody publishes what they brought."""

from pathlib import Path

import pypdfium2
import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import Desk, ready

HEADER = ("灯杆编号", "小类", "经度", "纬度", "状态", "权属单位", "材质")
FIRST = (121.5035, 31.2385)


def workbook(folder: Path) -> Path:
    """Eight lamps; one with a state that nobody knows, one in another province."""
    path = folder / "路灯.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("路灯")
    sheet.write_row(0, 0, HEADER)
    for n in range(1, 9):
        lon, lat = FIRST[0] + n * 0.0002, FIRST[1]
        state = "坏掉" if n == 2 else "完好"
        place = (100.0, 25.0) if n == 5 else (lon, lat)
        sheet.write_row(n, 0, [f"Q-{n:03d}", "路灯", *place, state, "路灯所", "钢"])
    book.close()
    return path


def test_a_broken_workbook_becomes_components_with_labels(browser: Browser, site: str, tmp_path: Path) -> None:
    surveyor = Desk(browser, site, "surveyor1")
    page = surveyor.page
    survey = _brought(page, site, workbook(tmp_path))
    expect(page.locator(".bc-numbers .bc-wrong b")).to_have_text("2")
    _corrected(page)
    page.goto(survey)
    page.keyboard.press("s")
    expect(page.locator(".cg-note.success")).to_be_visible()
    assert not surveyor.errors, surveyor.errors

    steward = Desk(browser, site, "steward1", locale="en-US")
    page = steward.page
    page.goto(survey)
    expect(page.locator("#review")).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator(".cg-note.success").first).to_contain_text("8 new")
    page.goto(f"{site}/basedata/components/?q=Q-002")
    row = page.locator("tr[data-row]")
    expect(row).to_have_count(1)
    row.locator("a.cg-open").click()
    expect(page.locator("h1")).to_contain_text("street lamp")
    expect(page.locator(".cg-state")).to_have_text("damaged")
    expect(page.locator("[hx-get*='of-component'] p")).to_contain_text("No case")
    ready(page)
    with page.expect_download() as downloading:
        page.keyboard.press("q")
    label = tmp_path / "label.pdf"
    downloading.value.save_as(label)
    text = pypdfium2.PdfDocument(label)[0].get_textpage().get_text_range()
    assert page.locator(".bc-code").inner_text() in text
    assert not steward.errors, steward.errors


def _brought(page: Page, site: str, file: Path) -> str:
    """The file sent, its columns matched; the address of the survey's report."""
    page.goto(f"{site}/basedata/surveys/new/")
    page.set_input_files("#file", str(file))
    page.fill("#title", "路灯普查")
    page.keyboard.press("Enter")
    expect(page.locator("form#mapping")).to_be_visible()
    ready(page)
    page.fill("#code", "journey-lamps")
    page.locator("#column_key").select_option("灯杆编号")
    page.locator("#column_owner_name").select_option("权属单位")
    page.locator('select[name="constant:source"]').select_option("survey")
    page.locator('button[name="start"]').press("Enter")
    expect(page.locator(".bc-numbers")).to_be_visible()
    return page.url.partition("?")[0]


def _corrected(page: Page) -> None:
    """From the first wrong row on: a state chosen, a place typed; each saved, the next one comes by itself."""
    page.locator("tr[data-row] a.cg-open").first.press("Enter")
    state = page.locator('select[name="cell:state"]')
    expect(state).to_have_attribute("aria-invalid", "true")
    ready(page)
    state.select_option("damaged")
    page.locator('button[name="next"]').press("Enter")
    expect(page.locator("h1")).to_contain_text("6")
    ready(page)
    page.fill("#lon", f"{FIRST[0] + 0.001:.6f}")
    page.fill("#lat", f"{FIRST[1]:.6f}")
    page.locator('button[name="next"]').press("Enter")
    expect(page.locator(".bc-numbers")).to_be_visible()
