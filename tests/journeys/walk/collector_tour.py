"""Every screen of the collector's app, one after the other, on one phone: `tour(phone, stage)` yields the name of each
stop when it stands there. What is asked of each stop: `wrong(page)`; how it looks: LOOKS."""

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.desk import PATIENCE, until

SLOW = PATIENCE
GARBAGE = "gbt30428.2:event:0110"
CARDS = "collector.pack.get('cards').then((found) => Object.keys(found?.rows ?? {}))"
LOOKS: dict[str, tuple[str, str, str]] = {
    "day": ("day", "no", ""), "night": ("night", "no", ""), "large": ("day", "yes", ""),
    "double": ("day", "no", "200%"),
}  # fmt: skip
"""Name -> tone, large text, size of the browser's own text."""
LOOK = """([tone, large, size]) => { const root = document.documentElement;
  root.dataset.tone = tone; root.dataset.large = large; root.style.fontSize = size; scrollTo(0, 0); }"""
WRONG = """() => {
  const told = [], shown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length;
  const words = (one) => (one.getAttribute('aria-label') || one.innerText || one.name || one.tagName).trim()
    .slice(0, 40);
  const page = document.documentElement, open = document.querySelector('dialog[open]');
  if (page.scrollWidth > innerWidth + 1) {
    const wide = [...document.querySelectorAll('body *')].filter((one) => shown(one)
      && one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.states, .tk-photos'));
    told.push(`wider than the phone: ${page.scrollWidth}: ${wide.slice(0, 3).map(one => one.outerHTML.slice(0, 60))}`);
  }
  for (const one of document.querySelectorAll('button, a[href], input, select, textarea, summary, [role=button]')) {
    if (!shown(one) || (open && !open.contains(one)) || one.closest('.ol-control')) continue;
    const label = one.matches('input') ? one.closest('label') : null;
    const box = (label ?? one).getBoundingClientRect();
    const more = getComputedStyle(one, '::after');
    const [high, wide] = [parseFloat(more.height) || 0, Math.max(parseFloat(more.width) || 0, box.width)];
    if (box.width < 2 || box.height < 2) continue;
    if (Math.max(box.height, high) < 47.5 || wide < 47.5)
      told.push(`small: ${words(one)} ${Math.round(wide)}x${Math.round(box.height)}`);
  }
  for (const one of document.querySelectorAll('button, a[href], h1, .badge, .state, .note, label > span')) {
    if (!shown(one) || one.closest('.sr') || one.matches('.sr')) continue;
    if (one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== 'visible')
      told.push(`cut: ${words(one)}`);
  }
  const notes = [...document.querySelectorAll('#said .note')].map((one) => one.getBoundingClientRect());
  const act = !open && document.querySelector('#main .foot .button.main');
  if (act && shown(act)) {
    const box = act.getBoundingClientRect(), bar = document.querySelector('#bar').getBoundingClientRect();
    if (box.bottom > bar.top + 1 || box.top < 0) told.push(`main act not above the bar: ${words(act)}`);
    if (notes.some((one) => one.bottom > box.top + 1 && one.top < box.bottom - 1))
      told.push(`a note covers the main act: ${words(act)}`);
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (!act.contains(top)) told.push(`main act is covered: ${words(act)}`);
  }
  return [...new Set(told)];
}"""
"""Wider than the phone, targets under 48 px, words that are cut, a main act that is not in sight."""
BORDER = """async (classId) => {
  const {sides} = await import(document.querySelector('script[type=module]').src
    .replace(/app\\.js.*/, 'screens/border/sides.js'));
  const owners = await collector.pack.get('owners'), grids = await collector.pack.get('grids');
  for (const duty of grids) for (const unit of duty.units) {
    const place = {lon: unit.centre[0], lat: unit.centre[1]};
    const ring = (unit.shape.type === 'Polygon' ? unit.shape.coordinates : unit.shape.coordinates[0])[0];
    for (const [lon, lat] of ring) {
      const spot = {lon: place.lon + (lon - place.lon) * 0.99, lat: place.lat + (lat - place.lat) * 0.99};
      if (sides(spot, 40, classId, owners).length > 1) return [spot.lon, spot.lat];
    }
  }
  return null;
}"""
FULL = "navigator.storage.estimate = async () => ({usage: 95, quota: 100})"


