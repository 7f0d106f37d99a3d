"""The second factor: asked for by role, or chosen; one code, one use; recovery codes; reset by the administrator."""

import base64
import logging
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from citygrid.organization.models import Person, RecoveryCode, Role, SecondFactor
from citygrid.organization.signing import second_factor
from citygrid.trust import keys, rekeying
from citygrid.trust.models import AuditRecord

from .signing import RIGHT, code, codes_on, secret_on, set_up, sign_in, told, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]
STEP = "/sign-in/code/"


@pytest.fixture
def owner() -> Person:
    return with_password("calltaker1")


@pytest.fixture
def administrator() -> Person:
    return with_password("admin1")


def switched_on(client: Client, person: Person) -> tuple[str, list[str]]:
    assert sign_in(client, person.login).status_code == 302
    return set_up(client)


def test_whoever_has_none_signs_in_with_the_password_alone(client: Client, owner: Person) -> None:
    assert sign_in(client, "calltaker1")["Location"] == "/"
    assert client.get("/account/").status_code == 200


def test_switched_on_it_is_asked_for_after_the_password(client: Client, owner: Person) -> None:
    secret, codes = switched_on(client, owner)
    assert (len(codes), len(set(codes))) == (10, 10)
    other = Client()
    assert sign_in(other, "calltaker1", next="/keys/")["Location"] == STEP
    assert "_auth_user_id" not in other.session
    assert other.get("/account/").status_code == 302
    assert other.post(STEP, {"code": code(secret)})["Location"] == "/keys/"
    assert other.get("/keys/").status_code == 200
    row = AuditRecord.objects.filter(act="sign_in", outcome="done").latest("id")
    assert (row.person, row.params) == (owner.pk, {"way": "password", "second_factor": True})


def test_a_code_is_taken_once_and_none_before_it(client: Client, owner: Person) -> None:
    secret, _codes = switched_on(client, owner)
    now = code(secret)
    for number, status in enumerate((302, 422)):
        other = Client()
        sign_in(other, "calltaker1")
        assert other.post(STEP, {"code": now}).status_code == status, number
    assert other.post(STEP, {"code": code(secret, -1)}).status_code == 422
    assert other.post(STEP, {"code": code(secret, 1)}).status_code == 302


@pytest.mark.parametrize("typed", ["", "abc", "00000", "٠٠٠٠٠٠", "1234567", "0" * 400])
def test_what_is_no_code_is_refused(client: Client, owner: Person, typed: str) -> None:
    switched_on(client, owner)
    other = Client()
    sign_in(other, "calltaker1")
    assert other.post(STEP, {"code": typed}).status_code == 422


def test_a_recovery_code_lets_in_once(client: Client, owner: Person) -> None:
    _secret, codes = switched_on(client, owner)
    for typed, status in ((codes[0].upper().replace("-", " "), 302), (codes[0], 422), (codes[1], 302)):
        other = Client()
        sign_in(other, "calltaker1")
        assert other.post(STEP, {"code": typed}).status_code == status
    assert second_factor.codes_left(owner) == 8
    kept = b"".join(bytes(one) for one in RecoveryCode.objects.values_list("digest", flat=True))
    assert all(one.encode() not in kept and one.replace("-", "").encode() not in kept for one in codes)


def test_new_recovery_codes_end_the_old_ones(client: Client, owner: Person) -> None:
    _secret, before = switched_on(client, owner)
    after = codes_on(client.post("/account/second-factor/codes/"))
    assert len(after) == 10
    assert second_factor.check(owner, before[0], timezone.now()) is not None
    assert second_factor.check(owner, after[0], timezone.now()) is None


def test_another_person_s_recovery_code_opens_nothing(client: Client, owner: Person) -> None:
    _secret, codes = switched_on(client, owner)
    colleague = Client()
    _other, _codes = switched_on(colleague, with_password("shiftleader1"))
    stranger = Client()
    sign_in(stranger, "shiftleader1")
    assert stranger.post(STEP, {"code": codes[0]}).status_code == 422


def test_the_secret_is_sealed_and_bound_to_its_person(client: Client, owner: Person, settings: Any) -> None:
    secret, _codes = switched_on(client, owner)
    row = SecondFactor.objects.get(person=owner)
    plain = base64.b32decode(secret)
    assert plain not in bytes(row.sealed)
    assert keys.unseal(row.key_name, bytes(row.sealed), f"second factor {owner.pk}".encode()) == plain
    with pytest.raises(keys.UnreadableError):
        keys.unseal(row.key_name, bytes(row.sealed), b"second factor 0")
    settings.PERSONAL_KEYS_BEFORE = [settings.PERSONAL_KEY]
    settings.PERSONAL_KEY = "another key of this server"
    former = row.key_name
    assert {one.name: one.rows for one in rekeying.known()}[former] == 1, "the former key is still needed"
    assert [told.done for told in rekeying.reseal()] == [1]
    assert {one.name: one.rows for one in rekeying.known()}[former] == 0
    settings.PERSONAL_KEYS_BEFORE = []
    assert second_factor.check(owner, code(secret, 1), timezone.now()) is None


