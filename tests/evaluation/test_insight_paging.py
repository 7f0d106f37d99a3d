"""Lists of decision support go on: page after page each row comes once, in the order of the list; the file and the API
have all of them (S0-04)."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse

from citygrid.cases.database import plain
from citygrid.evaluation import facts, recurring_links
from citygrid.evaluation.insight import pages as insight_pages
from tests.cases import world as worlds
from tests.cases.kept_city import forget, kept_city, signed_in
from tests.cases.world import COVER, EAST, GARBAGE, WEST

MARCH = "from=2026-03-01&to=2026-03-31"
OTHER = ("111.0165000", "30.0005000")


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[worlds.World]:
    """Two cases that were closed and came back; two places; two classes; two cases that were looked at again."""
    with kept_city(django_db_blocker, tmp_path_factory.mktemp("city")) as world:
        with plain() as connection:
            recurring_links.keep_rule(connection, 20, 30)
        for where in (WEST, OTHER):
            closed = world.closed(where=where)
            world.do("inspector1", closed, "inspect", result="in_order")
            world.handling(where=where)
        for where in (WEST, OTHER, EAST):
            world.report(where=where)
        with plain() as connection:
            facts.refresh(connection)
        yield world


@pytest.fixture(autouse=True)
def fresh(town: worlds.World, db: None) -> Iterator[None]:
    forget()
    yield
    forget()


LISTS = [
    ("recurrences", MARCH), ("places", f"{MARCH}&least=2"), ("heat", f"{MARCH}&open=*~*"),
    ("heat", f"{MARCH}&way=hour"), ("heat", f"{MARCH}&way=area&open=*~*"), ("closing", f"{MARCH}&open=total"),
]  # fmt: skip


def ask(kind: str, name: str, query: str) -> Any:
    return signed_in("leader1").get(f"{reverse(f'evaluation:insight_{kind}', args=[name])}?{query}")


def told(name: str, query: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask("data", name, query).content)
    return found


@pytest.mark.parametrize(("name", "query"), LISTS)
def test_page_after_page_each_row_comes_once(name: str, query: str) -> None:
    whole = told(name, query)
    assert whole["total"] == len(whole["rows"]) > 1 and whole["after"] is None, name
    rows, after = [], ""
    while after is not None:
        page = told(name, f"{query}&limit=1&after={quote(after)}")
        assert page["total"] == whole["total"] and len(page["rows"]) == 1
        rows += page["rows"]
        after = page["after"]
    assert rows == whole["rows"]


@pytest.mark.parametrize(("name", "query"), LISTS)
def test_the_file_has_all_rows(name: str, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insight_pages, "PIECE", 1)
    text = b"".join(ask("file", name, f"{query}&limit=1").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + told(name, query)["total"] and len({len(row) for row in rows}) == 1


def test_the_api_goes_on_by_the_same_key() -> None:
    address = "/api/v1/evaluation/insight/recurrences?first=2026-03-01&last=2026-03-31&limit=1"
    first = signed_in("leader1").get(address).json()
    last = signed_in("leader1").get(f"{address}&after={quote(first['after'])}").json()
    assert (first["total"], last["total"], last["after"]) == (2, 2, None)
    assert first["rows"][0]["case"] != last["rows"][0]["case"]


def test_a_page_says_how_many_there_are_and_leads_on_and_back() -> None:
    text = ask("page", "recurrences", f"{MARCH}&limit=1").content.decode()
    assert "1 of 2 rows on this page; the file has all" in text
    assert 'rel="next" data-key="n"' in text and "To the first page" not in text
    after = told("recurrences", f"{MARCH}&limit=1")["after"]
    text = ask("page", "recurrences", f"{MARCH}&limit=1&after={quote(after)}").content.decode()
    assert "To the first page" in text and 'rel="next"' not in text


def test_a_page_that_fits_says_nothing_of_pages() -> None:
    text = ask("page", "recurrences", MARCH).content.decode()
    assert "on this page" not in text and "cg-pager" not in text


def test_the_shades_of_a_page_are_those_of_the_whole(town: worlds.World) -> None:
    text = ask("page", "heat", f"{MARCH}&way=week&limit=1").content.decode()
    assert "in-heat5" in text
    classes = {row["row"] for row in told("heat", f"{MARCH}&way=week")["rows"]}
    assert classes <= {GARBAGE, COVER}