class Tourist:
    """A phone on which somebody walks through the screens."""

    def __init__(self, context: BrowserContext, site: str, place: list[float]) -> None:
        self.context, self.site = context, site
        context.set_default_timeout(SLOW)
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.stand(place)

    def stand(self, place: list[float], accuracy: float = 8) -> None:
        self.context.set_geolocation({"longitude": place[0], "latitude": place[1], "accuracy": accuracy})

    def sign_in(self, login: str, password: str) -> None:
        self.page.goto(f"{self.site}/sign-in/?next=/collector/")
        self.page.fill("#id_username", login)
        self.page.fill("#id_password", password)
        self.page.click("main button")
        expect(self.page.locator("#bar a").first).to_be_visible(timeout=SLOW)
        until(self.page, "() => collector.pack.get('owners').then((one) => one !== null)", patience=SLOW)

    def open(self, path: str) -> None:
        """A screen from its beginning, also when it is the one that is open."""
        self.page.evaluate("path => { location.hash = `#/${path}` }", path)
        until(self.page, "path => location.hash === `#/${path}`", path)
        expect(self.page.locator("#main .screen > *").first).to_be_visible()

    def see(self, selector: str, text: str | None = None) -> Any:
        found = self.page.locator(selector, has_text=text).first
        expect(found).to_be_visible(timeout=SLOW)
        return found

    def tap(self, selector: str, text: str | None = None) -> None:
        self.see(selector, text).tap()

    def lens(self) -> None:
        """Until the lens shows something."""
        until(self.page, "() => document.querySelector('.camera video')?.videoWidth > 0", patience=SLOW)

    def shoot(self) -> None:
        """A photo through the lens in the page."""
        self.lens()
        self.tap(".shutter")
        self.see(".strip img[src^='blob:']")

    def choose(self, class_id: str) -> None:
        """A class by its name."""
        named = "id => collector.pack.get('classes').then((all) => all.find((one) => one.id === id).name)"
        name = self.page.evaluate(named, class_id)
        self.page.locator(".rp-find input").fill(name)
        self.tap(".rp-chip >> nth=0")

    def dismiss(self) -> None:
        """The question on the screen is answered with Escape."""
        self.page.keyboard.press("Escape")
        expect(self.page.locator("dialog[open]")).to_have_count(0)


def wrong(page: Page) -> list[str]:
    """What nobody should be shown: see WRONG."""
    found: list[str] = page.evaluate(WRONG)
    return found


