"""Questions of the collector's app end with the screen that asked them: none stays over the next one, none comes after
its screen is gone, and what was not answered is said and kept (S1-36)."""

import time
from collections.abc import Iterator
from typing import cast

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.journeys.desk import PATIENCE, photo, until
from tests.journeys.test_collector_shell import phone, ready, sign_in

QUESTION = "dialog[open]"
KEPT = "未发送：还有一个问题没有回答"
COUNT = "n => collector.outbox.all().then((all) => all.filter((one) => one.kind === 'report').length > n)"
COUNT_OR_QUESTION = COUNT.replace("> n)", "> n || Boolean(document.querySelector('dialog[open]')))")


@pytest.fixture(scope="module")
def collector(browser: Browser, site: str) -> Iterator[Page]:
    context = phone(browser, site)
    page = context.new_page()
    sign_in(page, "collector3")
    until(page, "collector.pack.get('near').then((near) => near !== null)")
    until(page, "collector.pack.get('classes').then((classes) => classes !== null)")
    yield page
    context.close()


def go(page: Page, path: str, title: str) -> None:
    page.evaluate("path => { location.hash = `#/${path}` }", path)
    expect(page.locator("#top h1")).to_have_text(title)


def prepared(page: Page) -> None:
    """A report with a photo and the first class, on a screen of its own."""
    go(page, "queue", "发送队列")
    go(page, "report", "上报")
    page.locator(".camera input[type=file]").set_input_files([cast(FilePayload, photo())])
    expect(page.locator(".strip img[src^='blob:']")).to_be_visible()
    page.locator(".rp-chip").first.click()
    expect(page.locator("[data-send][data-ready=yes]")).to_be_visible()


def reports(page: Page) -> int:
    return int(page.evaluate("collector.outbox.all().then((all) => all.filter((one) => one.kind === 'report').length)"))


def one_queued(page: Page) -> None:
    """A report of the class that is offered first, here: the next one of its kind is a likely duplicate."""
    prepared(page)
    before = reports(page)
    page.locator("[data-send]").click()
    until(page, COUNT_OR_QUESTION, before)
    if page.locator(QUESTION).count():  # somebody else's case is near
        page.locator(QUESTION).get_by_role("button", name="不是同一个").click()
    until(page, COUNT, before)


def asked(page: Page, held: list[Route]) -> None:
    """Until the server was asked what is near."""
    end = time.monotonic() + PATIENCE / 1000
    while not held:
        assert time.monotonic() < end, "nothing was asked"
        page.wait_for_timeout(50)


def test_a_question_ends_with_its_screen_and_the_report_waits_as_a_draft(collector: Page) -> None:
    """The same class at the same place twice: "Already reported?" is left open, then answered from the draft."""
    collector.context.set_offline(True)
    before = reports(collector)
    one_queued(collector)

    prepared(collector)
    collector.locator("[data-send]").click()
    expect(collector.locator(QUESTION)).to_contain_text("是否重复上报")
    go(collector, "tasks", "我的任务")
    expect(collector.locator("dialog")).to_have_count(0)
    expect(collector.locator("#said")).to_contain_text(KEPT)
    assert reports(collector) == before + 1

    go(collector, "report", "上报")
    collector.locator(".rp-drafts summary").click()
    collector.locator(".rp-drafts a").first.click()
    expect(collector.locator(".strip img[src^='blob:']")).to_be_visible()
    collector.locator("[data-send]").click()
    collector.locator(QUESTION).get_by_role("button", name="不是同一个").click()
    until(collector, COUNT, before + 1)
    expect(collector.locator("dialog")).to_have_count(0)


def test_a_question_that_would_come_too_late_is_not_asked(collector: Page) -> None:
    """The server takes its time to say what is near; meanwhile the collector looks at the tasks."""
    collector.context.set_offline(False)
    collector.route("**/api/v1/collection/sync", lambda route: route.abort())  # what is queued stays queued
    one_queued(collector)
    held: list[Route] = []
    collector.route("**/api/v1/collection/near*", lambda route: held.append(route))  # noqa: PLW0108 - a built-in keeps no mark of Playwright
    prepared(collector)
    before = reports(collector)
    collector.locator("[data-send]").click()
    expect(collector.locator("[data-send]")).to_be_disabled()
    asked(collector, held)
    go(collector, "tasks", "我的任务")
    for route in held:
        route.abort()
    expect(collector.locator("#said")).to_contain_text(KEPT)
    expect(collector.locator("dialog")).to_have_count(0)
    expect(collector.locator("#top h1")).to_have_text("我的任务")
    assert reports(collector) == before
    collector.unroute_all()


def test_back_leaves_a_question_unanswered(collector: Page) -> None:
    go(collector, "help", "帮助")
    go(collector, "settings", "设置")
    collector.get_by_role("button", name="退出登录").click()
    expect(collector.locator(QUESTION)).to_be_visible()
    collector.go_back()
    expect(collector.locator("#top h1")).to_have_text("帮助")
    expect(collector.locator("dialog")).to_have_count(0)
    assert collector.evaluate("fetch('/api/v1/collection/session').then((answer) => answer.status)") == 200
    ready(collector)
