"""A person at a desk in the browser: signs in on a post, opens a case, takes acts by their forms."""

import io
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image
from playwright.sync_api import Browser, Error, Locator, Page, expect

from tests.browsing import contexts

PATIENCE = 60_000
"""Milliseconds: of the machine that runs this, not of the pages."""
PASSWORD = "citygrid-demo"
"""Of the demo accounts (demo.toml of the demo city)."""
WIDE = (1366, 768)


def photo() -> dict[str, object]:
    """A picture that was never sent before."""
    picture = Image.effect_noise((320, 240), random.randint(20, 90)).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def ready(page: Page) -> None:
    """The page that came by a click or a key has its scripts: before that a key does nothing, as for a person who is
    quicker than the page. (`goto` and `reload` wait by themselves.)"""
    page.wait_for_load_state("load")


def until(page: Page, expression: str, arg: object = None, patience: int = PATIENCE) -> None:
    """Until the expression, a promise's end too, is true. (Playwright's own `wait_for_function` does not wait for the
    end of a promise: a promise is true to it.) `patience`: milliseconds."""
    end = time.monotonic() + patience / 1000
    while not _holds(page, expression, arg):
        assert time.monotonic() < end, f"not within {patience / 1000:.0f} s: {expression}"
        page.wait_for_timeout(100)


def _holds(page: Page, expression: str, arg: object) -> bool:
    try:
        return bool(page.evaluate(expression, arg))
    except Error as error:
        if any(words in error.message for words in COMING):
            return False
        raise


COMING = ("context was destroyed", "Cannot find context", "because of a navigation")
"""Words of the browser that say: the next page is coming."""


class Desk:
    """`Desk(browser, site, "calltaker1", "市中心受理岗")`; the post is named when the account holds several."""

    def __init__(
        self, browser: Browser, site: str, login: str, post: str = "", locale: str = "zh-CN", stays: bool = False
    ) -> None:
        """`stays`: until the module is over, not only the test."""
        self.site, self.known = site, contexts(browser)
        context = self.known.take(site, (*WIDE, locale), stays)
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._come_in(login, post, locale)
        expect(self.page.locator(".cg-who")).to_be_visible()
        ready(self.page)

    def _come_in(self, login: str, post: str, locale: str) -> None:
        """With the password the first time and when the session has ended, as for roles with one device; with the
        session later. (Signing in itself: test_sign_in.py.)"""
        who = (self.site, login, post, locale)
        self.page.context.add_cookies(self.known.cookies.get(who, []))
        self.page.goto(f"{self.site}/" if who in self.known.cookies else f"{self.site}/sign-in/")
        if not self.page.locator("#id_username").count():
            return
        self.page.fill("#id_username", login)
        self.page.fill("#id_password", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("main button")
        if "/posts/" in self.page.url:
            with self.page.expect_navigation():
                self.page.locator("main button", has_text=post).click()
        self.known.cookies[who] = self.page.context.cookies()

    @contextmanager
    def offline(self) -> Iterator[None]:
        """This page alone: whether there is a line is known to a process, and the page that keeps it warm would be the
        first to hear of it."""
        session = self.page.context.new_cdp_session(self.page)
        rates = {"downloadThroughput": -1, "uploadThroughput": -1}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": True, "latency": 0, **rates})
        try:
            yield
        finally:
            session.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, **rates})

    def leave(self) -> None:
        """Before the test is over: for one that looks at the desks of many."""
        self.known.give_back(self.page.context)

    def open(self, case: str) -> None:
        self.page.goto(f"{self.site}/cases/{case}/")

    @property
    def state(self) -> str:
        return self.page.locator(".cg-casehead .cg-state").inner_text()

    def form(self, act: str) -> Locator:
        """Open the form of an act in its dialog."""
        buttons = self.page.locator(f'[hx-get$="/acts/{act}/"] >> visible=true')  # some acts stand in two places
        expect(self.page.locator(f'[hx-get$="/acts/{act}/"]').first).to_be_attached()
        if not buttons.count():
            self.page.locator(".cg-acts .cg-more summary").click()
        buttons.first.click()
        form = self.page.locator(f'form[data-act="{act}"]')
        expect(form).to_be_visible()
        return form

    def send(self, form: Locator) -> None:
        """Send a form. This page is marked, so that `done` waits for the next one."""
        self.page.evaluate("document.body.dataset.before = '1'")
        form.locator(".cg-submit .btn-primary").click()

    def done(self) -> None:
        """The act was taken: the page says so."""
        expect(self.page.locator("body:not([data-before]) .cg-note.success")).to_be_visible()
        ready(self.page)

    def photos(self, form: Locator, name: str = "media", count: int = 1) -> None:
        field = form.locator(f'input[type=file][data-name="{name}"]')
        field.set_input_files([photo() for _ in range(count)])
        expect(form.locator(f'input[type=hidden][name="{name}"]')).to_have_count(count)

    def act(self, case: str, name: str, photos: int = 0, **data: str) -> None:
        """One act from the button to the message. Values: text typed, an option's words, a radio's value."""
        self.open(case)
        form = self.form(name)
        for field, value in data.items():
            fill(form, field, value)
        if photos:
            self.photos(form, count=photos)
        self.send(form)
        self.done()
        assert not self.errors, self.errors

    def report(self, class_words: str, lon: str, lat: str, text: str) -> str:
        """Report a problem from the form; the id of the new case."""
        self.page.goto(f"{self.site}/cases/new/report/")
        form = self.page.locator("form#new")
        self.pick(form, class_words)
        for field, value in (("lon", lon), ("lat", lat), ("text", text), ("address", "世纪大道 1288 号门前")):
            fill(form, field, value)
        self.photos(form, count=2)
        self.send(form)
        self.done()
        found = re.search(r"/cases/([0-9a-f-]{36})/", self.page.url)
        assert found, self.page.url
        return found[1]

    def pick(self, form: Locator, words: str) -> None:
        """Type into the class field and take the first of that name that is offered (others come while one types)."""
        picker = form.locator("[data-picker]:not([data-picker-free])")
        picker.locator("[data-picked-words]").press_sequentially(words)
        picker.locator("[data-pick-value]", has_text=words).first.click()
        expect(picker.locator("[data-picked-value]")).not_to_have_value("")


def fill(form: Locator, field: str, value: str) -> None:
    """By the kind of field that has this name."""
    radio = form.locator(f'input[type=radio][name="{field}"][value="{value}"]')
    if radio.count():
        radio.check()
        return
    select = form.locator(f'select[name="{field}"]')
    if select.count():
        if select.locator(f'option[value="{value}"]').count():
            select.select_option(value=value)
            return
        option = select.locator("option", has_text=value).first
        select.select_option(value=option.get_attribute("value"))
        return
    form.locator(f'[name="{field}"]').fill(value)
