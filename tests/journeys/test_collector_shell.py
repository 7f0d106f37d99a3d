"""The app as a phone has it: small and quick on a bad line, whole without one, its queue never lost, never sent
twice (issue 6: installable, offline, 10 s at 400 kbit/s, 1.5 s offline, 400 KB)."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.desk import PASSWORD, until

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
LINE = {"offline": False, "latency": 150, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
WATCH = """window.sent = [];
const asked = window.fetch;
window.fetch = (address, options) => {
  if (String(address).endsWith("/collection/sync")) {
    window.sent.push(...JSON.parse(options.body).entries.map((one) => one.id));
  }
  return asked(address, options);
};"""
"""Notes the entries that a window sends."""
READY = """new MutationObserver((_changes, watch) => {
  if (!document.querySelector("#bar a")) return;
  window.ready_at = performance.now();
  watch.disconnect();
}).observe(document, { childList: true, subtree: true });"""
"""Milliseconds from the start to the first screen, by the page's own clock."""
PATIENCE = 60_000
"""Milliseconds: of the machine that runs this, not of the app."""
UNKNOWN = "collector.outbox.add({kind: 'no_such_kind', data: {n: %d}})"
STATES = "collector.outbox.all().then((all) => all.map((one) => one.state).sort())"


def phone(browser: Browser, site: str) -> BrowserContext:
    place = {"latitude": 31.245, "longitude": 121.4835, "accuracy": 12}
    context = browser.new_context(
        base_url=site, viewport={"width": 390, "height": 844}, locale="zh-CN", user_agent=PHONE, has_touch=True,
        geolocation=place, permissions=["geolocation"],
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    return context


def sign_in(page: Page, login: str) -> None:
    page.goto("/sign-in/?next=/collector/")
    page.fill("#id_username", login)
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    ready(page)


def ready(page: Page) -> None:
    expect(page.locator("#bar a").first).to_be_visible(timeout=PATIENCE)


def pick(page: Page, label: str) -> None:
    page.get_by_role("radio", name=label, exact=True).check()


def installed(page: Page) -> None:
    page.evaluate("navigator.serviceWorker.ready")
    until(page, "navigator.serviceWorker.controller !== null")


def wait_for(page: Page, expression: str, wanted: object) -> None:
    """Until what the promise gives is the wanted."""
    until = time.monotonic() + PATIENCE / 1000
    while (now := page.evaluate(expression)) != wanted:
        assert time.monotonic() < until, now
        page.wait_for_timeout(100)


@pytest.fixture(scope="module")
def used(browser: Browser, site: str) -> Iterator[Page]:
    """A phone on which collector1 signed in once and the app is installed."""
    context = phone(browser, site)
    context.add_init_script(READY)
    page = context.new_page()
    sign_in(page, "collector1")
    installed(page)
    yield page
    context.close()


def test_the_first_visit_is_small(browser: Browser, site: str) -> None:
    """What comes before any map is 400 KB: eight seconds on the bad line."""
    _, sizes = first_visit(browser, site, bad=False)
    assert len(sizes) > 20 and sum(sizes.values()) < 400_000, sum(sizes.values())


@pytest.mark.long  # seconds, of a machine that has nothing else to do
def test_the_first_visit_on_a_bad_line_is_usable_in_ten_seconds_the_next_without_one_at_once(
    browser: Browser, site: str, used: Page
) -> None:
    seconds, _ = first_visit(browser, site, bad=True)
    assert seconds < 10
    used.context.set_offline(True)
    try:
        used.goto("/collector/")
        ready(used)
        assert used.evaluate("window.ready_at") < 1500
    finally:
        used.context.set_offline(False)


def first_visit(browser: Browser, site: str, *, bad: bool) -> tuple[float, dict[str, float]]:
    """Seconds until the first screen stands and the classes are there; bytes by address, before any map. `bad`: on the
    bad line."""
    context = phone(browser, site)
    page = context.new_page()
    page.goto("/sign-in/?next=/collection/my-findings/")  # a session, nothing of the app yet
    page.fill("#id_username", "collector3")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/my-findings/")
    page.goto("about:blank")
    line, sizes = context.new_cdp_session(page), dict[str, float]()
    asked: dict[str, str] = {}
    line.send("Network.enable")
    line.send("Network.clearBrowserCache")
    line.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event["request"]["url"]}))
    line.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    if bad:
        line.send("Network.emulateNetworkConditions", LINE)
    begin = time.monotonic()
    page.goto("/collector/", wait_until="commit")
    ready(page)
    wait_for(page, "collector.pack.get('classes').then((classes) => classes !== null)", True)
    seconds = time.monotonic() - begin
    before_map = {
        asked[one]: size for one, size in sizes.items() if not re.search(r"/ogc/|/vendor/ol/", asked.get(one, ""))
    }
    context.close()
    return seconds, before_map


