"""Scripts in every text of a city, looked at in a browser: nothing runs, nothing is built into a page (issue 4: XSS).

A served demo city whose every typed text attacks (`poison.py`). On each page: no dialog, no element of the attack, no
script that ran, no violation of the content policy (a policy that has to step in is a hole already)."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attacks.poison import MARK
from tests.browsing import CHROMIUM, left
from tests.journeys.conftest import ROOT, housed
from tests.journeys.desk import Desk, until

__all__ = ["left"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no chromium: name it by CITYGRID_CHROMIUM"),
]
WATCH = """
window.cgViolations = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.cgViolations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber} ${e.sample}`));
"""
QUIET = """async () => {
  do await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
  while (document.querySelector('.htmx-request'));
}"""
"""Until the parts of a page that come by themselves are there."""
BUILT = """[...document.querySelectorAll('.xss, [onerror], [onload], [onclick], a[href^="javascript:" i]')]
.map((one) => one.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:

    base = os.environ.get("DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/citygrid")
    with housed(base, tmp_path_factory.mktemp("poisoned"), ["shell", "-c", LIFE]) as house:
        yield house.address


class Watched:
    """Somebody at a desk in whose browser every attack is noticed."""

    def __init__(self, browser: Browser, site: str, login: str) -> None:
        self.page: Page = _desk(browser, site, login)
        self.site, self.found, self.shown = site, list[str](), set[str]()
        self.page.on("dialog", lambda dialog: (self.found.append(f"dialog at {self.page.url}"), dialog.dismiss()))
        self.page.add_init_script(WATCH)

    def visit(self, address: str) -> None:
        self.page.goto(self.site + address, wait_until="load")
        self.page.evaluate(QUIET)
        self.look(address)

    def look(self, what: str) -> None:
        found: list[str] = self.page.evaluate(BUILT)
        violations: list[str] = self.page.evaluate("window.cgViolations ?? []")
        self.found += [f"{what}: {one}" for one in [*found, *violations]]
        if MARK in self.page.content().replace("&quot;", '"'):
            self.shown.add(what)

    def links(self, pattern: str, most: int) -> list[str]:
        hrefs: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"
        )
        return [one for one in dict.fromkeys(hrefs) if re.fullmatch(pattern, one)][:most]

    def clean(self, *must_show: str) -> None:
        """Nothing ran; and the attack really stood on these pages."""
        assert not self.found, "\n".join(self.found)
        missing = [one for one in must_show if one not in self.shown]
        assert not missing, f"not shown on {missing}, only on {sorted(self.shown)}"


def _desk(browser: Browser, site: str, login: str) -> Any:
    return Desk(browser, site, login, locale="en").page


LIFE = f"""
import sys
from django.core.management import call_command
sys.path.insert(0, {str(ROOT)!r})
from tests.attacks.poison import run
call_command("load_demo", "--only", "--all", "--days", "10", "--total", "60")
run()
"""
"""Some days of the city, then every text of it is the attacker's."""
UUID = r"[0-9a-f-]{36}"


def test_a_leader_looks_at_cases_and_numbers(browser: Browser, city: str) -> None:
    watched = Watched(browser, city, "leader1")
    for address in (
        "/",
        "/cases/",
        "/cases/?q=class",
        "/evaluation/",
        "/organization/",
        "/organization/roles/",
        "/keys/",
        "/posts/",
    ):
        watched.visit(address)
    watched.visit("/cases/")
    cases = watched.links(rf"/cases/{UUID}/", 4)
    assert cases
    for case in cases:
        watched.visit(case)
    watched.visit("/evaluation/?by=unit")
    for number in watched.links(r"/evaluation/[a-z_]+/\?.*", 2):
        watched.visit(number.replace("&amp;", "&"))
    watched.clean("/cases/", cases[0], "/organization/", "/")


def test_a_call_taker_searches_picks_and_fills_in(browser: Browser, city: str) -> None:
    watched = Watched(browser, city, "calltaker1")
    for address in (
        "/",
        "/pick/case/?words=xss",
        "/pick/class/?words=a",
        "/pick/component/?words=xss",
        "/cases/new/log_call/",
        "/geocoding/?q=xss",
        "/geocoding/?q=%22%3E%3Cimg+src%3Dx+class%3Dxss+onerror%3Dalert(1)%3E",
        "/cases/?q=%3Cscript+class%3Dxss%3E",
        "/sign-in/?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/nothing/%3Cscript%20class=xss%3E",
    ):
        watched.visit(address)
    watched.visit("/")
    for case in watched.links(rf"/cases/{UUID}/", 2):
        watched.visit(case)
        acts: list[str] = watched.page.evaluate(
            "[...document.querySelectorAll('[hx-get*=\"/acts/\"]')].map((b) => b.getAttribute('hx-get'))"
        )
        for act in acts[:4]:
            watched.visit(act)
    watched.clean("/")


def test_a_steward_looks_at_base_data_places_and_layers(browser: Browser, city: str) -> None:
    watched = Watched(browser, city, "steward1")
    for address in (
        "/basedata/",
        "/basedata/components/",
        "/basedata/components/?q=xss",
        "/basedata/surveys/",
        "/basedata/registers/",
        "/basedata/requests/",
        "/basedata/areas/",
        "/basedata/areas/plans/",
        "/basedata/areas/duty/",
        "/basedata/areas/service/",
        "/basedata/areas/topology/",
        "/geocoding/places/",
        "/geocoding/files/",
        "/maps/manage/",
        "/maps/manage/layers/poison/",
        "/ogc/collections?f=html",
        "/ogc/collections/poison?f=html",
        "/ogc/collections/poison/items?f=html",
        "/ogc/collections/poison/items/1?f=html",
    ):
        watched.visit(address)
    for lists, pattern in (
        ("/basedata/components/", r"/basedata/components/[0-9A-Za-z]+/"),
        ("/basedata/surveys/", rf"/basedata/surveys/{UUID}/"),
        ("/basedata/registers/", r"/basedata/registers/[a-z0-9_-]+/"),
        ("/geocoding/places/", r"/geocoding/places/[^/]+/"),
        ("/basedata/areas/", r"/basedata/areas/[a-z_]+/\d+/"),
    ):
        watched.visit(lists)
        for one in watched.links(pattern, 2):
            watched.visit(one)
    watched.clean(
        "/maps/manage/", "/maps/manage/layers/poison/", "/ogc/collections/poison/items?f=html", "/basedata/areas/"
    )


def test_the_three_administrators_look_at_people_and_the_audit(browser: Browser, city: str) -> None:
    for login, addresses in (
        ("admin1", ("/people/", "/people/1/", "/people/2/")),
        ("auditor1", ("/audit/", "/people/", "/audit/?subject=case")),
    ):
        watched = Watched(browser, city, login)
        for address in addresses:
            watched.visit(address)
        watched.clean(addresses[0])


DEBUG = "document.querySelector('[data-map]').citygrid.debug()"


def test_the_map_shows_names_as_names(browser: Browser, city: str) -> None:
    """The list of layers, credits, labels, the card of a feature, what is read out, the print."""
    watched = Watched(browser, city, "steward1")
    watched.visit("/maps/#map=16/31.23450/121.49150")
    page = watched.page
    expect(page.locator("[data-map-drawn]")).to_be_visible()
    until(page, f"({DEBUG}.layers.poison ?? 0) > 0")
    watched.look("map drawn")
    page.locator("#city-map").focus()
    for step in range(3):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.wait_for_timeout(400)
        watched.look(f"card {step}")
    assert page.locator(".cg-mapcard").count()
    page.emulate_media(media="print")
    watched.look("print")
    watched.clean("map drawn", "card 2")
