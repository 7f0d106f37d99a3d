"""Scores that people accept because they can open them, in a browser: a unit opens its own down to the cases; a month
is closed with an appeal and corrected in public; the office makes a bulletin; a leader reads by keyboard (issue 7)."""

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import House, ended
from tests.journeys.desk import PATIENCE, Desk, ready
from tests.journeys.results_house import with_results

Staged = tuple[House, dict[str, Any]]
MOST_TABS = 400
PAPER = 4 * PATIENCE
"""Milliseconds: a report counts months, draws and prints, on a machine that does other things too."""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with with_results(tmp_path_factory.mktemp("results"), "cases") as found:
        yield found


def follow(page: Page, selector: str) -> None:
    """A click on a link or a button that leads to another page."""
    with page.expect_navigation():
        page.locator(selector).first.click()
    ready(page)


def number(text: str) -> int:
    found = re.search(r"\d+", text)
    assert found, text
    return int(found[0])


def test_a_unit_opens_its_score_down_to_a_timeline_and_asks_what_if(browser: Browser, staged: Staged) -> None:
    """Score, term, numerator and denominator, as many cases as the number says; what if; which open cases move it."""
    house, made = staged
    desk = Desk(browser, house.address, "unit1")
    page = desk.page
    page.goto(f"{house.address}/evaluation/my-score/")
    for name in ("open", "open_too"):
        expect(page.locator(f'tr[data-case="{made["cases"][name]}"]')).to_be_visible()
    follow(page, 'main a[href^="/evaluation/scores/subject/"]')
    follow(page, 'main td a[href*="/closing_rate/"]')
    terms = page.locator("main tr[data-row]")
    expect(terms).to_have_count(3)
    rate = page.url
    for key in ("closings", "closings_due"):
        row = terms.filter(has=page.locator(f'a[href*="/{key}/?"]'))
        told = number(row.locator("td.cg-num").inner_text())
        assert told > 0
        follow(page, f'main a[href*="/{key}/?"]')
        expect(page.locator("main tr[data-row]")).to_have_count(told)
        page.goto(rate)
    follow(page, 'main a[href*="/closings/?"]')
    follow(page, f'main a[href="/cases/{made["cases"]["closed"]}/"]')
    expect(page.locator("ol.cg-line li").first).to_be_visible()
    page.goto(rate)
    follow(page, 'main a[href^="/evaluation/scores/subject/"]')
    follow(page, 'main a[href^="/evaluation/scores/what-if/"]')
    now = page.locator("main .ev-total-score").first.inner_text()
    page.locator('input[name="by.handlings_on_time"]').fill("-1")
    follow(page, "main form .btn-primary")
    then = page.locator("[data-then]")
    expect(then).to_be_visible()
    assert float(then.inner_text()) < float(now)
    assert not desk.errors, desk.errors


