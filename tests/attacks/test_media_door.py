"""Who sends and sees files: whoever is signed in to the end and on a post. Everybody else stands at the door."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.media.models import File
from citygrid.organization.models import Person, Seat
from tests.cases.pages import Sign
from tests.media.pictures import picture

pytestmark = pytest.mark.django_db


def send(client: Client) -> Any:
    return client.post("/media/", {"file": SimpleUploadedFile("a.jpg", picture())})


@pytest.fixture
def owner(sign: Sign) -> Client:
    return sign("collector3")


def test_the_owner_comes_in(owner: Client) -> None:
    sent = send(owner)
    assert sent.status_code == 201 and owner.get(f"/media/{sent.json()['id']}/small").status_code == 200


def test_a_one_time_password_opens_no_file(owner: Client) -> None:
    """Before the first password is changed, nothing may be done with it but to change it."""
    address = f"/media/{send(owner).json()['id']}/small"
    Person.objects.filter(login="collector3").update(must_change_password=True)
    assert owner.get(address).status_code == 302
    assert send(owner).status_code == 401 and File.objects.count() == 1


def test_who_lost_the_post_sees_no_evidence_any_more(owner: Client, world: Any) -> None:
    address = f"/media/{send(owner).json()['id']}/small"
    for seat in Seat.objects.filter(person__login="collector3"):
        seat.until = world.now
        seat.save()
    assert owner.get(address).status_code == 302 and send(owner).status_code == 401


def test_a_closed_account_and_a_session_that_ended(owner: Client) -> None:
    address = f"/media/{send(owner).json()['id']}/small"
    Person.objects.filter(login="collector3").update(is_active=False)
    assert owner.get(address).status_code == 302
