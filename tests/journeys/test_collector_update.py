"""A new version of the app while things wait to be sent: it is offered, taken by hand, and nothing is lost (S1-45)."""

import http.client
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.desk import until
from tests.journeys.test_collector_questions import one_queued, prepared
from tests.journeys.test_collector_shell import installed, phone, ready, sign_in, wait_for

NEXT = "f" * 16
"""Name of the next version."""


class Renewed(ThreadingHTTPServer):
    """The site behind an address of its own; once `renewed`, its app has another version with the same screens."""

    daemon_threads = True

    def __init__(self, site: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.behind = urlsplit(site).netloc
        self.version = ""
        self.renewed = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Renewed

    def passed(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "accept-encoding"}
        line = http.client.HTTPConnection(self.server.behind, timeout=60)
        path = self.path.replace(NEXT, self.server.version) if self.server.version else self.path
        line.request(self.command, path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        line.close()
        if path == "/collector/":
            found = re.search(rb'data-version="(\w+)"', content)
            assert found
            self.server.version = found[1].decode()
        if self.server.renewed and path in ("/collector/", "/collector/worker.js"):
            content = content.replace(self.server.version.encode(), NEXT.encode())
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = passed  # noqa: N815 - names of the standard library

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests' output is for the tests."""


@pytest.fixture
def renewable(site: str) -> Iterator[Renewed]:
    server = Renewed(site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


KEPT = """async () => {
  const entries = await collector.outbox.all();
  return Promise.all(entries.map(async ({ id, kind, state, data, files }) => ({
    id, kind, state, data, files: await Promise.all(files.map(async (file) => {
      const bytes = await (await collector.files.content(file)).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      return [file, bytes.byteLength, Array.from(hash).join()];
    })),
  })));
}"""


def sent(page: Page) -> None:
    page.evaluate("collector.outbox.wake()")
    wait_for(page, "collector.outbox.all().then((all) => all.every((one) => one.state === 'sent'))", True)


def test_an_update_with_a_waiting_queue_loses_nothing(browser: Browser, renewable: Renewed) -> None:
    context = phone(browser, renewable.address)
    page = context.new_page()
    sign_in(page, "collector2")
    installed(page)
    wait_for(page, "collector.pack.get('classes').then((classes) => classes !== null)", True)
    first = page.evaluate("document.documentElement.dataset.version")
    assert first == renewable.version

    context.route("**/api/v1/collection/sync", lambda route: route.abort())  # no answer from there: all of it waits
    context.route("**/api/v1/collection/near*", lambda route: route.abort())
    one_queued(page)
    wait_for(page, "collector.outbox.all().then((all) => all.length)", 1)
    for text in ("雨后积水", "电话已报"):
        page.evaluate("text => collector.outbox.add({kind: 'day_log', data: {text}, shown: {title: text}})", text)
    prepared(page)
    page.locator(".rp-more textarea").fill("还没写完")
    page.evaluate("location.hash = '#/queue'")
    expect(page.locator("li[data-entry]")).to_have_count(3)
    before = page.evaluate(KEPT)
    assert [len(one["files"]) for one in before] == [0, 0, 1]

    renewable.renewed = True
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    offer = page.locator("#banners .banner", has_text="新版本")
    expect(offer).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.version") == first, "nothing changes before it is taken"
    offer.get_by_role("button").click()
    until(page, "version => document.documentElement.dataset.version === version", NEXT)
    ready(page)
    assert NEXT in page.evaluate("performance.getEntriesByType('resource').map((one) => one.name).join()")
    after = page.evaluate(KEPT)
    assert [{**one, "state": ""} for one in after] == [{**one, "state": ""} for one in before]
    assert {one["state"] for one in after} <= {"queued", "sending"}
    page.evaluate("location.hash = '#/report'")
    page.locator(".rp-drafts summary").click()
    page.locator(".rp-drafts a").first.click()
    expect(page.locator(".rp-more textarea")).to_have_value("还没写完")

    context.unroute_all()
    sent(page)
    assert len(page.evaluate(KEPT)) == 3
    context.close()
