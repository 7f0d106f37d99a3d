"""WCAG 2.2 AA as far as a program can tell (axe-core): every desk in the bar of every kind of post, a case on its way,
its forms, in both languages. It walks the bar, so a new desk is looked at by itself: nothing serious or critical."""

import json
import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.desk import Desk
from tests.journeys.walk.scenes import report
from tests.journeys.walk.stage import Stage

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
# One login for each kind of work; the posts of those who hold several.
POSTS = {
    "calltaker1": "市中心受理岗", "shiftleader1": "", "dispatcher1": "", "collector1": "", "teamlead1": "",
    "office1": "", "commission1": "", "leader1": "", "evaluator1": "", "auditor1": "", "steward1": "", "admin1": "",
    "unit1": "",
}  # fmt: skip
QUICK = ("calltaker1", "dispatcher1", "leader1", "evaluator1", "steward1", "unit1")
"""One of each side and of each large desk; the others' own doors with the long ones."""
LOOK = """([tags, grave]) => {
  const never = axe._audit.rules.filter((one) => one.impact && !grave.includes(one.impact));
  return axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
    rules: Object.fromEntries(never.map((one) => [one.id, {enabled: false}])),
  });
}"""
"""Rules whose every finding is less than grave by their own words are not asked."""
MOST_FORMS = 4
"""Forms of acts that are opened on one case."""


def violations(page: Page) -> list[str]:
    """What axe finds that is grave: rule, how many, the first place."""
    if not page.evaluate("() => 'axe' in window"):
        # The content policy lets no script in but the server's own: the test's one comes by the debugger.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(LOOK, [RULES, GRAVE])
    return [
        f"{one['id']} ({one['impact']}, {len(one['nodes'])}x): {one['nodes'][0]['target']} "
        f"{one['nodes'][0]['html'][:160]} {_why(one['nodes'][0])}"
        for one in found["violations"]
        if one["impact"] in GRAVE
    ]


def _why(node: dict[str, Any]) -> str:
    data = next((check.get("data") for check in node.get("any", ()) if check.get("data")), None)
    return json.dumps(data, ensure_ascii=False)[:200] if isinstance(data, dict) else ""


def doors(page: Page) -> list[str]:
    """Addresses in the bar and its menu, without those that sign out or change the language."""
    found = page.eval_on_selector_all(".cg-bar a[href]", "all => all.map(one => one.getAttribute('href'))")
    return list(dict.fromkeys(one for one in found if one.startswith("/") and not re.search(r"sign-out|logout", one)))


def looked_at(desk: Desk, address: str, told: dict[str, list[str]]) -> None:
    answer = desk.page.goto(f"{desk.site}{address}")
    assert answer is not None and answer.status < 400, (address, answer and answer.status)
    if "html" not in (answer.headers.get("content-type") or ""):
        return
    found = violations(desk.page)
    if found:
        told[address] = found


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Addresses that an earlier post looked at."""
    return set()


def walked(browser: Browser, site: str, login: str, locale: str, seen: set[str]) -> None:
    """Every door in the bar of a post but those seen."""
    desk = Desk(browser, site, login, POSTS[login], locale)
    told: dict[str, list[str]] = {}
    try:
        addresses = doors(desk.page)
        assert len(addresses) >= 2, "the bar has doors"
        for address in addresses:
            if address not in seen:
                looked_at(desk, address, told)
        seen.update(addresses)
    finally:
        desk.leave()
    assert not told, "\n".join(f"{address}: {one}" for address, rows in told.items() for one in rows)


@pytest.mark.parametrize("login", [one if one in QUICK else pytest.param(one, marks=pytest.mark.long) for one in POSTS])
def test_every_desk_by_the_first_post_that_has_it(browser: Browser, site: str, login: str, seen: set[str]) -> None:
    walked(browser, site, login, "zh-CN", seen)


@pytest.mark.long
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("login", POSTS)
def test_every_desk_of_every_post_in_both_languages(browser: Browser, site: str, login: str, locale: str) -> None:
    walked(browser, site, login, locale, set())


@pytest.mark.parametrize("locale", ["zh-CN", pytest.param("en-US", marks=pytest.mark.long)])
def test_a_case_on_its_way_its_forms_and_papers(
    browser: Browser, site: str, stage: Stage, locale: str
) -> None:
    """The case page, the forms of its acts, why it is due then, the checker's page, the closing desk, the dossier."""
    told: dict[str, list[str]] = {}
    case = str(stage.play([report(0, media="photos:2", address="世纪大道 1288 号门前")])["cases"]["1"])
    looked_at(Desk(browser, site, "collector1", "", locale), f"/cases/{case}/", told)
    for login in ("calltaker1", "shiftleader1"):
        desk = Desk(browser, site, login, POSTS[login], locale)
        desk.open(case)
        acts = desk.page.eval_on_selector_all('[hx-get*="/acts/"]', "all => all.map(one => one.getAttribute('hx-get'))")
        for address in (f"/cases/{case}/", *acts[:MOST_FORMS], f"/cases/{case}/due/", f"/cases/{case}/dossier/"):
            looked_at(desk, address, told)
        desk.leave()
    assert not told, "\n".join(f"{address}: {one}" for address, rows in told.items() for one in rows)
