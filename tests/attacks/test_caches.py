"""What one person saw is not left for the next one at the same desk, nor in a cache between (剩余信息保护)."""

import pytest
from django.test import Client

from tests.cases.pages import Sign
from tests.cases.world import World

pytestmark = pytest.mark.django_db


LATER = [pytest.param(login, marks=pytest.mark.long) for login in ("steward1", "auditor1", "admin1")]


@pytest.mark.parametrize("login", ["shiftleader1", *LATER])
def test_nothing_that_needs_a_sign_in_is_stored(sign: Sign, world: World, addresses: list[str], login: str) -> None:
    """Either not stored at all, or asked for anew each time, or kept for this very session (`Vary: Cookie`)."""
    case = world.handling()
    client = sign(login)
    client.raise_request_exception = False
    loose = []
    for address in [*addresses, f"/cases/{case}/", f"/api/v1/cases/{case}", f"/cases/{case}/acts/comment/"]:
        if address.startswith(("/static", "/sign-out")):
            continue
        answer = client.get(address)
        said = answer.headers.get("Cache-Control", "")
        kept = "no-store" not in said and "no-cache" not in said
        if (
            "public" in said
            or not said
            or (kept and ("Cookie" not in answer.headers.get("Vary", "") or "private" not in said))
        ):
            loose.append((address, answer.status_code, said, answer.headers.get("Vary")))
    assert not loose


def test_the_case_page_is_gone_after_sign_out(sign: Sign, world: World) -> None:
    case = world.handling()
    client = sign("shiftleader1")
    page = client.get(f"/cases/{case}/")
    assert page.status_code == 200 and page["Cache-Control"] == "private, no-store"
    client.post("/sign-out/")
    assert client.get(f"/cases/{case}/").status_code == 302


def test_tiles_of_one_session_are_none_of_another(sign: Sign, world: World) -> None:
    """A browser may keep tiles, but only with the cookie that they were asked for with."""
    answer = sign("steward1").get("/ogc/collections/grid/tiles/WebMercatorQuad/0/0/0?f=mvt&v=x")
    assert answer.status_code in (200, 204, 404)
    if answer.status_code != 404:
        assert "Cookie" in answer["Vary"] and "private" in answer["Cache-Control"]


def test_errors_are_not_stored_either(world: World) -> None:
    for address in ("/cases/", "/nothing/", "/media/00000000-0000-4000-8000-000000000000/", "/api/v1/items"):
        answer = Client().get(address)
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"], address
