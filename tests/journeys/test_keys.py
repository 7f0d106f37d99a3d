"""A phoned-in case is registered, filed and dispatched in 12 key actions or fewer beyond the typed text (issue 5).

Summed over the posts of a variant that files what comes by phone without verification; suggestions are shown, never
focused. A chord such as Ctrl+Enter is one action. The key log is printed (`pytest -s`)."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import BASE, CITY, House, housed
from tests.journeys.desk import Desk

MOST = 12
LISTED = "/?sort=newest"
RULES = """
from datetime import date
from pathlib import Path
from citygrid.rulebook.folder import load
report = load(Path({!r}), date.fromisoformat({!r}))
assert report.ok, [str(one) for one in report.problems]
"""
"""The rules of a folder from a day on: of the changed city nothing else is new, and a whole import takes its time."""


class Script(NamedTuple):
    """What a caller tells, and what the call-taker types of it."""

    text: str
    place: str
    letters: str
    name: str


SCRIPTS = (
    Script("人行道上堆了好多生活垃圾，味道很大", "世纪大道", "blshlj", "暴露生活垃圾"),
    Script("墙上贴满了小广告，请来清理", "浦东南路", "ffxgg", "非法小广告"),
    Script("有人在路边摆摊卖菜，过不去", "东昌路", "zdjy", "占道"),
)


class Keys:
    """A page, and every key pressed on it beyond typed text."""

    def __init__(self, page: Page, post: str, log: list[str]) -> None:
        self.page, self.post, self.log = page, post, log

    def press(self, key: str, why: str) -> None:
        self.log.append(f"{self.post}: {key} ({why})")
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def focus(self) -> str:
        return str(self.page.evaluate("document.activeElement.id || document.activeElement.name || ''"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A demo city where what comes by phone needs no verification."""
    changed = tmp_path_factory.mktemp("quick") / "city"
    shutil.copytree(CITY, changed)
    variant = changed / "variants" / "two_level_command.toml"
    text, number = re.subn(r"^(hotline = \{.*)verify = true", r"\1verify = false", variant.read_text(), flags=re.M)
    assert number == 1
    variant.write_text(text)
    today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
    with housed(BASE, tmp_path_factory.mktemp("house"), ["shell", "-c", RULES.format(str(changed), today)]) as one:
        yield one


def sat_down(browser: Browser, site: str) -> Desk:
    taker = Desk(browser, site, "calltaker1")
    taker.page.goto(f"{site}/hotline/")
    taker.page.select_option("#rc_desk", index=1)
    with taker.page.expect_navigation():
        taker.page.click(".rc-sit button")
    return taker


@pytest.mark.parametrize(
    "script", [SCRIPTS[0], *(pytest.param(one, marks=pytest.mark.long) for one in SCRIPTS[1:])],
    ids=[one.letters for one in SCRIPTS],
)
def test_registered_filed_and_dispatched_in_twelve_keys(browser: Browser, quick: House, script: Script) -> None:
    site, log = quick.address, list[str]()
    taker = sat_down(browser, site)
    leader, dispatcher = Desk(browser, site, "shiftleader1"), Desk(browser, site, "dispatcher1")

    page, keys = taker.page, Keys(taker.page, "call-taker", log)
    page.goto(f"{site}/hotline/")
    expect(page.locator("#rc_text")).to_be_focused()
    keys.type(script.text)
    keys.press("Tab", "to the place")
    keys.type(script.place)
    expect(page.locator("#rc_place_list li").first).to_be_visible()
    keys.press("Enter", "the first place")
    assert keys.focus() == "rc_place", "a suggestion is never focused"
    keys.press("Tab", "to the class")
    keys.type(script.letters)
    expect(page.locator("[data-pick-value]").first).to_contain_text(script.name)
    keys.press("Enter", "the first class")
    assert keys.focus() == "rc_class", "a suggestion is never focused"
    expect(page.locator("#rc_class")).to_have_value(re.compile(script.name))
    keys.press("Control+Enter", "save and accept")
    note = page.locator(".cg-note.success a")
    expect(note).to_be_visible()
    case = note.get_attribute("href")
    assert "待立案" in page.locator(".cg-note.success").inner_text()

    for desk, post, state in ((leader, "shift leader", "待派遣"), (dispatcher, "dispatcher", "待签收")):
        page, keys = desk.page, Keys(desk.page, post, log)
        page.goto(f"{site}{LISTED}")
        assert page.locator("[data-row] a.cg-open").first.get_attribute("href") == case
        keys.press("1", "the first case with its main act")
        form = page.locator("dialog[open] form[data-act]")
        expect(form).to_be_visible()
        expect(form.locator(":focus")).to_have_count(1)
        if post == "shift leader":
            keys.press("1", "the first condition")
            expect(form.locator("[name=condition]").first).to_be_checked()
        keys.press("Control+Enter", "send, back to the list")
        expect(page.locator(".cg-note.success")).to_be_visible()
        desk.page.goto(f"{site}{case}")
        assert desk.state == state
        assert not desk.errors, desk.errors
    print(f"\n{script.name}: {len(log)} keys\n  " + "\n  ".join(log))
    assert len(log) <= MOST


def test_keys_can_be_switched_off(browser: Browser, quick: House) -> None:
    """WCAG 2.1.4: single signs do nothing then; Ctrl+Enter, no single sign, still sends."""
    page = Desk(browser, quick.address, "shiftleader1").page
    page.evaluate("localStorage.setItem('cg-keys-off', '1')")
    page.goto(f"{quick.address}/cases/")
    before = page.url
    for key in ("1", "Enter", "j"):
        page.keyboard.press(key)
    page.wait_for_timeout(500)
    assert page.url == before
