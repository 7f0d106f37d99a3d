"""Signing in by keyboard alone: password, second factor set up and asked for, recovery code, sessions, signing out."""

import base64
import re
import time

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from tests.browsing import contexts
from tests.journeys.desk import PASSWORD, PATIENCE

LOGINS = {"zh-CN": "nb_leader", "en": "bd_leader"}
"""Each language has a person of its own, whom no other journey needs: a second factor that is on stays on when a test
ends early."""


@pytest.fixture(params=["zh-CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pages(browser: Browser, site: str, locale: str) -> list[Page]:
    """Two browsers of the same person: a desk and a phone."""
    sizes = (1366, 768), (390, 844)
    taken = [contexts(browser).take(site, (*size, locale)) for size in sizes]
    for context in taken:
        context.set_default_timeout(PATIENCE)
    return [context.new_page() for context in taken]


def keys(page: Page, *words: str) -> None:
    """Typed as a person would: `<Tab>` is a key, all else text."""
    for word in words:
        if word.startswith("<"):
            page.keyboard.press(word.strip("<>"))
        else:
            page.keyboard.type(word)


def entered(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def typed_into(page: Page, selector: str, text: str) -> None:
    """Into the field that the page gave the focus to by itself: what is typed before that is typed nowhere."""
    expect(page.locator(selector)).to_be_focused()
    keys(page, text)


def to(page: Page, selector: str) -> None:
    """Go on by Tab until that element has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def code(secret: str, steps: int = 0) -> str:
    app = TOTP(base64.b32decode(secret.replace(" ", "")), 6, SHA1(), 30)
    return app.generate(int(time.time()) + 30 * steps).decode()


def with_password(page: Page, site: str, login: str) -> None:
    page.goto(f"{site}/sign-in/?next=/account/")
    typed_into(page, "#id_username", login)
    keys(page, "<Tab>")
    typed_into(page, "#id_password", PASSWORD)
    entered(page)


def test_the_whole_way_by_keyboard(pages: list[Page], site: str, locale: str) -> None:
    desk, phone = pages
    login = LOGINS[locale]
    with_password(desk, site, login)
    expect(desk).to_have_url(re.compile(r"/account/$"))
    to(desk, "a[href='/account/second-factor/']")
    entered(desk)
    to(desk, "main details summary")
    keys(desk, "<Space>")
    expect(desk.locator("[data-secret]")).to_be_visible()
    secret = desk.locator("[data-secret]").inner_text()
    to(desk, "#id_code")
    keys(desk, "000000")
    entered(desk)
    expect(desk.get_by_role("alert")).to_be_visible()
    typed_into(desk, "#id_code", code(secret))
    entered(desk)
    expect(desk.locator("[data-codes] code")).to_have_count(10)
    recovery = desk.locator("[data-codes] code").all_inner_texts()
    expect(desk.locator("main a.btn-primary")).to_be_focused()  # "I have kept them"
    entered(desk)
    expect(desk).to_have_url(re.compile(r"/account/$"))

    with_password(phone, site, login)
    expect(phone).to_have_url(re.compile(r"/sign-in/code/$"))
    typed_into(phone, "#id_code", recovery[0].replace("-", " ").upper())
    entered(phone)
    expect(phone).to_have_url(re.compile(r"/account/$"))
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"the page is {width} wide on a phone"

    desk.reload()
    expect(desk.locator("tr[data-row]")).to_have_count(2)
    to(desk, "form[action$='/end/'] button")
    entered(desk)
    expect(desk.locator("tr[data-row]")).to_have_count(1)
    phone.reload()
    expect(phone).to_have_url(re.compile(r"/sign-in/"))

    with_password(phone, site, login)
    expect(phone).to_have_url(re.compile(r"/sign-in/code/$"))
    typed_into(phone, "#id_code", code(secret, 1))  # this one was not taken yet
    entered(phone)
    expect(phone).to_have_url(re.compile(r"/account/$"))
    to(phone, "form[action$='/off/'] button")
    entered(phone)
    expect(phone.locator("a[href='/account/second-factor/']")).to_be_visible()

    to(phone, "details.cg-menu:not(.cg-more) summary")
    keys(phone, "<Space>")
    expect(phone.locator("form[action='/sign-out/'] button")).to_be_visible()
    to(phone, "form[action='/sign-out/'] button")
    entered(phone)
    expect(phone.locator("#id_username")).to_be_focused()
