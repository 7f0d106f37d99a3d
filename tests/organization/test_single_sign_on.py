"""Single sign-on with a provider in a process of its own: who comes in, who does not, what is checked (S3-14)."""

import base64
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from citygrid.config.oidc import providers
from citygrid.organization.models import Identity, Person, Seat
from citygrid.organization.signing import single_sign_on
from citygrid.trust.models import AuditRecord
from tests.ports import free_port

from .signing import set_up, sign_in, told, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]
GO, BACK = "/sign-in/with/city/", "/sign-in/with/city/back/"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider's address."""
    port = free_port()
    argv = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://localhost:{port}"
    until = time.monotonic() + 180
    try:
        while True:
            assert process.poll() is None, "the provider ended"
            try:
                with urllib.request.urlopen(f"{address}/jwks", timeout=2):
                    break
            except OSError:
                assert time.monotonic() < until, "the provider does not answer"
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(autouse=True)
def configured(provider: str, settings: Any) -> dict[str, Any]:
    facts = providers_of(issuer=provider)
    settings.OIDC_PROVIDERS = {"city": facts}
    single_sign_on._client.cache_clear()
    return facts


def providers_of(**facts: object) -> dict[str, Any]:
    plain = {
        "name": "统一认证", "name_en": "City sign-on", "issuer": "", "client_id": "citygrid", "client_secret": "s",
        "claim": "preferred_username", "matches": "login", "scope": "openid profile", "second_factor": False,
    }  # fmt: skip
    return {**plain, **facts}


def known(provider: str, subject: str, **claims: object) -> None:
    """What the provider knows of somebody."""
    answer = requests.put(f"{provider}/users/{quote(subject)}", json=claims, timeout=10)
    assert answer.status_code == 204, answer.text


def to_provider(client: Client, subject: str, address: str = GO) -> str:
    """Goes there and is let in as the subject; the address that the provider sends the browser back to."""
    gone = client.get(address)
    assert gone.status_code == 302, told(gone)
    answer = requests.post(gone["Location"], data={"sub": subject}, allow_redirects=False, timeout=10)
    return answer.headers["location"].removeprefix("http://testserver")


def through(client: Client, subject: str, address: str = GO) -> HttpResponse:
    return client.get(to_provider(client, subject, address))


