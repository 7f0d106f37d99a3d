"""Accounts are made by one administrator, posts given by another; nobody else, and nobody for themselves (三员分立)."""

import pytest
from django.test import Client

from citygrid.organization.models import Person, Seat
from citygrid.trust.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login))
    return client


@pytest.fixture
def administrator() -> Client:
    return signed_in("admin1")


@pytest.fixture
def security() -> Client:
    return signed_in(Person.objects.get(seats__post__role__code="security_administrator").login)


def made(administrator: Client, login: str = "newcomer") -> tuple[Person, str]:
    page = administrator.post("/people/new/", {"login": login, "name": "钟声"}).content.decode()
    return Person.objects.get(login=login), page.split("data-password>")[1].split("<")[0]


def test_from_no_account_to_a_working_post(administrator: Client, security: Client) -> None:
    person, password = made(administrator)
    newcomer = Client()
    signed = newcomer.post("/sign-in/", {"username": "newcomer", "password": password})
    assert signed["Location"] == "/password/"
    new = {"old_password": password, "new_password1": "更好 battery 9", "new_password2": "更好 battery 9"}
    assert newcomer.post("/password/", new).status_code == 302
    assert newcomer.get("/")["Location"].startswith("/posts/")
    assert security.post(f"/people/{person.pk}/posts/", {"post": "calltaker"}).status_code == 302
    assert newcomer.get("/keys/").status_code == 200
    seat = Seat.objects.get(person=person)
    assert security.post(f"/people/{person.pk}/posts/{seat.pk}/release/").status_code == 302
    assert newcomer.get("/keys/").status_code == 302
    acts = set(AuditRecord.objects.filter(subject_id=str(person.pk)).values_list("act", flat=True))
    assert acts >= {"make_account", "assign_post", "release_post"}
    assert password not in str(list(AuditRecord.objects.values_list("params", flat=True)))


def test_a_closed_account_is_out_at_once_and_comes_back(administrator: Client) -> None:
    person, taker = Person.objects.get(login="calltaker1"), signed_in("calltaker1")
    assert taker.get("/keys/").status_code == 200
    administrator.post(f"/people/{person.pk}/account/", {"act": "close"})
    assert taker.get("/keys/").status_code == 302
    administrator.post(f"/people/{person.pk}/account/", {"act": "open"})
    assert signed_in("calltaker1").get("/keys/").status_code == 200


def test_a_new_password_ends_the_old_sessions(administrator: Client) -> None:
    taker = signed_in("calltaker1")
    page = administrator.post(f"/people/{Person.objects.get(login='calltaker1').pk}/account/", {"act": "password"})
    assert "data-password>" in page.content.decode()
    assert taker.get("/keys/").status_code == 302


@pytest.mark.parametrize(
    ("login", "name", "why"),
    [
        ("x", "钟声", "2"),
        ("Big", "钟声", "2"),
        ("a b", "钟声", "2"),
        ("calltaker1", "钟声", "calltaker1"),
        ("newcomer", " ", "60"),
    ],
)
def test_a_bad_account_is_told_and_what_was_typed_is_kept(
    administrator: Client, login: str, name: str, why: str
) -> None:
    before = Person.objects.count()
    page = administrator.post("/people/new/", {"login": login, "name": name})
    assert page.status_code == 422
    text = page.content.decode()
    assert why in text.split("cg-refusal")[1].split("</p>")[0]
    assert f'value="{login}"' in text
    assert Person.objects.count() == before


def test_the_separation_of_duties_is_asked(security: Client) -> None:
    unit = Person.objects.filter(seats__post__role__code="unit_desk").first()
    assert unit is not None
    answer = security.post(f"/people/{unit.pk}/posts/", {"post": "shift"})
    assert answer.status_code == 422
    assert not Seat.objects.filter(person=unit, post__code="shift").exists()
    assert AuditRecord.objects.filter(act="assign_post", outcome="refused").exists()


def test_nobody_gives_themselves_a_post_or_closes_themselves(security: Client, administrator: Client) -> None:
    holder = Person.objects.get(seats__post__role__code="security_administrator")
    assert security.post(f"/people/{holder.pk}/posts/", {"post": "calltaker"}).status_code == 422
    admin = Person.objects.get(login="admin1")
    assert administrator.post(f"/people/{admin.pk}/account/", {"act": "close"}).status_code == 422
    admin.refresh_from_db()
    assert admin.is_active


def test_one_administrator_does_not_do_the_others_work(security: Client, administrator: Client) -> None:
    person = Person.objects.get(login="calltaker1")
    assert administrator.post(f"/people/{person.pk}/posts/", {"post": "shift"}).status_code == 403
    assert security.post(f"/people/{person.pk}/account/", {"act": "password"}).status_code == 403
    assert security.get("/people/new/").status_code == 403


PAGES = ("/people/", "/organization/", "/organization/roles/", "/people/1/")


@pytest.mark.parametrize("login", ["calltaker1", "leader1", "steward1"])
def test_others_see_nothing_of_it(login: str) -> None:
    client = signed_in(login)
    assert {client.get(path).status_code for path in PAGES} == {403}


def test_the_auditor_reads_and_changes_nothing() -> None:
    auditor, person = signed_in("auditor1"), Person.objects.get(login="calltaker1")
    assert "受理岗" in auditor.get(f"/people/{person.pk}/").content.decode()
    for path in (f"/people/{person.pk}/account/", f"/people/{person.pk}/posts/", "/people/new/"):
        assert auditor.post(path, {"act": "close", "post": "shift"}).status_code == 403


@pytest.mark.parametrize("words", ["calltaker1", "程远", "chengyuan", "cheng"])
def test_people_are_found(administrator: Client, words: str) -> None:
    page = administrator.get("/people/", {"q": words}).content.decode()
    assert "程远" in page
    assert "魏紫" not in page


def test_tree_and_roles_show_who_holds_what(administrator: Client) -> None:
    assert "程远" in administrator.get("/organization/").content.decode()
    assert "data_steward" in administrator.get("/organization/roles/").content.decode()
