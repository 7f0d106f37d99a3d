"""What the sheets of decision support are asked for: what cannot be understood is refused with a code and a sentence,
on the page, in the file, for machines; and nothing that was typed is lost (S0-04)."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from citygrid.evaluation.insight.catalogue import SHEETS
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in

WRONG = [
    ("load", "from=x", "no_day"),
    ("load", "to=2026-02-29", "no_day"),
    ("load", "to=9999-12-31", "no_day"),
    ("heat", "from=2026-05-01&to=2026-04-01", "period_backwards"),
    ("heat", "from=2020-05-01&to=2026-04-01", "period_too_long"),
    ("heat", "way=month", "no_choice"),
    ("heat", "open=x", "no_cell"),
    ("heat", "square=1~x", "no_cell"),
    ("heat", "district=abc", "no_district"),
    ("heat", "district=99999999", "no_district"),
    ("heat", "words=garbage", "no_class"),
    ("closing", "by=person", "no_choice"),
    ("closing", "by=unit&open=abc", "no_cell"),
    ("breaching", "hours=-1", "no_number"),
    ("breaching", "hours=169", "no_number"),
    ("places", "least=1", "no_number"),
    ("places", "metres=%E5%8D%81", "no_number"),
    ("load", "open=~", "no_cell"),
    ("load", "form=2026-03-01", "no_parameter"),
    ("load", "limit=0", "no_number"),
    ("recurrences", "after=x", "no_page"),
    ("recurrences", "after=2026-03-01~1~2", "no_page"),
]


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """The second city, without cases."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


def get(kind: str, name: str, query: str) -> Any:
    return signed_in("leader1").get(f"{reverse(f'evaluation:insight_{kind}', args=[name])}?{query}")


@pytest.mark.parametrize(("name", "query", "code"), WRONG)
def test_what_cannot_be_understood_is_refused(name: str, query: str, code: str) -> None:
    page = get("page", name, query)
    assert page.status_code == 422 and f'data-code="{code}"' in page.content.decode()
    assert get("file", name, query).status_code == (200 if query.startswith(("after=", "limit=")) else 422)
    told = get("data", name, query)
    assert told.status_code == 422 and told.json()["code"] == code and told.json()["message"]


def test_what_was_typed_stays() -> None:
    text = get("page", "places", "from=2026-03-01&to=2026-03-31&metres=0&least=7").content.decode()
    for value in ("2026-03-01", "2026-03-31", "0", "7"):
        assert f'value="{value}"' in text, value
    text = unescape(get("page", "heat", "words=<b>rubbish</b>").content.decode())
    assert 'value="<b>rubbish</b>"' in text


def test_an_empty_word_is_the_usual_and_a_leap_day_is_a_day() -> None:
    for name in SHEETS:
        assert get("page", name, "from=&to=&class=&district=&words=&hours=&way=").status_code == 200
        assert get("data", name, "from=2024-02-29&to=2024-02-29").json()["from"] == "2024-02-29"


def test_machines_hear_of_a_mistyped_word() -> None:
    ask = signed_in("leader1").get
    answer = ask("/api/v1/evaluation/insight/load?from=2026-03-01")
    assert answer.status_code == 422 and answer.json()["code"] == "no_parameter", "it is called first here"
    assert ask("/api/v1/evaluation/insight/load?first=2026-13-01").json()["code"] == "no_day"
    assert ask("/api/v1/evaluation/insight/heat?way=month").json()["params"]["known"] == ["week", "hour", "area"]
    assert ask("/api/v1/evaluation/insight/load?first=2026-03-01").status_code == 200


def test_an_empty_city_has_empty_sheets() -> None:
    for name in SHEETS:
        told = get("data", name, "from=2026-03-01&to=2026-03-31").json()
        assert [row for row in told["rows"] if row.get("name") != "total"] == [] and told["after"] is None, name
        assert get("page", name, "").status_code == get("file", name, "").status_code == 200