def test_it_starts_without_a_network_and_opens_every_door(used: Page) -> None:
    used.context.set_offline(True)
    try:
        used.goto("/collector/")
        ready(used)
        expect(used.locator("#top")).to_contain_text("离线")
        for door in used.locator("#bar a").all():
            door.click()
            expect(used.locator("#main .screen > *").first).to_be_visible()
            assert "页面无法显示" not in used.locator("#main").inner_text()
        for path in ("settings", "help", "queue"):
            used.evaluate(f"location.hash = '#/{path}'")
            expect(used.locator("#top h1")).not_to_be_empty()
    finally:
        used.context.set_offline(False)


def test_words_and_look_are_chosen_on_the_device(used: Page) -> None:
    used.goto("/collector/#/settings")
    pick(used, "English")
    expect(used.locator("#top h1")).to_have_text("Settings")
    pick(used, "At night")
    pick(used, "Large text")
    used.reload()
    expect(used.locator("#top h1")).to_have_text("Settings")
    root = used.locator("html")
    for name, value in (("data-tone", "night"), ("data-large", "yes"), ("lang", "en")):
        expect(root).to_have_attribute(name, value)
    wait_for(used, "fetch('/api/v1/collection/session').then((a) => a.json()).then((a) => a.language)", "en")
    pick(used, "简体中文")
    pick(used, "跟随手机")
    pick(used, "标准")
    expect(used.locator("#top h1")).to_have_text("设置")


def test_two_windows_send_each_entry_once_and_what_is_refused_says_why(used: Page) -> None:
    context = used.context
    context.add_init_script(WATCH)
    used.goto("/collector/#/queue")
    used.reload()
    ready(used)
    other = context.new_page()
    other.goto("/collector/#/queue")
    ready(other)
    context.set_offline(True)
    for number in range(3):
        used.evaluate(UNKNOWN % number)
        other.evaluate(UNKNOWN % (10 + number))
    expect(other.locator("#top")).to_contain_text("6 条待发")
    context.set_offline(False)
    for page in (used, other):
        page.evaluate("collector.outbox.wake()")
    wait_for(other, STATES, ["refused"] * 6)
    sent = [one for page in (used, other) for one in page.evaluate("window.sent")]
    assert len(sent) == len(set(sent)) == 6
    card = other.locator("li[data-state=refused]").first
    expect(card.locator(".why")).to_contain_text("no_such_kind")
    card.get_by_role("button", name="搁置").click()
    other.locator("dialog .button.bad").click()
    expect(other.locator("dialog textarea")).to_have_attribute("aria-invalid", "true")
    other.locator("dialog textarea").fill("重复")
    other.locator("dialog .button.bad").click()
    expect(other.locator("li[data-state=away]")).to_contain_text("重复")
    before = other.locator("li[data-state=refused]").first.get_attribute("data-entry")
    other.locator("li[data-state=refused]").first.get_by_role("button", name="重新发送").click()
    expect(other.locator(f'li[data-entry="{before}"]')).to_have_count(0)
    wait_for(other, STATES, ["away", *["refused"] * 5])
    for entry in other.evaluate(
        "collector.outbox.all().then((all) => all.filter((e) => e.state === 'refused').map((e) => e.id))"
    ):
        other.evaluate(f"collector.outbox.putAway('{entry}', '练习')")
    other.close()