def test_a_role_that_asks_for_it_leads_there_before_anything_else(client: Client, administrator: Person) -> None:
    assert sign_in(client, "admin1", next="/people/")["Location"] == "/account/second-factor/"
    for path in ("/", "/people/", "/account/", "/posts/", "/keys/", "/password/"):
        assert client.get(path)["Location"].startswith("/sign-in/"), path
    assert client.get("/api/v1/components/requests").status_code == 401
    secret = secret_on(client.get("/account/second-factor/"))
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 422
    assert secret_on(client.get("/account/second-factor/")) == secret
    done = client.post("/account/second-factor/", {"code": code(secret)})
    assert 'href="/people/"' in done.content.decode()
    assert client.get("/people/").status_code == 200


def test_a_role_that_begins_to_ask_stops_who_is_in_already(client: Client, owner: Person) -> None:
    sign_in(client, "calltaker1")
    assert client.get("/keys/").status_code == 200
    role = Role.objects.get(code="call_taker")
    role.second_factor = True
    role.save()
    assert client.get("/keys/")["Location"] == STEP
    assert client.get(STEP)["Location"] == "/account/second-factor/"
    set_up(client)
    assert client.get("/keys/").status_code == 200


def test_waiting_ends_after_ten_minutes_and_with_a_new_password(client: Client, owner: Person) -> None:
    secret, _codes = switched_on(client, owner)
    late, changed = Client(), Client()
    for other in (late, changed):
        sign_in(other, "calltaker1")
    session = late.session
    session["waiting"] = {**session["waiting"], "at": session["waiting"]["at"] - 601}
    session.save()
    assert late.post(STEP, {"code": code(secret)})["Location"] == "/sign-in/"
    with_password("calltaker1", "another horse 77")
    assert changed.post(STEP, {"code": code(secret)})["Location"] == "/sign-in/"


def test_wrong_codes_count_towards_the_lock(client: Client, owner: Person) -> None:
    secret, _codes = switched_on(client, owner)
    other = Client()
    sign_in(other, "calltaker1")
    for _ in range(5):
        assert other.post(STEP, {"code": "000000"}).status_code == 422
    page = other.post(STEP, {"code": code(secret)})
    assert page.status_code == 429
    assert "15" in told(page)
    assert "_auth_user_id" not in other.session
    assert sign_in(Client(), "calltaker1").status_code == 429
    assert AuditRecord.objects.filter(act="second_factor", outcome="refused").count() == 6


def test_ten_wrong_codes_stop_the_account_from_wherever_they_come(client: Client, owner: Person) -> None:
    secret, _codes = switched_on(client, owner)
    now = timezone.now()
    for _ in range(10):
        refusal = second_factor.check(owner, "000000", now)
        assert refusal is not None
        assert refusal.code == "wrong_code"
    stopped = second_factor.check(owner, code(secret), now)
    assert stopped is not None
    assert (stopped.code, stopped.params["minutes"]) == ("codes_stopped", 15)
    SecondFactor.objects.update(wrong_at=now - timedelta(minutes=16))
    assert second_factor.check(owner, code(secret), now) is None


def test_codes_are_kept_in_no_log(client: Client, owner: Person, caplog: pytest.LogCaptureFixture) -> None:
    switched_on(client, owner)
    other = Client()
    sign_in(other, "calltaker1")
    with caplog.at_level(logging.DEBUG):
        other.post(STEP, {"code": "secret-typed"})
    kept = AccessAttempt.objects.get()
    assert "secret-typed" not in f"{kept.post_data} {kept.get_data} {caplog.text}"


def test_switching_it_on_ends_other_sessions(client: Client, owner: Person) -> None:
    elsewhere = Client()
    sign_in(elsewhere, "calltaker1")
    assert elsewhere.get("/keys/").status_code == 200
    switched_on(client, owner)
    assert elsewhere.get("/keys/").status_code == 302
    assert client.get("/keys/").status_code == 200


def test_switching_it_off_needs_who_is_there(client: Client, owner: Person) -> None:
    switched_on(client, owner)
    session = client.session
    session["confirmed"] = 0
    session.save()
    assert client.post("/account/second-factor/off/").status_code == 403
    assert second_factor.in_use(owner)
    assert client.post("/account/second-factor/off/", {"confirm_secret": RIGHT})["Location"] == "/account/"
    assert not second_factor.in_use(owner)
    assert sign_in(Client(), "calltaker1")["Location"] == "/"


def test_the_administrator_resets_it_on_record(client: Client, owner: Person, administrator: Person) -> None:
    switched_on(client, owner)
    desk = Client()
    desk.force_login(administrator)
    assert "reset" not in client.get("/account/").content.decode()
    assert desk.post(f"/people/{owner.pk}/sign-in/", {"act": "factor"}).status_code == 302
    assert client.get("/account/")["Location"].startswith("/sign-in/")
    assert sign_in(Client(), "calltaker1")["Location"] == "/"
    row = AuditRecord.objects.get(act="reset_second_factor")
    assert (row.person, row.subject_id) == (administrator.pk, str(owner.pk))


@pytest.mark.parametrize("login", ["calltaker1", "security1", "auditor1", "leader1"])
def test_nobody_else_resets_it(owner: Person, login: str) -> None:
    stranger = Client()
    stranger.force_login(Person.objects.get(login=login))
    for act in ("factor", "sessions", "number", "device"):
        assert stranger.post(f"/people/{owner.pk}/sign-in/", {"act": act}).status_code == 403


def test_the_administrator_does_not_reset_their_own(administrator: Person) -> None:
    desk = Client()
    desk.force_login(administrator)
    assert desk.post(f"/people/{administrator.pk}/sign-in/", {"act": "factor"}).status_code == 422
