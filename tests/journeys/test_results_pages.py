"""Every page of the results with something on it: WCAG 2.2 AA as far as a program can tell, everything in reach of the
keyboard and seen when it is there, nothing that only a mouse tells; narrow where it is read on a phone (issue 7)."""

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from citygrid.bulletins import urls as bulletins
from citygrid.evaluation import urls as evaluation
from tests.journeys.conftest import House
from tests.journeys.desk import PATIENCE, Desk
from tests.journeys.results_house import with_results
from tests.journeys.test_accessibility import violations
from tests.journeys.walk.results_pages import ELSEWHERE, NO_PAGES, PHONE, Stop, stops

Staged = tuple[House, dict[str, Any]]
WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
PICTURES = os.environ.get("CITYGRID_SCREENSHOTS", "")

KEYBOARD = """() => {
  const told = [], words = (one) => one.outerHTML.slice(0, 140);
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && one.getClientRects().length;
  const main = document.querySelector('main') ?? document.body;
  const inside = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
  for (const one of document.querySelectorAll('[tabindex]'))
    if (one.tabIndex > 0) told.push(`comes out of its turn: ${words(one)}`);
  for (const one of main.querySelectorAll('[hx-get], [hx-post], [onclick], [role=button], [role=link]'))
    if (shown(one) && one.tabIndex < 0 && !/load|every/.test(one.getAttribute('hx-trigger') ?? ''))
      told.push(`only a mouse reaches it: ${words(one)}`);
  for (const one of main.querySelectorAll('[title]')) {
    const text = one.getAttribute('title').trim();
    const said = (one.getAttribute('aria-label') ?? '') + main.textContent;
    if (shown(one) && !one.matches(inside) && !one.closest('svg, .ol-control') && text && !said.includes(text))
      told.push(`only a mouse tells "${text.slice(0, 60)}": ${words(one)}`);
  }
  for (const one of main.querySelectorAll('svg[role=img]')) {
    if (!shown(one)) continue;
    if (!one.getAttribute('aria-label') && !one.querySelector('title')) told.push(`no name: ${words(one)}`);
    if (!main.querySelector('table')) told.push(`a chart without its numbers: ${words(one)}`);
  }
  if (main.querySelector('[data-map]') && !main.querySelector('table')) told.push('a map without its numbers');
  const looks = (one) => {
    const all = [getComputedStyle(one), getComputedStyle(one, '::after')];
    return all.map((of) => [of.outlineStyle, of.outlineWidth, of.boxShadow, of.borderColor, of.backgroundColor].join())
      .join();
  };
  for (const one of main.querySelectorAll(inside)) {
    if (!shown(one) || one.disabled || one.tabIndex < 0 || one.closest('.ol-control')) continue;
    one.blur();
    const parts = [one, one.closest('label'), one.parentElement].filter(Boolean), before = parts.map(looks).join('|');
    one.focus();
    if (document.activeElement !== one) told.push(`takes no focus: ${words(one)}`);
    else if (parts.map(looks).join('|') === before) told.push(`its focus is not seen: ${words(one)}`);
    one.scrollIntoView({block: 'center', inline: 'center'});
    const box = one.getClientRects()[0];
    const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    if (over && !one.contains(over) && !over.contains(one) && !one.closest('label')?.contains(over))
      told.push(`a mouse hits something else: ${words(one)}: ${words(over).slice(0, 60)}`);
    const label = one.getAttribute('aria-label') ?? one.innerText ?? '';
    const named = label.trim() || one.title || one.labels?.length || one.getAttribute('aria-labelledby')
      || one.querySelector('img[alt], .visually-hidden');
    if (!named) told.push(`has no name: ${words(one)}`);
  }
  document.activeElement?.blur();
  return [...new Set(told)].slice(0, 12);
}"""
"""What somebody would miss without a mouse, or with one. A key was pressed before, so that the focus is shown.
"""
WIDER = """() => {
  const far = document.documentElement.scrollWidth;
  if (far <= innerWidth + 1) return [];
  const wide = [...document.querySelectorAll('main *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  return [`wider than the phone: ${far}: ${wide.slice(0, 2).map((one) => one.outerHTML.slice(0, 100))}`];
}"""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    with with_results(tmp_path_factory.mktemp("results")) as found:
        yield found


def stranger(browser: Browser, locale: str) -> Page:
    context = browser.new_context(viewport=WIDE, locale=locale)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def seen(page: Page, house: House, one: Stop, locale: str) -> list[str]:
    """What is wrong with a page."""
    answer = page.goto(house.address + one.address)
    assert answer is not None
    if answer.status != 200:
        return [f"answers {answer.status}"]
    found = [] if page.locator("main .cg-empty").count() == 0 or one.route in EMPTY else ["is empty"]
    found += violations(page)
    page.keyboard.press("Tab")
    found += page.evaluate(KEYBOARD)
    picture(page, one, locale, "wide")
    if one.route in PHONE:
        page.set_viewport_size(NARROW)
        found += page.evaluate(WIDER)
        picture(page, one, locale, "phone")
        page.set_viewport_size(WIDE)
    return found


EMPTY = frozenset({"what_if", "templates", "fund"})
"""A part of them says what to do next although there is something on them."""


def picture(page: Page, one: Stop, locale: str, size: str) -> None:
    """For people to look at, where CITYGRID_SCREENSHOTS names a folder."""
    if PICTURES:
        folder = Path(PICTURES) / "results"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{one.name}-{size}-{locale[:2]}.png", full_page=size == "phone")


@pytest.mark.parametrize(
    ("locale", "every"),
    [("zh-CN", 5), *(pytest.param(one, 1, marks=pytest.mark.long) for one in ("zh-CN", "en-US"))],
)
def test_every_page_by_keyboard_and_for_those_who_cannot_see(
    browser: Browser, staged: Staged, locale: str, every: int
) -> None:
    """Every fifth page by default, of most posts; all of them in both languages among the long tests."""
    house, made = staged
    told: dict[str, list[str]] = {}
    for login, its in groupby(list(stops(made))[::every], key=lambda one: one.login):
        desk = Desk(browser, house.address, login, "", locale) if login else None
        page = desk.page if desk else stranger(browser, locale)
        for one in its:
            if found := seen(page, house, one, locale):
                told[f"{one.name} {one.address}"] = found
        assert not (desk and desk.errors), desk and desk.errors
        if desk:
            desk.leave()
    assert not told, "\n".join(f"{name}: {one}" for name, rows in told.items() for one in rows)


def test_no_page_is_left_out() -> None:
    """Whoever adds a page adds it to the walk."""
    there = {pattern.name for room in (evaluation, bulletins) for pattern in room.urlpatterns}
    names = {"cases", "last", "former", "subject", "rival", "duty", "lamp"}
    blank: dict[str, Any] = dict.fromkeys(("entry", "entry_waits", "published", "correction", "appeals", "appeal",
                                           "appeal_proposed", "appeal_done", "preview", "check", "fund", "report",
                                           "report_waits"), "00000000-0000-0000-0000-000000000000")  # fmt: skip
    blank |= dict.fromkeys(names, "1") | {"cases": {"last_late": blank["fund"]}}
    walked = {one.route for one in stops(blank)}
    assert there - NO_PAGES - ELSEWHERE.keys() == walked