def test_a_session_that_ended_keeps_the_queue_for_its_owner(used: Page) -> None:
    context = used.context
    used.goto("/collector/#/queue")
    ready(used)
    context.clear_cookies()
    used.evaluate(UNKNOWN % 20)
    expect(used.locator(".banner.warn")).to_contain_text("登录")
    assert used.evaluate(STATES).count("queued") == 1
    # Somebody else takes the same phone: nothing goes out in their name.
    sign_in(used, "teamlead1")
    used.goto("/collector/#/queue")
    expect(used.locator("p.banner")).to_contain_text("1 条尚未发送")
    used.evaluate("collector.outbox.wake()")
    assert used.evaluate(STATES) == []
    context.clear_cookies()


def test_an_old_queue_is_opened_by_the_new_version_and_sent(browser: Browser, site: str) -> None:
    context = phone(browser, site)
    page = context.new_page()
    sign_in(page, "teamlead1")
    who = page.evaluate("collector.people.who()")
    page.goto("/sign-in/")  # out of the app's scope: its windows are closed
    page.evaluate(OLD, who)
    page.goto("/collector/#/queue")
    wait_for(page, STATES, ["refused"])
    expect(page.locator("li[data-entry]")).to_contain_text("旧版本的上报")
    context.close()


OLD = """async (who) => {
  await new Promise((done) => { indexedDB.deleteDatabase("citygrid-collector").onsuccess = done; });
  const db = await new Promise((done) => {
    const asked = indexedDB.open("citygrid-collector", 1);
    asked.onupgradeneeded = () => {
      const db = asked.result;
      db.createObjectStore("queue", { keyPath: "id" }).createIndex("order", ["owner", "seq"]);
      db.createObjectStore("files", { keyPath: "id" }).createIndex("entry", "entry");
      db.createObjectStore("blobs", { keyPath: "id" });
      db.createObjectStore("drafts", { keyPath: "id" }).createIndex("owner", ["owner", "screen", "changed_at"]);
      db.createObjectStore("pack", { keyPath: ["owner", "section"] });
      db.createObjectStore("fixes", { keyPath: ["owner", "at"] });
      db.createObjectStore("kept");
    };
    asked.onsuccess = () => done(asked.result);
  });
  const change = db.transaction(["queue", "kept"], "readwrite");
  change.objectStore("queue").put({
    id: crypto.randomUUID(), seq: 1, owner: who.key, owner_name: "", kind: "no_such_kind", data: {},
    files: [], after: [],
    shown: { title: "旧版本的上报" }, made_at: Date.now(), state: "sending", code: "",
    message: "", params: {}, facts: {}, tries: 0, next_at: 0,
  });
  change.objectStore("kept").put(who, "who");
  await new Promise((done) => { change.oncomplete = done; });
  db.close();
}"""


FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...more) {
    if (value?.blob?.size > 1_000_000) throw new DOMException("full", "QuotaExceededError");
    return put.call(this, value, ...more);
  };
}"""
"""A device without room: as the browser says it, whatever is really free here."""


def test_a_full_phone_says_so_when_the_photo_is_taken(browser: Browser, site: str) -> None:
    context = phone(browser, site)
    page = context.new_page()
    sign_in(page, "teamlead1")
    page.evaluate(FULL)
    take = """(size) => {
      const blob = new Blob([crypto.getRandomValues(new Uint8Array(65536)), new Uint8Array(size)]);
      return collector.files.take(blob).then(() => 'kept', (error) => error.message);
    }"""
    assert page.evaluate(take, 1000) == "kept"
    assert "存储空间不足" in page.evaluate(take, 8_000_000)
    assert page.evaluate(take, 1000) == "kept", "what fits is still taken"
    context.close()
