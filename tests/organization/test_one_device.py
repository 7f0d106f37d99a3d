"""Roles with one device: a new sign-in ends the older session; another device needs a release (S3-14)."""

import pytest
from django.test import Client

from citygrid.organization.models import Device, Person
from citygrid.organization.signing.devices import COOKIE, named
from citygrid.trust.models import AuditRecord

from .signing import sign_in, told, with_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing", "cheap_passwords")]


@pytest.fixture
def owner() -> Person:
    return with_password("collector1")


def same_phone(client: Client) -> Client:
    """Another browser session on the same device."""
    other = Client()
    other.cookies[COOKIE] = client.cookies[COOKIE].value
    return other


def desk(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login))
    return client


def test_a_new_sign_in_ends_the_older_session(client: Client, owner: Person) -> None:
    assert sign_in(client, "collector1").status_code == 302
    again = same_phone(client)
    assert sign_in(again, "collector1").status_code == 302
    assert client.get("/account/").status_code == 302
    assert again.get("/account/").status_code == 200
    assert AuditRecord.objects.get(act="replace_session").params == {"ended": 1}


def test_the_first_device_is_bound_and_another_is_refused(client: Client, owner: Person) -> None:
    sign_in(client, "collector1")
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["max-age"] > 300 * 24 * 3600
    other = Client()
    page = sign_in(other, "collector1")
    assert page.status_code == 403
    assert told(page)
    assert "_auth_user_id" not in other.session
    assert client.get("/account/").status_code == 200, "the owner stays in"
    row = AuditRecord.objects.filter(act="sign_in").latest("id")
    assert (row.outcome, row.code, row.person) == ("refused", "other_device", owner.pk)
    bound = Device.objects.get(person=owner)
    assert cookie.value.partition(":")[0] not in bound.digest
    assert AuditRecord.objects.get(act="bind_device").person == owner.pk


@pytest.mark.parametrize("forge", ["x", "", "abc:def:ghi"])
def test_a_forged_cookie_is_another_device(client: Client, owner: Person, forge: str) -> None:
    sign_in(client, "collector1")
    other = Client()
    other.cookies[COOKIE] = forge
    assert sign_in(other, "collector1").status_code == 403


def test_a_colleague_on_the_same_phone_has_a_binding_of_their_own(client: Client, owner: Person) -> None:
    sign_in(client, "collector1")
    with_password("collector2")
    colleague = same_phone(client)
    assert sign_in(colleague, "collector2").status_code == 302
    assert Device.objects.filter(released_at=None).count() == 2


@pytest.mark.parametrize("who", ["teamlead1", "admin1"])
def test_released_the_next_device_is_bound(client: Client, owner: Person, who: str) -> None:
    sign_in(client, "collector1")
    device = Device.objects.get(person=owner)
    if who == "teamlead1":
        page = desk(who).get("/devices/").content.decode()
        assert "collector1" in page
        answer = desk(who).post(f"/devices/{device.pk}/release/")
    else:
        answer = desk(who).post(f"/people/{owner.pk}/sign-in/", {"act": "device"})
    assert answer.status_code == 302
    device.refresh_from_db()
    assert device.released_by is not None
    assert device.released_by.login == who
    new = Client()
    assert sign_in(new, "collector1").status_code == 302
    assert sign_in(same_phone(client), "collector1").status_code == 403, "the old phone is out"
    assert AuditRecord.objects.get(act="release_device").subject_id == str(owner.pk)


@pytest.mark.parametrize("login", ["calltaker1", "collector2", "leader1", "water_worker"])
def test_nobody_else_releases_it(client: Client, owner: Person, login: str) -> None:
    sign_in(client, "collector1")
    device = Device.objects.get(person=owner)
    assert desk(login).get("/devices/").status_code == 403
    assert desk(login).post(f"/devices/{device.pk}/release/").status_code == 403
    device.refresh_from_db()
    assert device.released_at is None


def test_a_team_lead_of_others_does_not_see_it(client: Client, owner: Person) -> None:
    from citygrid.organization.models import Body, Post, Role, Seat

    sign_in(client, "collector1")
    body = Body.objects.create(code="rival", name="另一家", kind="contractor", side="supervising", level="city")
    post = Post.objects.create(code="rival_lead", name="队长", body=body, role=Role.objects.get(code="team_lead"))
    stranger = Person.objects.create_user("rival", None, name="路人")
    Seat.objects.create(person=stranger, post=post, since="2026-01-01T00:00Z")
    device = Device.objects.get(person=owner)
    lead = desk("rival")
    assert "collector1" not in lead.get("/devices/").content.decode()
    assert lead.post(f"/devices/{device.pk}/release/").status_code == 404


def test_other_roles_sign_in_from_everywhere(client: Client) -> None:
    with_password("calltaker1")
    clients = [Client(), Client()]
    assert [sign_in(one, "calltaker1").status_code for one in clients] == [302, 302]
    assert [one.get("/account/").status_code for one in clients] == [200, 200]
    assert COOKIE not in clients[0].cookies


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0", "WeChat · Android"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Chrome/114", "Chrome · HarmonyOS"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("curl/8", ""),
        ("", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_device_is_called_by_what_it_tells(agent: str, name: str) -> None:
    assert named(agent) == name
