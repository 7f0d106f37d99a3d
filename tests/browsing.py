"""One browser for a whole run of the journeys, and contexts that are used again.

A browser that starts, a context that is new, a password that is typed: each has every style and script read, compiled
and drawn from the beginning, ten times what a page takes later. So the browser stays, and so do the contexts of desks
(`Contexts`): swept in between, they forget the person, not the compiled scripts. A phone has a context of its own.
"""

import asyncio
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Cookie, Page, Playwright, ViewportSize

CHROMIUM = os.environ.get("CITYGRID_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
# Drawn without a stand-in for a graphics card; pages of one context share a process, and with it what is compiled.
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--in-process-gpu", "--process-per-site"]
NOT_WANTED = ["--enable-unsafe-swiftshader"]
WARM, NOTHING = "/kept-warm/", "<!doctype html><link rel=icon href='data:,'>"
"""A page that stays open, for the process of a context ends with its last one. The server is not asked for it, nor for
its icon: its answer to somebody unknown brings a token, and the form of a page that came before would not fit it."""
STORED = "local_storage,indexeddb,service_workers,cache_storage"
Look = tuple[int, int, str]
"""Width, height, language."""


class Contexts:
    """The contexts of desks in one browser: taken by a desk, swept and given back when its test is over."""

    def __init__(self, browser: "Browser") -> None:
        self.browser = browser
        self.idle: dict[Look, list[BrowserContext]] = defaultdict(list)
        self.taken: dict[BrowserContext, tuple[Look, str, bool]] = {}
        self.warm: dict[BrowserContext, Page] = {}
        self.cookies: dict[tuple[str, ...], list[Cookie]] = {}

    def take(self, site: str, look: Look, stays: bool = False) -> "BrowserContext":
        """One that knows nobody. `stays`: until its module is over, not only its test."""
        if self.idle[look]:
            context = self.idle[look].pop()
        else:
            width, height, locale = look
            size: ViewportSize = {"width": width, "height": height}
            context = self.browser.new_context(viewport=size, locale=locale, reduced_motion="reduce")
            self.warm[context] = context.new_page()
            self.warm[context].route(site + WARM, lambda route: route.fulfill(body=NOTHING, content_type="text/html"))
            self.warm[context].goto(site + WARM)
        self.taken[context] = (look, site, stays)
        return context

    def give_back(self, context: "BrowserContext") -> None:
        """Without its pages and all that they left."""
        look, site, _ = self.taken.pop(context)
        try:
            self._sweep(context, site)
        except Exception:  # one that cannot be swept is not used again
            with suppress(Exception):
                context.close()
            return
        self.idle[look].append(context)

    def _sweep(self, context: "BrowserContext", site: str) -> None:
        for page in context.pages:
            if page is not self.warm[context]:
                page.close()
        context.clear_permissions()
        context.clear_cookies()
        line = context.new_cdp_session(self.warm[context])
        line.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": STORED})
        line.detach()

    def there(self) -> frozenset["BrowserContext"]:
        """What somebody has open."""
        return frozenset(self.taken) | {one for one in self.browser.contexts if one not in self.warm}

    def leave(self, but: frozenset["BrowserContext"] = frozenset(), *, staying: bool = False) -> None:
        """What is open ends, `but` some, and those that stay unless these are meant too."""
        for context in self.there() - but:
            if context not in self.taken:
                context.close()
            elif staying or not self.taken[context][2]:
                self.give_back(context)


POOLS: dict["Browser", Contexts] = {}
Driver = tuple["Playwright", asyncio.AbstractEventLoop]


def contexts(browser: "Browser") -> Contexts:
    """Of that browser."""
    if browser not in POOLS:
        POOLS[browser] = Contexts(browser)
    return POOLS[browser]


@contextmanager
def seen(driver: Driver) -> Iterator["Playwright"]:
    """Playwright's event loop runs in this thread from its start to its end. While no browser is used it is not to be
    seen: other tests use the database then, and Django refuses that where a loop runs."""
    asyncio._set_running_loop(driver[1])
    try:
        yield driver[0]
    finally:
        asyncio._set_running_loop(None)


@contextmanager
def launched(driver: Driver, *args: str) -> Iterator["Browser"]:
    """A browser; `args`: more of them."""
    with seen(driver) as playwright:
        one = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGS, *args], ignore_default_args=NOT_WANTED
        )  # fmt: skip
    try:
        yield one
    finally:
        with seen(driver):
            POOLS.pop(one, None)
            one.close()


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Playwright, for all browsers of the run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        one = playwright, asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield one
        asyncio._set_running_loop(one[1])


@pytest.fixture(scope="session")
def chromium(driver: Driver) -> Iterator["Browser"]:
    with launched(driver) as one:
        yield one


@pytest.fixture(scope="module")
def browser(driver: Driver, chromium: "Browser") -> Iterator["Browser"]:
    """Of the whole run; what a module opened ends with it."""
    with seen(driver):
        yield chromium
        contexts(chromium).leave(staying=True)


@pytest.fixture(autouse=True)
def left(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test opened ends with it: an open page asks and draws on."""
    if "browser" not in request.fixturenames:
        yield
        return
    known = contexts(request.getfixturevalue("browser"))
    before = known.there()
    yield
    known.leave(before)