def test_the_way_there_has_state_nonce_and_pkce(client: Client, provider: str) -> None:
    asked = parse_qs(urlsplit(client.get(GO)["Location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 20, name


def test_whom_the_claim_names_comes_in(client: Client, provider: str) -> None:
    assert "City sign-on" in client.get("/sign-in/", headers={"Accept-Language": "en"}).content.decode()
    known(provider, "a-1", preferred_username="calltaker1")
    answer = through(client, "a-1", f"{GO}?next=/keys/")
    assert answer["Location"] == "/keys/"
    assert client.get("/keys/").status_code == 200
    person = Person.objects.get(login="calltaker1")
    assert Identity.objects.get(person=person).subject == "a-1"
    row = AuditRecord.objects.filter(act="sign_in").latest("id")
    assert (row.person, row.params["way"]) == (person.pk, "oidc:city")


def test_a_first_password_is_none_of_theirs(client: Client, provider: str) -> None:
    """Whoever comes from the provider was never given the one-time password; with that it is still to be changed."""
    person = with_password("calltaker1")
    person.must_change_password = True
    person.save(update_fields=["must_change_password"])
    known(provider, "p-1", preferred_username="calltaker1")
    assert through(client, "p-1")["Location"] == "/"
    assert client.get("/keys/").status_code == 200
    assert sign_in(Client(), "calltaker1")["Location"] == "/password/"


def test_once_linked_the_claim_counts_no_longer(client: Client, provider: str) -> None:
    known(provider, "b-1", preferred_username="calltaker1")
    through(client, "b-1")
    known(provider, "b-1", preferred_username="office1")
    again = Client()
    through(again, "b-1")
    assert again.session["_auth_user_id"] == str(Person.objects.get(login="calltaker1").pk)


def test_another_subject_with_the_same_claim_is_refused(client: Client, provider: str) -> None:
    known(provider, "c-1", preferred_username="calltaker1")
    through(client, "c-1")
    known(provider, "c-2", preferred_username="calltaker1")
    thief = Client()
    answer = through(thief, "c-2")
    assert answer.status_code == 403
    assert "_auth_user_id" not in thief.session
    assert AuditRecord.objects.filter(act="sign_in", code="other_subject").exists()


@pytest.mark.parametrize("claims", [{}, {"preferred_username": "nobody"}, {"preferred_username": ["calltaker1"]}])
def test_an_unknown_subject_is_told_and_recorded(client: Client, provider: str, claims: dict[str, object]) -> None:
    people, seats = Person.objects.count(), Seat.objects.count()
    known(provider, "d-1", **claims)
    answer = through(client, "d-1")
    assert answer.status_code == 403
    assert "统一认证" in told(answer)
    assert (Person.objects.count(), Seat.objects.count()) == (people, seats)
    row = AuditRecord.objects.latest("id")
    assert (row.act, row.outcome, row.code, row.person) == ("sign_in", "refused", "unknown_subject", None)
    assert "d-1" not in str(row.params)


def test_a_staff_number_names_a_person(client: Client, provider: str, configured: dict[str, Any]) -> None:
    configured.update(claim="staff", matches="number")
    desk = Client()
    desk.force_login(Person.objects.get(login="admin1"))
    person = Person.objects.get(login="calltaker1")
    desk.post(f"/people/{person.pk}/sign-in/", {"act": "number", "number": "A-77"})
    known(provider, "e-1", staff="A-77")
    assert through(client, "e-1").status_code == 302
    assert client.session["_auth_user_id"] == str(person.pk)
    known(provider, "e-2", staff="")
    assert through(Client(), "e-2").status_code == 403, "an empty number is nobody's"
    taken = desk.post(f"/people/{Person.objects.get(login='office1').pk}/sign-in/", {"act": "number", "number": "A-77"})
    assert taken.status_code == 422


def test_a_closed_account_stays_out(client: Client, provider: str) -> None:
    Person.objects.filter(login="calltaker1").update(is_active=False)
    known(provider, "f-1", preferred_username="calltaker1")
    assert through(client, "f-1").status_code == 403
    assert "_auth_user_id" not in client.session


def test_a_second_factor_is_asked_for_all_the_same(client: Client, provider: str, configured: dict[str, Any]) -> None:
    with_password("calltaker1")
    sign_in(client, "calltaker1")
    set_up(client)
    known(provider, "g-1", preferred_username="calltaker1")
    other = Client()
    assert through(other, "g-1")["Location"] == "/sign-in/code/"
    assert "_auth_user_id" not in other.session
    configured["second_factor"] = True
    assert through(Client(), "g-1")["Location"] == "/"


def test_an_answer_nobody_asked_for_is_refused(client: Client, provider: str) -> None:
    known(provider, "h-1", preferred_username="calltaker1")
    answer = to_provider(client, "h-1")
    victim = Client()
    assert victim.get(answer).status_code == 400
    victim.get(GO)
    assert victim.get(answer).status_code == 403, "the state of another browser"
    assert "_auth_user_id" not in victim.session


def test_an_answer_is_taken_once(client: Client, provider: str) -> None:
    known(provider, "i-1", preferred_username="calltaker1")
    answer = to_provider(client, "i-1")
    assert client.get(answer).status_code == 302
    client.post("/sign-out/")
    assert client.get(answer).status_code == 400


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": ["another-client", "citygrid"], "azp": "another-client"},
        {"exp": 1},
    ],
)
def test_a_token_for_somebody_else_is_refused(
    client: Client, provider: str, monkeypatch: pytest.MonkeyPatch, claims: dict[str, object]
) -> None:
    """The token is signed rightly and says one thing wrong."""
    known(provider, "j-1", preferred_username="calltaker1")
    key = RSAKey.generate_key(2048, {"kid": "k", "alg": "RS256"})
    resigned(monkeypatch, key, lambda told: {**told, **claims})
    answer = through(client, "j-1")
    assert answer.status_code == 403
    assert "_auth_user_id" not in client.session
    assert AuditRecord.objects.latest("id").code == "bad_token"


def test_what_the_other_tests_sign_anew_is_believed_when_nothing_is_wrong(
    client: Client, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(provider, "k-1", preferred_username="calltaker1")
    resigned(monkeypatch, RSAKey.generate_key(2048, {"kid": "k", "alg": "RS256"}), lambda told: told)
    assert through(client, "k-1").status_code == 302


def test_a_signature_of_another_key_is_refused(client: Client, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known(provider, "l-1", preferred_username="calltaker1")
    made = single_sign_on._client(single_sign_on.providers()[0])
    key = RSAKey.generate_key(2048, {"kid": "k", "alg": "RS256"})
    monkeypatch.setattr(made, "fetch_jwk_set", lambda force=False: {"keys": [key.as_dict(private=False)]})
    assert through(client, "l-1").status_code == 403
    assert "_auth_user_id" not in client.session


def test_an_unsigned_token_is_refused(client: Client, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known(provider, "m-1", preferred_username="calltaker1")
    made = single_sign_on._client(single_sign_on.providers()[0])
    plain = made.fetch_access_token

    def unsigned(**facts: Any) -> dict[str, Any]:
        token = plain(**facts)
        head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
        return {**token, "id_token": f"{head}.{token['id_token'].split('.')[1]}."}

    monkeypatch.setattr(made, "fetch_access_token", unsigned)
    answer = to_provider(client, "m-1")
    made.server_metadata["id_token_signing_alg_values_supported"] = ["none", "RS256"]
    assert client.get(answer).status_code == 403
    assert "_auth_user_id" not in client.session


def test_a_provider_that_describes_itself_as_another_is_refused(
    client: Client, provider: str, configured: dict[str, Any]
) -> None:
    configured["issuer"] = provider.replace("localhost", "127.0.0.1")
    made = single_sign_on._client(single_sign_on.providers()[0])
    made.server_metadata["issuer"] = "https://evil.example"
    made.server_metadata.update(_loaded_at=1, authorization_endpoint=f"{provider}/oauth2/authorize")
    assert client.get(GO).status_code == 502


def test_a_provider_that_is_away_is_told(client: Client, configured: dict[str, Any]) -> None:
    configured["issuer"] = "http://localhost:9"
    answer = client.get(GO)
    assert answer.status_code == 502
    assert "统一认证" in told(answer)
    assert 'name="password"' in answer.content.decode()


def test_refused_there_is_told_here(client: Client, provider: str) -> None:
    gone = client.get(GO)["Location"]
    answer = requests.post(gone, data={"action": "deny"}, allow_redirects=False, timeout=10)
    page = client.get(answer.headers["location"].removeprefix("http://testserver"))
    assert page.status_code in (400, 403)
    assert "_auth_user_id" not in client.session


def test_an_unknown_provider_does_not_exist(client: Client) -> None:
    assert client.get("/sign-in/with/elsewhere/").status_code == 404
    assert client.get("/sign-in/with/elsewhere/back/").status_code == 404


def test_no_way_out_to_other_sites(client: Client, provider: str) -> None:
    known(provider, "n-1", preferred_username="calltaker1")
    assert through(client, "n-1", f"{GO}?next=https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize(("ago", "subject", "status"), [(0, "o-1", 302), (9999, "o-1", 403), (0, "o-2", 403)])
def test_the_provider_confirms_who_is_there(client: Client, provider: str, ago: int, subject: str, status: int) -> None:
    admin = Person.objects.get(login="admin1")
    client.force_login(admin)
    session = client.session
    session["confirmed"] = 0
    session.save()
    login = "admin1" if subject == "o-1" else "calltaker1"
    known(provider, subject, preferred_username=login, auth_time=int(time.time()) - ago)
    answer = through(client, subject, f"{GO}?anew=1&next=/people/new/")
    assert answer.status_code == status
    assert client.get("/people/new/").status_code == (200 if status == 302 else 302)
    assert client.session["_auth_user_id"] == str(admin.pk)


def resigned(monkeypatch: pytest.MonkeyPatch, key: RSAKey, change: Any) -> None:
    """The provider's tokens with other claims, signed with a key that stands in its key set."""
    made = single_sign_on._client(single_sign_on.providers()[0])
    plain = made.fetch_access_token

    def fetch(**facts: Any) -> dict[str, Any]:
        token = plain(**facts)
        body = token["id_token"].split(".")[1]
        told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        told.pop("at_hash", None)
        return {**token, "id_token": jwt.encode({"alg": "RS256", "kid": "k"}, change(told), key)}

    monkeypatch.setattr(made, "fetch_access_token", fetch)
    monkeypatch.setattr(made, "fetch_jwk_set", lambda force=False: {"keys": [key.as_dict(private=False)]})


GOOD = '[city]\nissuer = "https://sso.example"\nclient_id = "c"\nclient_secret_file = "keys/oidc"\n'


def test_providers_come_from_a_file_and_the_environment(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "oidc").write_text("hidden\n")
    (tmp_path / "oidc.toml").write_text(GOOD)
    env = {"CITYGRID_OIDC_ISSUER": "https://other.example", "CITYGRID_OIDC_CLIENT_ID": "d",
           "CITYGRID_OIDC_CLIENT_SECRET": "e", "CITYGRID_OIDC_SECOND_FACTOR": "1"}  # fmt: skip
    found = providers(tmp_path, env)
    assert found["city"]["client_secret"] == "hidden"
    assert found["city"]["claim"] == "preferred_username"
    assert (found["oidc"]["client_id"], found["oidc"]["second_factor"]) == ("d", True)
    assert providers(tmp_path / "empty", {}) == {}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[city", "oidc.toml"),
        ("city = 1", "not a table"),
        ("[city]\n", "is missing"),
        (GOOD.replace("https:", "http:"), "https://"),
        (GOOD + 'colour = "red"\n', "colour"),
        (GOOD + 'matches = "name"\n', "matches"),
        (GOOD + 'scope = "profile"\n', "openid"),
        (GOOD + "second_factor = 1\n", "second_factor"),
        (GOOD.replace("keys/oidc", "keys/none"), "client_secret_file"),
        (GOOD.replace("[city]", '["a b"]'), "short name"),
    ],
)
def test_a_bad_configuration_is_told(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "oidc").write_text("hidden")
    (tmp_path / "oidc.toml").write_text(text)
    with pytest.raises(ImproperlyConfigured, match=why):
        providers(tmp_path, {})
