"""Sensitive acts ask anew who is there; nothing typed is lost; an access key never passes (等级保护三级)."""

from html import unescape

import pytest
from django.test import Client

from citygrid.organization.models import Person, Seat
from citygrid.trust.models import AuditRecord

from .signing import RIGHT, code, set_up, sign_in, told, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


def long_ago(client: Client) -> Client:
    """As if the person had signed in hours ago."""
    session = client.session
    session["confirmed"] = session["confirmed"] - 3 * 3600
    session.save()
    return client


@pytest.fixture
def administrator() -> Client:
    client = Client()
    client.force_login(with_password("admin1"))
    return long_ago(client)


def test_a_fresh_sign_in_is_proof_enough() -> None:
    client = Client()
    client.force_login(Person.objects.get(login="admin1"))
    assert client.get("/people/new/").status_code == 200


def test_a_page_is_asked_for_before_its_form_is_shown(administrator: Client) -> None:
    answer = administrator.get("/people/new/?x=1")
    assert answer["Location"] == "/confirm/?next=%2Fpeople%2Fnew%2F%3Fx%3D1"
    assert administrator.get(answer["Location"]).status_code == 200
    wrong = administrator.post("/confirm/", {"next": "/people/new/?x=1", "confirm_secret": "guess"})
    assert wrong.status_code == 422
    assert administrator.get("/people/new/").status_code == 302
    right = administrator.post("/confirm/", {"next": "/people/new/?x=1", "confirm_secret": RIGHT})
    assert right["Location"] == "/people/new/?x=1"
    assert administrator.get("/people/new/").status_code == 200
    acts = AuditRecord.objects.filter(act="confirm").order_by("id").values_list("outcome", "code")
    assert list(acts) == [("refused", "wrong_password"), ("done", "")]


def test_what_was_typed_is_carried_along_and_done_once(administrator: Client) -> None:
    typed = {"login": "newcomer", "name": '钟 "<声>', "confirm_secret": ""}
    page = administrator.post("/people/new/", typed)
    assert page.status_code == 422
    assert not Person.objects.filter(login="newcomer").exists()
    text = page.content.decode()
    assert 'name="login" value="newcomer"' in text
    assert "<声>" not in text
    assert '钟 "<声>' in unescape(text)
    assert text.count('name="confirm_secret"') == 1
    done = administrator.post("/people/new/", {**typed, "confirm_secret": RIGHT})
    assert "data-password>" in done.content.decode()
    assert Person.objects.get(login="newcomer").name == '钟 "<声>'


def test_every_act_on_accounts_and_posts_asks(administrator: Client) -> None:
    person = Person.objects.get(login="calltaker1")
    security = Client()
    security.force_login(with_password("security1"))
    long_ago(security)
    seat = Seat.objects.get(person=person)
    for client, path, sent in (
        (administrator, f"/people/{person.pk}/account/", {"act": "password"}),
        (administrator, f"/people/{person.pk}/account/", {"act": "close"}),
        (administrator, f"/people/{person.pk}/sign-in/", {"act": "factor"}),
        (security, f"/people/{person.pk}/posts/", {"post": "shift"}),
        (security, f"/people/{person.pk}/posts/{seat.pk}/release/", {}),
    ):
        assert client.post(path, sent).status_code == 403, path
    person.refresh_from_db()
    seat.refresh_from_db()
    assert person.is_active
    assert seat.until is None
    assert security.post(f"/people/{person.pk}/posts/{seat.pk}/release/", {"confirm_secret": RIGHT}).status_code == 302


def test_taking_the_audit_away_asks() -> None:
    client = Client()
    client.force_login(with_password("auditor1"))
    assert client.get("/audit.csv").status_code == 200
    assert long_ago(client).get("/audit.csv")["Location"].startswith("/confirm/")
    assert client.get("/audit/").status_code == 200


def test_a_code_confirms_as_well_and_is_used_up(client: Client) -> None:
    with_password("calltaker1")
    sign_in(client, "calltaker1")
    secret, codes = set_up(client)
    now = code(secret)
    path = "/account/second-factor/codes/"
    for typed, status in ((now, 200), (now, 422), (codes[0], 422)):
        assert long_ago(client).post(path, {"confirm_secret": typed}).status_code == status, typed


def test_wrong_ones_count_towards_the_lock(administrator: Client) -> None:
    for _ in range(5):
        assert administrator.post("/confirm/", {"confirm_secret": "guess"}).status_code == 422
    page = administrator.post("/confirm/", {"confirm_secret": RIGHT})
    assert page.status_code == 422
    assert "15" in told(page)


def test_a_part_of_a_page_sends_the_whole_page(administrator: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/people/7/?a=b"}
    answer = administrator.get("/people/new/", headers=headers)
    assert (answer.status_code, answer["HX-Redirect"]) == (403, "/confirm/?next=%2Fpeople%2F7%2F%3Fa%3Db")


def test_no_way_out_to_other_sites(administrator: Client) -> None:
    sent = {"next": "https://evil.example/", "confirm_secret": RIGHT}
    assert administrator.post("/confirm/", sent)["Location"] == "/"


def test_one_person_s_password_does_not_confirm_another(administrator: Client) -> None:
    with_password("calltaker1", "somebody else 1")
    assert administrator.post("/confirm/", {"confirm_secret": "somebody else 1"}).status_code == 422


@pytest.mark.parametrize("kept", ["soon", None, 10**12, -1])
def test_a_strange_mark_in_the_session_is_no_proof(administrator: Client, kept: object) -> None:
    session = administrator.session
    session["confirmed"] = kept
    session.save()
    assert administrator.get("/people/new/").status_code == 302


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get("/confirm/")["Location"].startswith("/sign-in/")
