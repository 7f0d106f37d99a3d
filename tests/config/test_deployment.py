"""A server with TLS in front passes Django's deployment check; cookies are secure, the health address stays plain."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = """
import django; django.setup()
import io, json
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from citygrid.organization.signing import devices
from citygrid.web.api import SeatAuth
said = io.StringIO()
try:
    call_command("check", deploy=True, fail_level="WARNING", stdout=said, stderr=said)
except CommandError as error:
    said.write(str(error))
def asked(secure, forwarded):
    c = Client(raise_request_exception=False, SERVER_NAME="localhost")
    page = c.get("/static/web/app.css", secure=secure, headers={"X-Forwarded-Proto": forwarded})
    hsts = page.headers.get("Strict-Transport-Security")
    return {"status": page.status_code, "hsts": hsts, "health": c.get("/health/").status_code}
print(json.dumps({
    "check": said.getvalue(),
    "secure": settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE,
    "tls": asked(True, "https"), "plain": asked(False, "http"), "claimed": asked(False, "https"),
    "cookies": [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, devices.COOKIE,
                SeatAuth.param_name],
}))
"""
"""Everything that is asked of a server so set up, in one process: starting it is what takes the time."""


@cache
def server(**env: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "citygrid.config.settings"} | env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_deployment_check_is_clean() -> None:
    assert "no issues" in server(CITYGRID_HTTPS="1")["check"]


def test_with_tls_cookies_are_secure_and_plain_requests_are_sent_on() -> None:
    with_tls = server(CITYGRID_HTTPS="1")
    assert with_tls["tls"]["status"] == 200
    assert with_tls["tls"]["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert with_tls["secure"] is True
    assert with_tls["plain"]["status"] == 301


def test_a_client_cannot_claim_tls_unless_a_proxy_of_ours_says_it() -> None:
    assert server(CITYGRID_HTTPS="1")["claimed"]["status"] == 301
    assert server(CITYGRID_HTTPS="1", CITYGRID_PROXIES="1")["claimed"]["status"] == 200


def test_health_needs_no_tls() -> None:
    assert server(CITYGRID_HTTPS="1")["plain"]["health"] != 301


def test_without_tls_nothing_is_promised() -> None:
    plain = server(CITYGRID_HTTPS="0")
    assert (plain["plain"]["status"], plain["plain"]["hsts"], plain["secure"]) == (200, None, False)


def test_with_tls_every_cookie_is_of_this_host_only() -> None:
    """ASVS 3.3.3; a browser refuses `__Host-` without TLS, so without it the names are plain."""
    assert all(name.startswith("__Host-") for name in server(CITYGRID_HTTPS="1")["cookies"])
    assert not any(name.startswith("__") for name in server(CITYGRID_HTTPS="0")["cookies"])