def tour(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    """The stops in their order; the caller looks at each. Leaves a queue that nobody sends."""
    for part in (_reporting, _tasks, _components, _patrol, _me, _around):
        yield from part(phone, stage)


def _reporting(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    phone.open("report")
    phone.lens()
    yield "report-camera"
    phone.tap("[data-send]")
    phone.see("[data-lacks]")
    yield "report-lacks"
    phone.shoot()
    phone.see(".rp-place")
    yield "report-class"
    phone.tap(".rp-find button")
    phone.see(".rp-all")
    yield "report-all-classes"
    phone.tap(".rp-find button")
    phone.page.locator(".rp-find input").fill("垃圾")
    phone.see(".rp-chip")
    yield "report-search"
    phone.choose(GARBAGE)
    phone.page.locator(".rp-more textarea").fill("路边有一堆垃圾，约两立方米，挡住半个人行道。")
    phone.page.locator(".rp-more input[maxlength]").first.fill("滨江路 6 号对面")
    yield "report-ready"
    phone.tap("[data-move]")
    phone.tap(".rp-steps button >> nth=3")
    phone.see(".rp-goal")
    phone.see(".rp-mover").scroll_into_view_if_needed()
    yield "report-move"
    phone.tap(".rp-mover .row .button >> nth=0")
    phone.tap(".rp-mover .row .button >> nth=1")
    phone.tap(".rp-more .button >> nth=0")
    phone.see(".rp-more .button.bad", "1").tap()
    phone.see("audio[src^='blob:']").scroll_into_view_if_needed()
    yield "report-voice"
    phone.tap("[data-send]")
    phone.see("dialog.ask")
    yield "report-duplicates"
    phone.dismiss()
    spot = phone.page.evaluate(BORDER, GARBAGE)
    assert spot, "the demo city has a border in the collector's grids"
    phone.open("tasks")
    phone.stand(spot, 40)
    phone.open("report")
    phone.shoot()
    phone.see(".rp-drafts summary").tap()
    yield "report-drafts"
    phone.choose(GARBAGE)
    phone.tap("[data-send]")
    phone.see("dialog[open]")
    if phone.page.locator("dialog.ask").count():
        phone.tap("dialog.ask button[value=another]")
    phone.see("dialog.border-ask")
    yield "report-border"
    phone.tap(".border-unsure")
    until(phone.page, "() => collector.outbox.all().then((all) => all.some((one) => one.kind === 'report'))")
    phone.open("tasks")
    phone.open("report")
    phone.shoot()
    phone.choose(GARBAGE)
    phone.tap("[data-send]")
    phone.see("dialog.ask .near img")
    yield "report-duplicates-own"
    phone.dismiss()
    phone.stand(stage["place"])
    phone.open("report/self")
    phone.shoot()
    yield "report-self"


def _tasks(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    phone.open("tasks")
    phone.see("[data-tasks] li")
    yield "tasks"
    for name, case in (("verify", stage["cases"]["1"]), ("check", stage["cases"]["2"])):
        phone.open("tasks")
        phone.tap(f"[data-tasks] a[href*='{case}']")
        phone.see("[data-fields]")
        yield f"task-{name}"
        phone.tap(".rp-add")
        phone.lens()
        phone.see(".camera").scroll_into_view_if_needed()
        if name == "check":
            phone.see(".camera-ghost")
            yield "task-ghost"
        phone.tap(".shutter")
        phone.see(".strip img[src^='blob:']")
        phone.tap("[data-send]")
        phone.see("[data-lacks]")
        yield f"task-{name}-lacks"
    survey, (spot, item) = stage["survey"], stage["spot"]
    for name, path in (("surveys", "surveys"), ("survey", f"surveys/{survey}")):
        phone.open(path)
        phone.see("#main .screen a")
        yield name
    phone.tap("[data-open] a")
    phone.see(".foot .button")
    yield "survey-answer"
    phone.open(f"surveys/{spot}/{item}")
    phone.see(".foot .button")
    yield "spot-answer"


def _components(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    phone.open("components")
    phone.see(".foot")
    yield "components"
    phone.tap("[data-scan]")
    phone.see("video.sv-scan")
    yield "components-scan"
    phone.tap("#main .card .button.plain")
    until(phone.page, f"{CARDS}.then((codes) => codes.length > 0)")
    code = phone.page.evaluate(f"{CARDS}.then((codes) => codes[0])")
    phone.open(f"components/{code}")
    phone.see("[data-card]")
    yield "component"
    for kind in ("attributes", "missing", "move"):
        phone.open(f"components/{code}/change?kind={kind}")
        phone.see(".foot .button.main")
        yield f"component-{kind}"
    phone.open("components/0000000000000000")
    phone.see(".empty")
    yield "component-unknown"
    phone.open("components/new/change")
    phone.tap(".foot .button.main")
    phone.see("[data-lacks]")
    yield "component-new"


def _patrol(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    phone.open("patrol")
    phone.see(".foot .button.main")
    yield "patrol-before"
    phone.tap(".foot .button.main")
    phone.see(".patrol-map")
    lon, lat = stage["place"]
    for step in range(1, 4):
        phone.stand([lon + step * 2e-4, lat + step * 1e-4])
    yield "patrol-walking"
    phone.tap("#main .button.plain", "日志" if _chinese(phone) else "log")
    phone.page.locator("dialog textarea").fill("滨江路一段下午积水，已上报。")
    yield "patrol-log"
    phone.tap("dialog .button.main")
    expect(phone.page.locator("dialog")).to_have_count(0)
    phone.tap(".foot .button.main")
    phone.see("dialog.ask")
    yield "patrol-out"
    phone.tap("dialog .button.main")
    phone.see(".foot .button.main svg use[href$=player-play]")


def _me(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    phone.open("me")
    phone.see("#main nav.list")
    yield "me"
    phone.page.locator("#main input[name=span] >> nth=1").check(force=True)
    yield "me-month"
    phone.tap(".me-call")
    phone.see("[data-act] .button")
    yield "roll-call"
    phone.open("me/leave")
    phone.see(".foot .button.main").tap()
    phone.see("[role=alert]")
    yield "leave-lacks"
    for path in ("me/calls", "me/log", "me/notices", "me/book"):
        phone.open(path)
        yield path.replace("/", "-")


def _around(phone: Tourist, stage: dict[str, Any]) -> Iterator[str]:
    phone.context.set_offline(True)
    phone.page.evaluate("collector.outbox.add({kind: 'no_such_kind', data: {}, shown: {title: '……'}})")
    phone.open("queue")
    phone.see("li[data-state=queued]")
    yield "queue-offline"
    phone.context.set_offline(False)
    phone.page.evaluate("collector.outbox.wake()")
    phone.see("li[data-state=refused]")
    yield "queue"
    phone.tap("li[data-state=refused] .button:last-child")
    phone.see("dialog.ask textarea")
    phone.tap("dialog .button.bad")
    yield "queue-put-away"
    phone.dismiss()
    phone.open("settings")
    phone.see("#main nav.list")
    yield "settings"
    phone.page.evaluate(FULL)
    phone.page.evaluate("collector.room.tidy()")
    phone.see(".banner.warn")
    yield "nearly-full"
    phone.open("help")
    yield "help"
    phone.open("nowhere")
    phone.see(".empty")
    yield "missing"


def blocked(phone: Tourist, block: Callable[[], object]) -> Iterator[str]:
    """The phone was blocked: its session has ended, what waits is kept; then nobody is known on it."""
    block()
    phone.page.evaluate("collector.outbox.wake()")
    phone.open("queue")
    phone.see("#banners .banner.warn")
    yield "blocked"
    phone.context.clear_cookies()
    phone.page.evaluate("collector.people.forget?.()")
    phone.open("sign-in")
    phone.see(".empty .button.main")
    yield "sign-in"


def _chinese(phone: Tourist) -> bool:
    return str(phone.page.locator("html").get_attribute("lang")).startswith("zh")
