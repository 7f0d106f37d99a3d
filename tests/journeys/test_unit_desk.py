"""The unit in a browser: signs several, assigns a worker; who feeds back on a phone with photos (S1-49, S4-25)."""

from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import PATIENCE, Desk, photo
from tests.journeys.test_case_life import Six, dispatched, signed, six

__all__ = ["six"]
WORKER = "史可风"


def phone(browser: Browser, site: str, login: str) -> Page:
    """Somebody with a phone in the field."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", login)
    page.fill("#id_password", "citygrid-demo")
    page.click("main button")
    expect(page.locator(".cg-who")).to_be_visible()
    return page


def test_the_desk_signs_and_assigns_and_the_worker_feeds_back_on_a_phone(six: Six, browser: Browser, site: str) -> None:
    case = dispatched(six)
    desk = Desk(browser, site, "wj_sanitation_desk", "环卫所受理岗").page
    desk.goto(f"{site}/unit/?section=sign")
    expect(desk.locator(f'input[name="item"][value^="{case}"]')).to_be_checked()
    desk.keyboard.press("s")
    expect(desk.locator(".cg-note.success")).to_be_visible()
    desk.goto(f"{site}/unit/?section=handling")
    row = desk.locator("tr", has=desk.locator(f'a[href="/cases/{case}/"]'))
    row.locator('button[hx-get*="/acts/assign_worker/"]').click()
    form = desk.locator('form[data-act="assign_worker"]')
    chosen = form.locator("option", has_text=WORKER)
    expect(chosen).to_contain_text("（")
    form.locator('[name="person"]').select_option(str(chosen.get_attribute("value")))
    form.locator(".cg-submit .btn-primary").click()
    expect(desk.locator(".cg-note.success")).to_be_visible()
    expect(desk).to_have_url(f"{site}/unit/?section=handling")
    expect(row).to_contain_text(WORKER)

    page = phone(browser, site, "wj_sanitation_worker")
    page.goto(f"{site}/field/")
    card = page.locator(f'[data-job="{case}"]').first
    expect(card).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    card.locator('[data-act-name="feed_back"]').tap()
    form = page.locator('form[data-act="feed_back"]')
    form.locator('[name="note"]').fill("已清运完毕")
    field = form.locator('input[type=file][data-name="media"]')
    field.set_input_files([{"name": "不是照片.jpg", "mimeType": "image/jpeg", "buffer": b"no photo at all"}])
    expect(form.locator("[data-upload-error]").first).to_contain_text("不是照片.jpg")
    expect(form.locator('[name="note"]')).to_have_value("已清运完毕")
    field.set_input_files([photo()])
    expect(form.locator('input[type=hidden][name="media"]')).to_have_count(1)
    form.locator('[name="culprit"][value="none"]').check()
    form.locator(".cg-submit .btn-primary").tap()
    expect(page.locator(".cg-note.success")).to_be_visible()
    expect(page).to_have_url(f"{site}/field/")
    expect(page.locator(f'[data-job="{case}"] [data-act-name="feed_back"]')).to_have_count(0)
    six.call_taker.open(case)
    assert six.call_taker.state == "待核查"


def test_the_limits_stand_above_the_request_and_a_second_one_is_refused(six: Six, browser: Browser, site: str) -> None:
    case = signed(six)
    six.unit.open(case)
    form = six.unit.form("request")
    expect(form.locator('[data-limit="extend"]')).to_contain_text("2")
    six.unit.act(case, "request", request="extend", reason="连续降雨，无法施工")
    six.unit.open(case)
    form = six.unit.form("request")
    expect(form.locator('[data-limit="extend"]')).to_contain_text("待审批")