def test_a_month_is_closed_with_an_appeal_published_and_corrected(browser: Browser, staged: Staged) -> None:
    house, made = staged
    site = house.address
    evaluator = Desk(browser, site, "evaluator1").page
    evaluator.goto(f"{site}/evaluation/closes/")
    evaluator.locator('select[name="scheme"]').select_option("department")
    evaluator.locator('input[name="period"]').fill(made["last"])
    follow(evaluator, "main form .btn-primary")
    close = evaluator.url
    follow(evaluator, 'button[value="open_appeals"]')
    before = score_of(evaluator, made["subject"])
    appeal = appealed(browser, site, close)
    reviewed(browser, site, appeal)
    # The window's working days pass.
    with psycopg.connect(house.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("update evaluation_periodclose set window_ends = now() - interval '1 minute'")
    evaluator.goto(close)
    follow(evaluator, 'button[value="freeze"]')
    follow(evaluator, 'button[value="publish"]')
    frozen = score_of(evaluator, made["subject"])
    assert frozen != before, "the appeal was granted"
    assert frozen in public(browser, site)
    corrected(browser, evaluator, site, made, close, frozen)


def score_of(page: Page, subject: str) -> str:
    """What the page of a closing says of a unit."""
    row = page.locator("main tr[data-row]", has=page.locator(f'a[href$="subject={subject}"]')).first
    return row.locator("strong").inner_text()


def appealed(browser: Browser, site: str, close: str) -> str:
    """The unit appeals against a term; the address of the appeal."""
    unit = Desk(browser, site, "unit1").page
    unit.goto(close)
    follow(unit, 'main a.btn[href*="/appeal/"]')
    unit.locator("#a_about").select_option("term:inspection")
    follow(unit, "main form .btn-primary")
    expect(unit.locator("#a_reason + .cg-error")).to_be_visible()
    expect(unit.locator("#a_about")).to_have_value("term:inspection")
    unit.locator("#a_reason").fill("当月现场检查为九十五分，未计入")
    follow(unit, "main form .btn-primary")
    expect(unit.locator(".cg-note.success")).to_be_visible()
    return unit.url


def reviewed(browser: Browser, site: str, appeal: str) -> None:
    """The office proposes the entry, a leader grants it."""
    office = Desk(browser, site, "office1").page
    office.goto(f"{site}/evaluation/appeals/")
    follow(office, f'main a[href="{appeal.removeprefix(site)}"]')
    office.locator("#r_value").fill("95")
    office.locator("#r_words").fill("检查记录属实")
    follow(office, 'button[value="grant"]')
    expect(office.locator('button[value="grant"]')).to_have_count(0)
    leader = Desk(browser, site, "leader1").page
    leader.goto(appeal)
    leader.locator("#r_words").fill("同意")
    follow(leader, 'button[value="grant"]')
    expect(leader.locator(".cg-note.success")).to_be_visible()


def public(browser: Browser, site: str) -> str:
    """What a stranger reads."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.goto(f"{site}/results/")
    expect(page.locator("main table").first).to_be_visible()
    text = page.locator("main").inner_text()
    page.context.close()
    return text


def corrected(
    browser: Browser, evaluator: Page, site: str, made: dict[str, Any], close: str, frozen: str
) -> None:
    """An inspection is entered afterwards: the frozen score stands until a second person approves the difference."""
    evaluator.goto(f"{site}/evaluation/entries/new/")
    evaluator.locator("#e_input").select_option("inspection")
    evaluator.locator("#e_subject").fill("nb_sanitation")
    evaluator.locator("#e_day").fill(f"{made['last']}-20")
    evaluator.locator("#e_value").fill("41")
    evaluator.locator("#e_reason").fill("补录一次现场检查")
    follow(evaluator, 'button[value="keep"]')
    entry = evaluator.url
    leader = Desk(browser, site, "leader1").page
    leader.goto(entry)
    follow(leader, 'button[value="approve"]')
    evaluator.goto(close)
    assert score_of(evaluator, made["subject"]) == frozen, "a frozen score never changes"
    evaluator.locator("#c_reason").fill("补录现场检查")
    follow(evaluator, 'button[value="correct"]')
    office = Desk(browser, site, "office1").page
    office.goto(close)
    follow(office, 'main a[href*="?correction="]')
    changes = office.locator("main tr[data-row]", has_text=frozen)
    expect(changes.first).to_be_visible()
    office.goto(close)
    follow(office, 'button[value="approve"]')
    corrected = score_of(office, made["subject"])
    assert corrected != frozen
    follow(office, 'main a[href$="?version=2"]')
    both = office.locator("main tr[data-row]", has_text=frozen).filter(has_text=corrected)
    expect(both.first).to_be_visible()
    shown = public(browser, site)
    assert corrected in shown and frozen not in shown


def test_the_office_makes_a_bulletin_and_changes_its_template(browser: Browser, staged: Staged, tmp_path: Path) -> None:
    house, made = staged
    worker = house.start("citygrid", "procrastinate", "worker", "--concurrency", "1")
    try:
        office = Desk(browser, house.address, "office1").page
        paper = text_of(report(office, house.address, made["last"]))
        assert "南埠" in paper and "公众版" not in paper
        office.goto(f"{house.address}/evaluation/bulletins/templates/")
        with office.expect_download() as taken:
            office.locator('a[href$="/shipped/zh/"]').click()
        shipped = Path(taken.value.path()).read_bytes()
        sent(office, changed(shipped, "{{ nonsense }}"))
        expect(office.locator("section[role=alert]")).to_contain_text("nonsense")
        sent(office, changed(shipped, "江澜市数字城管通报（公众版）"))
        expect(office.locator(".cg-note.success")).to_be_visible()
        paper = text_of(report(office, house.address, made["last"]))
        assert "公众版" in paper and "南埠" in paper
    finally:
        ended(worker)


def report(office: Page, site: str, month: str) -> bytes:
    """Ask for one and wait on its page as a person does; the Word file."""
    office.goto(f"{site}/evaluation/bulletins/")
    office.locator('input[name="month"]').fill(month)
    for box in office.locator('input[name="scheme"]').all():
        box.set_checked(box.get_attribute("value") == "department")
    follow(office, "main form .btn-primary")
    word, pdf = (office.locator(f'main .cg-head a[href$="/{kind}/"]') for kind in ("docx", "pdf"))
    expect(word.or_(office.locator("progress"))).to_be_visible()
    expect(office.locator("progress")).to_have_count(0, timeout=PAPER)
    office.reload()
    expect(word).to_be_visible()
    with office.expect_download() as taken:
        pdf.click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
    with office.expect_download() as taken:
        word.click()
    return Path(taken.value.path()).read_bytes()


def text_of(word: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(word)) as file:
        return re.sub(r"<[^>]+>", "", file.read("word/document.xml").decode())


def changed(word: bytes, words: str) -> bytes:
    """The template with one more paragraph."""
    document, out = docx.Document(io.BytesIO(word)), io.BytesIO()
    document.add_paragraph(words)
    document.save(out)
    return out.getvalue()


def sent(office: Page, content: bytes) -> None:
    office.locator("#t_kind").select_option("month")
    office.locator("#t_lang").select_option("zh")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    office.locator("#t_file").set_input_files({"name": "通报.docx", "mimeType": kind, "buffer": content})
    office.locator("#t_note").fill("加一行")
    follow(office, 'button[value="keep"]')


def test_a_leader_reads_by_keyboard_alone(browser: Browser, staged: Staged) -> None:
    """Scores, the map with its table, a trend, decision support, the list for leaders; never a mouse."""
    house, made = staged
    desk = Desk(browser, house.address, "leader1")
    page = desk.page
    door(page, "/evaluation/")
    enter(page, 'main a[href="/evaluation/scores/"]')
    tab(page, 'select[name="scheme"]')
    chosen = page.locator('select[name="scheme"]')
    for _ in range(chosen.locator("option").count()):
        if chosen.input_value() != "area":
            page.keyboard.press("ArrowDown")
    expect(chosen).to_have_value("area")
    tab(page, 'input[name="period"]')
    page.keyboard.type(made["last"])
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ready(page)
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    enter(page, 'main a[href^="/evaluation/scores/map/"]')
    expect(page.locator("[data-map]")).to_be_visible()
    enter(page, '.ev-map-beside tr[data-row] a[href^="/evaluation/scores/subject/"]')
    expect(page.locator("main svg[role=img]")).to_have_count(2)
    enter(page, 'main td a[href*="/filings/"]')
    expect(page.locator("main tr[data-row]").first).to_be_visible()
    door(page, "/evaluation/")
    enter(page, 'main a[href="/evaluation/insight/"]')
    enter(page, 'main a[href="/evaluation/insight/recurrences/"]')
    expect(page.locator("main table")).to_be_visible()
    door(page, "/evaluation/leaders/")
    enter(page, f'main a.cg-open[href="/cases/{made["cases"]["forgotten"]}/"]')
    expect(page.locator("ol.cg-line li").first).to_be_visible()
    assert not desk.errors, desk.errors


def door(page: Page, address: str) -> None:
    """A desk of the bar, which may stand in its menu."""
    if not page.locator(f'.cg-nav a[href="{address}"]').count():
        tab(page, ".cg-more summary")
        page.keyboard.press("Enter")
        expect(page.locator(f'.cg-more a[href="{address}"]')).to_be_visible()
    enter(page, f'.cg-bar a[href="{address}"]')


def enter(page: Page, selector: str) -> None:
    """Tab to a link and open it."""
    tab(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    ready(page)


def tab(page: Page, selector: str) -> None:
    """Press Tab until the first element of this kind has the focus, as somebody without a mouse does."""
    expect(page.locator(selector).first).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not come to {selector}")
