"""A server with TLS in front passes Django's deployment check; cookies are secure, the health address stays plain."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def told(code: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "citygrid.config.settings"} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_deployment_check_is_clean() -> None:
    check = "import django; django.setup(); from django.core.management import call_command as c;"
    check += "c('check', deploy=True, fail_level='WARNING')"
    assert "no issues" in told(check, CITYGRID_HTTPS="1")


ASK = """
import django; django.setup()
from django.conf import settings
from django.test import Client
c = Client(raise_request_exception=False, SERVER_NAME="localhost")
page = c.get("/static/web/app.css", secure=%s, headers={"X-Forwarded-Proto": "%s"})
hsts = page.headers.get("Strict-Transport-Security", "-")
print(page.status_code, hsts, settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE)
print(c.get("/health/").status_code)
"""


def test_with_tls_cookies_are_secure_and_plain_requests_are_sent_on() -> None:
    secure = told(ASK % ("True", "https"), CITYGRID_HTTPS="1").split("\n")
    assert secure[0].startswith("200 max-age=31536000; includeSubDomains; preload True")
    assert told(ASK % ("False", "http"), CITYGRID_HTTPS="1").startswith("301")


def test_a_client_cannot_claim_tls_unless_a_proxy_of_ours_says_it() -> None:
    assert told(ASK % ("False", "https"), CITYGRID_HTTPS="1").startswith("301")
    assert told(ASK % ("False", "https"), CITYGRID_HTTPS="1", CITYGRID_PROXIES="1").startswith("200")


def test_health_needs_no_tls() -> None:
    assert told(ASK % ("True", "https"), CITYGRID_HTTPS="1").split()[-1] != "301"


def test_without_tls_nothing_is_promised() -> None:
    assert told(ASK % ("False", "http"), CITYGRID_HTTPS="0").startswith("200 - ")


COOKIES = """
import django; django.setup()
from django.conf import settings
from citygrid.organization.signing import devices
from citygrid.web.api import SeatAuth
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)
print(devices.COOKIE, SeatAuth.param_name)
"""


def test_with_tls_every_cookie_is_of_this_host_only() -> None:
    """ASVS 3.3.3; a browser refuses `__Host-` without TLS, so without it the names are plain."""
    assert all(name.startswith("__Host-") for name in told(COOKIES, CITYGRID_HTTPS="1").split())
    assert not any(name.startswith("__") for name in told(COOKIES, CITYGRID_HTTPS="0").split())
