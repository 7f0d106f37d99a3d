"""What strangers try on the public pages: ids that are none, periods that are not theirs, every form of request,
another language's copy, more requests than anybody needs (S0-06, S3-07)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from citygrid.bulletins import open_data_kept, open_data_rules
from citygrid.bulletins.open_data_models import OpenRelease
from tests.bulletins.test_published import frozen
from tests.cases import world as worlds
from tests.cases.kept_city import forget, signed_in

NOW = datetime(2026, 4, 20, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def base(town: worlds.World, db: None, tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.DATA = tmp_path
    forget()
    yield
    forget()


def opened(text: str = 'on = true\nleast = 2\npublisher = "城管办"\n') -> OpenRelease | None:
    assert open_data_rules.keep(text, NOW).ok
    return open_data_kept.make(NOW)


@pytest.mark.parametrize(
    "path",
    ["/results/1/", "/results/..%2f..%2fadmin/", "/results/{id}/x/", "/results/{id}'/",
     "/open-data/..%2f..%2fcity.sqlite", "/open-data/%2e%2e/keys", "/open-data/metadata.json%0a.csv",
     "/open-data/releases/../cases.csv", "/open-data/releases/{digest}/../../keys",
     "/open-data/releases/making/cases.csv", "/open-data/releases/%2e%2e/cases.csv"],
)  # fmt: skip
def test_addresses_that_are_none_are_not_found(path: str) -> None:
    close, release = frozen(), opened()
    assert release is not None
    answer = Client().get(path.format(id=close.pk, digest=release.digest))
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/results/%00/", "/open-data/metadata.json%00.csv"])
def test_an_address_with_a_nul_is_refused(path: str) -> None:
    assert opened() is not None
    assert Client().get(path).status_code == 400


@pytest.mark.parametrize("state", ["preview", "appeals", "frozen"])
def test_a_period_that_is_not_public_is_as_one_that_is_none(state: str) -> None:
    """Nobody learns that it is there: the answers do not differ, for a stranger and for somebody who is signed in."""
    close = frozen(state)
    for client in (Client(), signed_in("leader1")):
        hidden, none = (client.get(reverse("bulletins:result", args=[one])) for one in (close.pk, uuid4()))
        assert hidden.status_code == none.status_code == 404
        assert "Sanitation" not in hidden.content.decode() and close.period not in hidden.content.decode()


def test_the_files_of_open_data_go_with_the_citys_no() -> None:
    """Off again: the page says that there is none, no file is given, not even by the hash of its release."""
    release = opened()
    assert release is not None
    address = reverse("bulletins:open_data_kept", args=[release.digest, "cases.csv"])
    assert Client().get(address).status_code == 200
    opened("on = false\n")
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("bulletins:open_data_file", args=["cases.csv"])).status_code == 404
    assert release.digest not in Client().get(reverse("bulletins:open_data")).content.decode()


def test_an_older_release_stays_until_three_are_newer() -> None:
    """Each release is named with its hash; copies may be kept for minutes: a city may stop telling it."""
    first = opened()
    second = opened('on = true\nleast = 2\npublisher = "城管办公室"\n')
    assert first is not None and second is not None and first.digest != second.digest
    text = Client().get(reverse("bulletins:open_data")).content.decode()
    assert first.digest in text and second.digest in text
    old = Client().get(reverse("bulletins:open_data_kept", args=[first.digest, "metadata.json"]))
    assert "城管办公室" not in b"".join(old).decode() and "max-age=300" in old.headers["Cache-Control"]
    new = Client().get(reverse("bulletins:open_data_file", args=["metadata.json"]))
    assert "城管办公室" in b"".join(new).decode() and "max-age=300" in new.headers["Cache-Control"]
    for turn in range(3):
        open_data_rules.keep(f'on = true\nleast = 2\npublisher = "{turn}"\n', NOW + timedelta(minutes=turn + 1))
        open_data_kept.make(NOW + timedelta(days=turn + 1))
    gone = Client().get(reverse("bulletins:open_data_kept", args=[first.digest, "metadata.json"]))
    assert gone.status_code == 404


def test_a_file_is_not_sent_again_to_who_has_it() -> None:
    release = opened()
    assert release is not None
    address = reverse("bulletins:open_data_file", args=["cases.json"])
    mark = Client().get(address).headers["ETag"]
    assert release.files["cases.json"]["sha256"] in mark
    assert Client().get(address, headers={"if-none-match": mark}).status_code == 304
    assert Client().get(address, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/results/", "/open-data/", "/open-data/cases.csv", "/robots.txt"])
def test_nothing_can_be_sent(path: str, method: str) -> None:
    assert getattr(Client(), method)(path).status_code == 405


def test_a_head_says_what_a_get_says() -> None:
    frozen()
    said, asked = Client().get("/results/"), Client().head("/results/")
    assert asked.status_code == 200 and asked.headers["ETag"] == said.headers["ETag"] and asked.content == b""


def test_a_copy_in_one_language_is_none_in_the_other() -> None:
    """The marks differ, and whoever keeps copies is told what they depend on."""
    frozen()
    answers = {}
    for language in ("en", "zh-hans"):
        client = Client()
        client.cookies["django_language"] = language
        answers[language] = client.get("/results/")
    marks = {answer.headers["ETag"] for answer in answers.values()}
    assert len(marks) == 2
    assert {"Cookie", "Accept-Language"} <= {one.strip() for one in answers["en"].headers["Vary"].split(",")}
    client = Client()
    client.cookies["django_language"] = "en"
    again = client.get("/results/", headers={"if-none-match": answers["zh-hans"].headers["ETag"]})
    assert again.status_code == 200


def test_nobody_else_gets_the_copy_of_who_is_signed_in() -> None:
    frozen()
    own, strangers = signed_in("leader1").get("/results/"), Client().get("/results/")
    assert "private" in own.headers["Cache-Control"] and "public" not in own.headers["Cache-Control"]
    assert own.headers["ETag"] != strangers.headers["ETag"]


def test_words_behind_the_address_change_nothing() -> None:
    """No word of an address makes another page, or stands in it."""
    frozen()
    plain, odd = (Client().get(path) for path in ("/results/", "/results/?x=%3Cscript%3Ealert(1)%3C/script%3E&by=post"))
    assert odd.headers["ETag"] == plain.headers["ETag"] and b"<script>alert" not in odd.content


def test_who_asks_too_often_waits(settings: Any) -> None:
    """Strangers have a limit by their address; it says after how many seconds to come back."""
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "public": 5}
    client = Client(REMOTE_ADDR="203.0.113.77")
    codes = [client.get("/results/").status_code for _ in range(7)]
    assert codes[:5] == [200] * 5 and codes[-1] == 429
    assert int(client.get("/open-data/").headers["Retry-After"]) > 0
    assert Client(REMOTE_ADDR="203.0.113.78").get("/results/").status_code == 200, "others go on"


def test_many_published_periods_cost_as_much_as_one(django_assert_max_num_queries: Any) -> None:
    """What was frozen is read once, however often strangers ask."""
    frozen()
    Client().get("/results/")
    with django_assert_max_num_queries(25):
        assert Client().get("/results/").status_code == 200


def test_the_page_needs_no_script_and_shows_no_inner_id() -> None:
    """What is read stands in the text; no id of a person, a body or a case is told but that of the period."""
    close = frozen()
    text = Client().get("/results/").content.decode()
    body = text[text.index("<main") : text.index("</main>")]
    assert "<script" not in body and "onclick" not in body and "West Sanitation" in body
    row = close.versions.get()
    for cases in row.rows.values_list("cases", flat=True):
        assert not [one for one in cases if str(one) in text]
