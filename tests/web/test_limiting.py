"""Who asks too often is told to wait: strangers by address, access keys by their own limits (等级保护三级; S2-02)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client

from citygrid.organization import keys, tallies
from citygrid.organization.models import AccessKey, Seat
from citygrid.trust.models import AuditRecord
from citygrid.web import limiting
from tests.organization.conftest import areas, cheap_passwords, seat_of, second

__all__ = ["areas", "cheap_passwords", "second"]
pytestmark = [pytest.mark.django_db]
AT = datetime(2026, 5, 6, 1, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands, so that no minute ends within a test."""
    monkeypatch.setattr(limiting.timezone, "now", lambda: AT)


@pytest.fixture
def owner(second: Path) -> Seat:
    return seat_of("leader1")


def by(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def ask(times: int, address: str = "203.0.113.7", path: str = "/health/", **more: object) -> list[int]:
    return [Client(REMOTE_ADDR=address).get(path, **more).status_code for _ in range(times)]


def test_a_stranger_waits_and_another_address_does_not(settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "health": 3}
    assert ask(4) == [200, 200, 200, 429]
    assert ask(1, "203.0.113.8") == [200]
    answer = Client(REMOTE_ADDR="203.0.113.7").get("/health/")
    assert answer["Retry-After"] == "50"  # seconds to the end of the minute
    assert answer.json() == {"code": "too_many", "message": answer.json()["message"], "params": {"seconds": 50}}
    assert "50" in answer.json()["message"]


def test_the_next_minute_begins_anew(settings, monkeypatch) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "health": 1}
    assert ask(2) == [200, 429]
    monkeypatch.setattr(limiting.timezone, "now", lambda: AT + timedelta(seconds=50))
    assert ask(2) == [200, 429]


def test_a_person_in_a_browser_sees_a_page(settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 1}
    client = Client(headers={"Accept": "text/html"}, REMOTE_ADDR="203.0.113.9")
    client.get("/sign-in/")
    page = client.get("/sign-in/")
    assert page.status_code == 429
    assert 'data-code="too_many"' in page.content.decode()
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_trying_to_sign_in_is_counted_also_with_a_session(settings, owner: Seat) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign_in": 2}
    client = Client()
    client.force_login(owner.person)
    tried = [client.post("/sign-in/", {"username": "x", "password": "y"}).status_code for _ in range(3)]
    assert tried[2] == 429 and 429 not in tried[:2]


def test_whoever_is_signed_in_is_not_counted(settings, owner: Seat) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 1}
    client = Client()
    client.force_login(owner.person)
    assert [client.get("/posts/").status_code for _ in range(3)] == [200, 200, 200]
    assert [Client().get("/posts/").status_code for _ in range(2)] == [302, 429]


def test_a_made_up_session_is_a_strangers(settings, owner: Seat) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 1}
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "made-up"
    assert [client.get("/posts/").status_code for _ in range(2)] == [302, 429]


def test_guessing_keys_is_counted_by_address(settings, owner: Seat) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "bad_key": 2}
    for guess in ("cg_a_b", "cg_c_d"):
        assert Client().get("/api/v1/items", headers=by(guess)).status_code == 401
    assert Client().get("/api/v1/items", headers=by("cg_e_f")).status_code == 429


def test_zero_is_no_limit(settings) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "health": 0}
    assert ask(5) == [200] * 5


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        (None, None, True),
    ],
)
def test_one_connection_of_ipv6_is_one_asker(one: str | None, other: str | None, same: bool) -> None:
    assert (limiting.network(one) == limiting.network(other)) is same


def test_a_key_has_its_own_limits_and_leaves_others_alone(settings, owner: Seat) -> None:
    key, text = keys.make(owner, "one", ["maps"], 30, AT, per_minute=2)
    _other, others = keys.make(owner, "two", ["maps"], 30, AT)
    asked = [Client().get("/ogc/conformance", headers=by(text)) for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert asked[2]["Retry-After"] == "50"
    assert Client().get("/ogc/conformance", headers=by(others)).status_code == 200
    key.per_minute = 3
    key.save()
    assert Client().get("/ogc/conformance", headers=by(text)).status_code == 429  # the fourth


def test_a_key_waits_for_the_next_day(owner: Seat, monkeypatch) -> None:
    _key, text = keys.make(owner, "one", ["maps"], 30, AT, per_day=2)
    asked = [Client().get("/ogc/conformance", headers=by(text)) for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert int(asked[2]["Retry-After"]) == 15 * 3600 - 10  # 09:00:10 in the city: to midnight
    monkeypatch.setattr(limiting.timezone, "now", lambda: AT + timedelta(hours=15))
    assert Client().get("/ogc/conformance", headers=by(text)).status_code == 200


def test_what_was_refused_for_the_minute_does_not_use_up_the_day(owner: Seat) -> None:
    key, text = keys.make(owner, "one", ["maps"], 30, AT, per_minute=2, per_day=100)
    for _ in range(5):
        Client().get("/ogc/conformance", headers=by(text))
    assert tallies.today([f"key:{key.pk}"], AT) == {f"key:{key.pk}": 2}


def test_the_usual_limits_hold_where_a_key_has_none(settings, owner: Seat) -> None:
    settings.KEY_PER_MINUTE = 1
    text = keys.make(owner, "one", ["maps"], 30, AT)[1]
    assert [Client().get("/ogc/conformance", headers=by(text)).status_code for _ in range(2)] == [200, 429]


def test_a_limit_that_is_reached_stands_once_in_the_audit(owner: Seat) -> None:
    key, text = keys.make(owner, "one", ["maps"], 30, AT, per_minute=1)
    for _ in range(4):
        Client(REMOTE_ADDR="203.0.113.7").get("/ogc/conformance", headers=by(text))
    line = AuditRecord.objects.get(act="ask_too_often")
    assert (line.subject_id, line.person, line.address) == (key.prefix, owner.person_id, "203.0.113.7")


def test_the_last_use_is_written_once_a_minute_with_its_address(owner: Seat, monkeypatch) -> None:
    from citygrid.web import keyed

    monkeypatch.setattr(keyed.timezone, "now", lambda: AT)
    text = keys.make(owner, "one", ["maps"], 30, AT)[1]
    for address in ("203.0.113.7", "203.0.113.8"):
        Client(REMOTE_ADDR=address).get("/ogc/conformance", headers=by(text))
    row = AccessKey.objects.get()
    assert (row.last_used_at, row.last_used_from) == (AT, "203.0.113.7")
    monkeypatch.setattr(keyed.timezone, "now", lambda: AT + timedelta(minutes=1))
    Client(REMOTE_ADDR="203.0.113.8").get("/ogc/conformance", headers=by(text))
    assert AccessKey.objects.get().last_used_from == "203.0.113.8"


def test_nobody_is_stopped_while_nothing_can_be_counted(settings, monkeypatch) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "health": 1}

    def broken(*_facts: object) -> None:
        raise DatabaseError("gone")

    monkeypatch.setattr(tallies, "count", broken)
    assert ask(3) == [200] * 3


def test_old_counts_are_taken_away(owner: Seat) -> None:
    tallies.count("a", 1, AT - timedelta(days=3))
    tallies.count("b", 1, AT)
    assert tallies.forget(AT - timedelta(days=2)) == 1


def test_counts_are_kept_without_a_log(django_db_blocker) -> None:
    """Unlogged: no request waits for the disk."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select relpersistence from pg_class where relname = 'organization_tally'")
        assert cursor.fetchone()[0] == "u"
