"""The promise of the collector's app (issue 6): five reports and three answers made without a network, the browser
killed in between, the network back with faults: exactly eight results, photos whole (S1-36, S1-45)."""

import hashlib
import os
import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.journeys.conftest import CHROMIUM
from tests.journeys.desk import PATIENCE, Desk, until

ARGS = ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
SLOW = PATIENCE
CALL = """async ([method, path, body]) => {
  const token = (await (await fetch("/api/v1/collection/session")).json()).csrf;
  const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
  const answer = await fetch(path, {method, headers, body: body ? JSON.stringify(body) : undefined});
  return [answer.status, await answer.json()];
}"""
HASH = """async (path) => {
  const bytes = await (await fetch(path)).arrayBuffer();
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}"""
QUEUE = """async () => {
  const entries = (await collector.outbox.all()).filter((e) => e.kind === "report" || e.kind === "answer");
  return Promise.all(entries.map(async (e) => ({ ...e, files: await Promise.all(e.files.map(async (id) => {
    const {preview, ...file} = await collector.files.one(id);
    return file;
  })) })));
}"""


def call(page: Page, method: str, path: str, body: Any = None) -> Any:
    """A request of whoever is signed in on the page; it must be taken."""
    status, told = page.evaluate(CALL, [method, path, body])
    assert status == 200, told
    return told


class Phone:
    """A phone with the app: a browser with a profile of its own, which may die and be started again."""

    def __init__(self, browser: Browser, site: str, profile: Path) -> None:
        self.browser, self.site, self.profile = browser, site, profile
        self.taps = 0
        self.place: list[float] = [0, 0]

    def start(self, *, offline: bool = False, login: str = "") -> None:
        self.context: BrowserContext = self.browser.browser_type.launch_persistent_context(
            str(self.profile), executable_path=CHROMIUM, args=ARGS, viewport={"width": 390, "height": 844},
            locale="zh-CN", is_mobile=True, has_touch=True, offline=offline,
            permissions=["geolocation", "camera", "microphone"],
            geolocation={"longitude": self.place[0], "latitude": self.place[1], "accuracy": 8},
        )  # fmt: skip
        self.page = self.context.pages[0]
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if login:
            self.sign_in(login)
        else:
            self.page.goto(f"{self.site}/collector/")
            expect(self.page.locator("#bar a").first).to_be_visible(timeout=SLOW)

    def sign_in(self, login: str) -> None:
        self.page.goto(f"{self.site}/sign-in/?next=/collector/")
        self.page.fill("#id_username", login)
        self.page.fill("#id_password", "citygrid-demo")
        self.page.click("main button")
        expect(self.page.locator("#bar a").first).to_be_visible(timeout=SLOW)
        # Who signed in is known by then: the screen that is open is drawn anew for them.
        until(self.page, "() => collector.pack.get('classes').then((one) => one !== null)")

    def signed_out(self) -> bool:
        """A browser that was killed has lost what it had not written down yet: perhaps its session."""
        return bool(self.page.evaluate("() => fetch('/api/v1/collection/session').then((one) => one.status === 401)"))

    def kill(self) -> None:
        """kill -9 of the browser, as a phone that has no battery any more."""
        mark = f"--user-data-dir={self.profile}".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in words and not any(word.startswith(b"--type=") for word in words):
                os.kill(int(process.name), signal.SIGKILL)
                break
        else:
            raise AssertionError("the browser was not found")
        (self.profile / "SingletonLock").unlink(missing_ok=True)

    def stand(self, lon: float, lat: float) -> None:
        self.place = [lon, lat]
        self.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})

    def open(self, path: str) -> None:
        self.page.evaluate("path => { location.hash = `#/${path}` }", path)

    def tap(self, target: str) -> None:
        self.taps += 1
        self.page.locator(target).first.tap(timeout=SLOW)

    def shoot(self) -> None:
        """A photo through the lens in the page, once the lens shows something."""
        seen = "() => document.querySelector('.camera video')?.videoWidth > 0"
        until(self.page, seen, patience=SLOW)
        self.tap(".shutter")
        expect(self.page.locator(".strip img[src^='blob:']").first).to_be_visible(timeout=SLOW)

    def begin(self, lon: float, lat: float) -> None:
        self.stand(lon, lat)
        self.open("tasks")
        self.open("report")
        self.shoot()

    def report(self, lon: float, lat: float, nth: int) -> int:
        """A report: photo, class, send. The number of taps."""
        before = self.taps
        self.begin(lon, lat)
        self.tap(f".rp-chip >> nth={nth}")
        self.send()
        return self.taps - before

    def send(self) -> None:
        waiting = self.waiting()
        self.tap("[data-send]")
        until(self.page, "n => collector.outbox.all().then((all) => all.length > n)", waiting, SLOW)

    def waiting(self) -> int:
        return int(self.page.evaluate("() => collector.outbox.all().then((all) => all.length)"))

    def answer(self, task: str) -> None:
        """An answer to a task: photo, what was seen, send."""
        self.open(f"tasks/{task.replace(':', '%3A')}")
        self.tap(".rp-add")
        self.shoot()
        self.tap(".picks label >> nth=0")
        self.send()

    def queue(self) -> list[dict[str, Any]]:
        return list(self.page.evaluate(QUEUE))


