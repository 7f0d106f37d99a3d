"""Notices in a browser: the bell counts by itself, a notice leads to its case, a browser gets a message."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import House, _wait, ended, lively
from tests.journeys.desk import Desk, until
from tests.journeys.walk.scenes import report
from tests.journeys.walk.stage import Stage

MORE = "before => parseInt(document.querySelector('#cg-bell .cg-sr').textContent.match(/\\d+/)?.[0] ?? 0) > before"


class Service(ThreadingHTTPServer):
    """Stands in for a browser's push service: keeps the headers of what is pushed."""

    pushed: list[dict[str, str]] = []


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            server.pushed.append(dict(self.headers))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            pass

    server = Service(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def live(house: House, service: Service) -> Iterator[House]:
    """The push process, the jobs worker, and a web process that knows the push service."""
    house.env["CITYGRID_PUSH_SERVICES"] = f"127.0.0.1:{service.server_port}"
    with lively(house, jobs=4):
        web = house.granian("wsgi", house.port + 7)  # knows the stand-in for the push service
        try:
            _wait(f"http://127.0.0.1:{house.port + 7}/sign-in/", web)
            yield house
        finally:
            ended(web)


def unread(page: Page) -> int:
    """What the bell says once it has asked: earlier journeys may have left notices."""
    words = page.locator("#cg-bell .cg-sr")
    expect(words).to_contain_text(re.compile(r"\d"))
    return int("".join(filter(str.isdigit, words.inner_text())))


def number(page: Page) -> str:
    """The number of the case whose page this is."""
    found = re.search(r"[0-9A-Z-]{8,}", page.locator(".cg-casehead .cg-right").inner_text())
    assert found
    return found[0]


def test_the_bell_counts_by_itself_and_a_notice_leads_to_its_case(
    browser: Browser, live: House, stage: Stage
) -> None:
    leader = Desk(browser, live.address, "shiftleader1")
    taker = Desk(browser, live.address, "calltaker1")
    case = str(stage.play([report(0, text="人行道上有一堆暴露垃圾")])["cases"]["1"])
    live.told()
    taker.page.goto(f"{live.address}/")
    expect(taker.page.locator("#cg-live[data-state=on]")).to_be_visible()
    before = unread(taker.page)
    taker.page.evaluate("window.loadedOnce = true")
    leader.act(case, "urge")
    until(taker.page, MORE, before)  # by more than one, when a limit of another case is over in this minute
    assert taker.page.evaluate("window.loadedOnce"), "the page was not loaded anew"
    expect(taker.page.locator("#cg-bell .cg-bell-number")).to_be_visible()
    taker.page.locator("#cg-bell").press("Enter")
    taker.page.wait_for_url("**/notices/")
    title = f"催办：{number(leader.page)}"
    taker.page.locator("#cg-notices tbody tr", has_text=title).locator("button").press("Enter")
    taker.page.wait_for_url(f"**/cases/{case}/")
    taker.page.goto(f"{live.address}/notices/")
    told = taker.page.locator("#cg-notices tbody tr", has_text=title)
    expect(told).to_be_visible()
    expect(told).not_to_contain_text("未读")
    assert not taker.errors, taker.errors


def test_a_browser_is_taken_in_and_gets_a_message(browser: Browser, live: House, service: Service) -> None:
    """Chromium's own push service is far away: its answer is stood in for, everything else is real."""
    address = f"http://127.0.0.1:{live.port + 7}"
    info = {
        "endpoint": f"http://127.0.0.1:{service.server_port}/push/1",
        "keys": {
            "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
            "auth": "tBHItJI5svbpez7KI4CCXg",
        },
    }
    desk = Desk(browser, address, "leader1")
    desk.page.context.grant_permissions(["notifications"], origin=address)
    desk.page.add_init_script(
        "PushManager.prototype.subscribe = async function (options) {"
        " window.keyGiven = options.applicationServerKey.length;"
        f" return {json.dumps(info)}; }};"
        "Object.defineProperty(Notification, 'permission', { get: () => 'granted' });"
        "Notification.requestPermission = async () => 'granted';"
    )
    desk.page.goto(f"{address}/account/notices/")
    desk.page.locator("#cg-push button").click()
    taken = desk.page.locator("form[action$='/off/']")
    expect(taken).to_have_count(1)
    registered = desk.page.evaluate("navigator.serviceWorker.getRegistration('/').then(r => r.scope)")
    assert registered == f"{address}/"
    desk.page.locator("form:has(input[name=browser]) button").click()
    expect(desk.page.locator(".cg-notes")).to_be_visible()
    pushed = service.pushed[0]  # others may follow: what happens meanwhile is told to this browser, too
    assert pushed["Content-Encoding"] == "aes128gcm" and pushed["Authorization"].startswith("vapid ")
    taken.locator("button").click()
    expect(taken).to_have_count(0)
    assert not desk.errors, desk.errors
