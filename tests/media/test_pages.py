"""Who sent a file may see it, and whoever a rule lets; for a stranger it does not exist."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from citygrid.media import permission
from citygrid.media.models import File
from tests.media.pictures import PDF, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    """This package alone: who may come in at all is said by packages above (tests/attacks/test_media_door.py)."""
    settings.MEDIA_STORE = tmp_path / "media"
    monkeypatch.setattr(permission, "_doors", [])


@pytest.fixture
def rules(monkeypatch):
    monkeypatch.setattr(permission, "_rules", [])


def signed_in(login):
    client = Client()
    client.force_login(get_user_model().objects.create(login=login, name=login))
    return client


@pytest.fixture
def owner():
    return signed_in("owner")


def send(client, data, name="a.jpg"):
    return client.post("/media/", {"file": SimpleUploadedFile(name, data)})


def test_the_owner_sees_what_was_sent(owner, rules):
    sent = send(owner, picture())
    assert sent.status_code == 201 and sent.json()["kind"] == "image"
    address = f"/media/{sent.json()['id']}/"
    answer = owner.get(address)
    assert b"".join(answer.streaming_content) == picture()
    assert answer["Content-Type"] == "image/jpeg" and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    assert owner.get(address + "small")["Content-Type"] == "image/jpeg"
    assert owner.get(address + "small/960").status_code == 200
    assert owner.get(address + "small/1920").status_code == 200
    assert owner.get(address + "small/12345").status_code == 404


def test_a_browser_keeps_a_picture_but_asks_each_time(owner, rules):
    """After signing out, or with another person at the desk, nothing comes from the browser's own store."""
    address = f"/media/{send(owner, picture()).json()['id']}/small"
    first = owner.get(address)
    assert first["Cache-Control"] == "private, no-cache"
    again = {"If-None-Match": first["ETag"]}
    assert owner.get(address, headers=again).status_code == 304
    assert signed_in("stranger").get(address, headers=again).status_code == 404


def test_a_stranger_and_a_visitor_do_not(owner, rules):
    address = f"/media/{send(owner, picture()).json()['id']}/"
    stranger = signed_in("stranger")
    assert stranger.get(address).status_code == 404 and stranger.get(address + "small").status_code == 404
    assert Client().get(address).status_code == 302
    assert Client().post("/media/").status_code == 401


def test_a_rule_lets_a_colleague_see_that_file_only(owner, rules):
    first, second = (send(owner, picture(color=c)).json()["id"] for c in ("red", "green"))
    permission.register(lambda person, file_id: person.login == "colleague" and file_id == uuid.UUID(first))
    colleague = signed_in("colleague")
    assert colleague.get(f"/media/{first}/").status_code == 200
    assert colleague.get(f"/media/{second}/").status_code == 404
    assert signed_in("stranger").get(f"/media/{first}/").status_code == 404


def test_a_second_sender_sees_the_file_too(owner, rules):
    first = send(owner, picture()).json()["id"]
    other = signed_in("other")
    assert other.get(f"/media/{first}/").status_code == 404
    assert send(other, picture()).json()["id"] == first
    assert other.get(f"/media/{first}/").status_code == 200


def test_documents_are_downloads(owner, rules):
    file = send(owner, PDF, "a.pdf").json()["id"]
    assert owner.get(f"/media/{file}/")["Content-Disposition"].startswith("attachment")
    assert owner.get(f"/media/{file}/small").status_code == 404


def test_what_is_refused_says_why(owner):
    answer = send(owner, b"words")
    assert answer.status_code == 422 and answer.json()["code"] == "not_an_image" and answer.json()["message"]
    assert owner.post("/media/").json()["code"] == "empty"
    assert not File.objects.exists()
    assert owner.get(f"/media/{uuid.uuid4()}/").status_code == 404
