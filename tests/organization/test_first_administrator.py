"""The first administrator: made by a command once, with a password that must be changed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from citygrid.organization.models import Person, Seat
from citygrid.trust.models import AuditRecord

from .signing import set_up

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]


def made(login: str = "root1") -> str:
    out = StringIO()
    call_command("first_administrator", login, "钟声", stdout=out)
    return out.getvalue().strip().rsplit(" ", 1)[1]


@pytest.fixture
def unmanned(second: object) -> None:
    """A city whose administrator's post nobody holds yet."""
    Seat.objects.filter(post__role__code="administrator").delete()


@pytest.mark.usefixtures("unmanned")
def test_the_password_is_for_one_sign_in(client: Client) -> None:
    password = made()
    answer = client.post("/sign-in/", {"username": "root1", "password": password})
    assert answer["Location"] == "/account/second-factor/", "this city asks its administrators for one"
    set_up(client)
    assert client.get("/keys/")["Location"] == "/password/"
    row = AuditRecord.objects.get(act="first_administrator")
    assert row.subject_id == str(Person.objects.get(login="root1").pk)
    assert password not in str(row.params)


@pytest.mark.usefixtures("unmanned")
def test_there_is_only_one_first() -> None:
    made()
    with pytest.raises(CommandError, match="already"):
        made("root2")
    assert not Person.objects.filter(login="root2").exists()


@pytest.mark.usefixtures("unmanned")
def test_a_taken_login_is_refused() -> None:
    with pytest.raises(CommandError, match="calltaker1"):
        made("calltaker1")


def test_without_a_city_there_is_no_post(db: None) -> None:
    with pytest.raises(CommandError, match="import a city"):
        made()
    assert not Person.objects.exists()


def test_an_administrator_who_cannot_sign_in_is_none(second: object) -> None:
    held = Seat.objects.get(post__role__code="administrator")
    held.person.set_unusable_password()
    held.person.save()
    assert made()
