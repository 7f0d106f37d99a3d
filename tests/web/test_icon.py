"""What a browser fetches beside a page leaves the page's forms working: no new CSRF cookie (S0-04)."""

import pytest
from django.conf import settings
from django.test import Client

PICTURES = "image/avif,image/webp,image/png,image/*,*/*;q=0.8"


@pytest.mark.django_db
def test_the_icon_is_there_and_sets_no_cookie() -> None:
    answer = Client().get("/favicon.ico", headers={"accept": PICTURES})
    assert answer.status_code == 302 and answer.headers["Location"].endswith(".svg")
    assert "icon" in answer.headers["Location"] and "max-age" in answer.headers["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/apple-touch-icon.png", "/nothing-here.js", "/static-that-was/app.css.map"])
def test_a_picture_that_is_not_there_leaves_the_cookies_alone(address: str) -> None:
    """A visitor opens the sign-in page; while it is read the browser misses a picture; then the form is sent."""
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in/", headers={"accept": "text/html"})
    before = {name: one.value for name, one in browser.cookies.items()}
    late = Client().get(address, headers={"accept": PICTURES})
    assert late.status_code == 404 and settings.CSRF_COOKIE_NAME not in late.cookies
    assert browser.get(address, headers={"accept": PICTURES}).status_code == 404
    assert {name: one.value for name, one in browser.cookies.items()} == before


@pytest.mark.django_db
def test_a_page_that_is_not_there_has_forms_that_work() -> None:
    answer = Client().get("/nothing-here/", headers={"accept": "text/html"})
    assert answer.status_code == 404 and settings.CSRF_COOKIE_NAME in answer.cookies