class BadLine:
    """The network as it comes back: a piece that breaks off half-way, a batch that arrives twice, an answer that is
    lost. `met`: which faults there were."""

    def __init__(self, context: BrowserContext) -> None:
        self.met: list[str] = []
        context.route("**/api/v1/collection/files/*", self.piece)
        context.route("**/api/v1/collection/sync", self.batch)

    def piece(self, route: Route) -> None:
        body = route.request.post_data_buffer or b""
        if route.request.method != "PUT" or "half" in self.met or not body:
            route.continue_()
            return
        self.met.append("half")
        route.fetch(post_data=body[: len(body) // 2])
        route.abort("connectionreset")

    def batch(self, route: Route) -> None:
        if "lost" not in self.met:
            self.met.append("lost")
            route.fetch()
            route.abort("connectionreset")
            return
        if "twice" not in self.met:
            self.met.append("twice")
            route.fetch()
        route.fulfill(response=route.fetch())


@pytest.fixture
def phone(browser: Browser, site: str, tmp_path: Path) -> Phone:
    return Phone(browser, site, tmp_path / "profile")


def tasks_for(desk: Desk, person: int, class_id: str, spot: list[float]) -> list[str]:
    """Three calls of citizens that this collector is to verify; the ids of their cases."""
    found = []
    for n in range(3):
        case = str(uuid.uuid4())
        said = {"source": "hotline", "class_id": class_id, "text": "有人打电话反映", "address": f"{n + 1} 号门前"}
        said |= {"lon": f"{spot[0] + n * 0.0007:.7f}", "lat": f"{spot[1]:.7f}"}
        call(
            desk.page,
            "POST",
            "/api/v1/cases",
            {"id": str(uuid.uuid4()), "case": case, "name": "log_call", "data": said},
        )
        act = {"id": str(uuid.uuid4()), "name": "send_verify", "data": {"person": person}}
        call(desk.page, "POST", f"/api/v1/cases/{case}/acts", act)
        found.append(case)
    return found


def comes(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.5)


@pytest.mark.long  # a minute and more
def test_eight_results_of_a_day_without_a_network(browser: Browser, site: str, phone: Phone) -> None:
    phone.start(login="collector1")
    me = call(phone.page, "GET", "/api/v1/collection/session")
    sections = call(phone.page, "GET", "/api/v1/collection/pack")["sections"]
    units = [unit["centre"] for unit in sections["grids"]["data"][0]["units"]]
    event = next(one["id"] for one in sections["classes"]["data"] if one["kind"] == "event")
    desk = Desk(browser, site, "calltaker1", "市中心受理岗")
    cases = tasks_for(desk, me["person"]["id"], event, units[0])
    phone.stand(*units[0])
    phone.page.evaluate("() => collector.pack.refresh()")
    phone.open("tasks")
    for case in cases:
        expect(phone.page.locator(f'[data-tasks] a[href*="{case}"]')).to_be_visible(timeout=SLOW)
    phone.page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    comes(lambda: bool(phone.page.evaluate("() => Boolean(navigator.serviceWorker.controller)")))

    phone.context.set_offline(True)
    taps = [phone.report(*units[n], nth=n) for n in (1, 2, 3)]
    assert taps == [3, 3, 3], "photo, class, send"
    phone.answer(f"{cases[0]}:{_item(desk, cases[0])}")
    phone.begin(*units[4])
    phone.page.locator(".rp-more textarea").fill("打到一半，手机没电了")
    comes(lambda: phone.page.evaluate(DRAFT) == "打到一半，手机没电了")
    phone.kill()

    phone = Phone(browser, site, phone.profile)
    phone.place = list(units[4])
    phone.start(offline=True)
    assert len(phone.queue()) == 4, "what was queued is still there"
    phone.open("report")
    phone.page.locator(".rp-drafts summary").tap()
    phone.page.locator(".rp-drafts a").first.tap()
    expect(phone.page.locator(".rp-more textarea")).to_have_value("打到一半，手机没电了")
    expect(phone.page.locator(".strip img[src^='blob:']")).to_have_count(1)
    phone.tap(".rp-chip >> nth=4")
    phone.send()
    phone.report(*units[5], nth=5)
    for case in cases[1:]:
        phone.answer(f"{case}:{_item(desk, case)}")
    made = phone.queue()
    assert len(made) == 8
    assert {one["state"] for one in made} == {"queued"}

    line = BadLine(phone.context)
    phone.context.set_offline(False)
    if phone.signed_out():
        assert {one["state"] for one in phone.queue()} == {"queued"}, "what waits for its person is kept"
        phone.sign_in("collector1")
    phone.page.evaluate("() => { collector.outbox.wake() }")
    comes(lambda: all(one["state"] == "sent" for one in _nudged(phone)), 120)
    assert set(line.met) == {"half", "lost", "twice"}, "every fault happened"
    assert not phone.errors, phone.errors
    _eight(desk, phone.queue(), cases)
    phone.context.close()


def test_an_answer_that_comes_too_late_is_told_and_its_photo_stays(browser: Browser, site: str, phone: Phone) -> None:
    """The task went to a colleague while the phone had no network: refused with why, nothing is lost."""
    phone.start(login="collector1")
    me = call(phone.page, "GET", "/api/v1/collection/session")
    sections = call(phone.page, "GET", "/api/v1/collection/pack")["sections"]
    spot = sections["grids"]["data"][0]["units"][6]["centre"]
    event = next(one["id"] for one in sections["classes"]["data"] if one["kind"] == "event")
    desk, colleague = Desk(browser, site, "calltaker1", "市中心受理岗"), Desk(browser, site, "collector2")
    case = tasks_for(desk, me["person"]["id"], event, spot)[0]
    phone.page.evaluate("() => collector.pack.refresh()")
    phone.open("tasks")
    expect(phone.page.locator(f'[data-tasks] a[href*="{case}"]')).to_be_visible(timeout=SLOW)
    phone.context.set_offline(True)
    phone.answer(f"{case}:{_item(desk, case)}")
    other = call(colleague.page, "GET", "/api/v1/collection/session")["person"]["id"]
    act = {"id": str(uuid.uuid4()), "name": "reassign_task", "data": {"person": other}}
    call(desk.page, "POST", f"/api/v1/cases/{case}/acts", act)
    phone.context.set_offline(False)
    comes(lambda: any(one["state"] == "refused" for one in _nudged(phone)))
    phone.page.evaluate("() => collector.pack.refresh()")
    phone.open("tasks")
    expect(phone.page.locator(".card.bad .why")).to_contain_text("该待办由他人办理", timeout=SLOW)
    (late,) = (one for one in phone.queue() if one["data"]["case"] == case)
    kept = phone.page.evaluate("async (id) => (await collector.files.content(id))?.size", late["files"][0]["id"])
    assert kept == late["files"][0]["size"]
    phone.context.close()


DRAFT = "() => new Promise((done) => { const open = indexedDB.open('citygrid-collector'); open.onsuccess = () => {" \
    " const all = open.result.transaction('drafts').objectStore('drafts').getAll();" \
    " all.onsuccess = () => { open.result.close(); done(all.result.at(-1)?.data.text ?? ''); }; }; })"  # fmt: skip


def _nudged(phone: Phone) -> list[dict[str, Any]]:
    """The queue, after a push: what waits for its next try need not wait in a test."""
    phone.page.evaluate("() => { collector.outbox.wake() }")
    return phone.queue()


def _item(desk: Desk, case: str) -> int:
    told = call(desk.page, "GET", f"/api/v1/cases/{case}")
    return int(next(item["no"] for item in told["work"] if item["kind"] == "verify"))


def _eight(desk: Desk, sent: list[dict[str, Any]], cases: list[str]) -> None:
    """On the server: five cases reported once each, three tasks answered once each, every photo byte for byte."""
    reports = [one for one in sent if one["kind"] == "report"]
    answers = [one for one in sent if one["kind"] == "answer"]
    assert (len(reports), len(answers)) == (5, 3)
    numbers = {one["facts"]["report_no"] for one in reports}
    assert len(numbers) == 5, "five numbers, each its own"
    for one in reports:
        told = call(desk.page, "GET", f"/api/v1/cases/{one['data']['case']}")
        assert [entry["act"] for entry in told["timeline"]].count("report") == 1
    for case in cases:
        told = call(desk.page, "GET", f"/api/v1/cases/{case}")
        assert [entry["act"] for entry in told["timeline"]].count("verify") == 1
    files = [file for one in sent for file in one["files"]]
    assert len(files) == 8
    for file in files:
        assert desk.page.evaluate(HASH, f"/media/{file['media']}/") == file["sha256"], "whole, and the case's own"
    assert len({hashlib.sha256(file["sha256"].encode()).digest() for file in files}) > 1, "not one photo eight times"
