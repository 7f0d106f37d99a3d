"""How many statements a page may send, whatever number of rows it shows: an upper number for each hot page."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.cases.pages import Sign, sign
from tests.cases.world import World

__all__ = ["sign"]

MOST = {"/": 22, "/cases/": 22, "case": 40, "/lists/done/": 14, "/lists/watched/": 16}

MORE = 6
"""So many rows more may not cost a statement each; what a process looks at once a second may come in between."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement of this process, Django's and the hot paths' own."""
    sent: list[str] = []
    original = psycopg.Cursor.execute

    def execute(self, query, *args, **kwargs):
        sent.append(query.decode() if isinstance(query, bytes) else str(query))
        return original(self, query, *args, **kwargs)

    psycopg.Cursor.execute = execute
    try:
        yield sent
    finally:
        psycopg.Cursor.execute = original


def statements(client, address: str) -> list[str]:
    tries = []
    for _ in range(4):  # what a process keeps is looked at anew once a second: that one time does not count
        with counted() as sent:
            assert client.get(address).status_code == 200
        tries.append([text for text in sent if "savepoint" not in text.lower()])
    return min(tries, key=len)


@pytest.mark.parametrize("address", ["/", "/cases/", "/lists/done/", "/lists/watched/"])
def test_a_list_sends_few_statements_and_no_more_for_more_rows(world: World, sign: Sign, address: str) -> None:
    case = world.report()
    client = sign("calltaker1")
    client.post(f"/cases/{case}/watch/")
    world.do("calltaker1", case, "comment", text="一")
    few = statements(client, address)
    for _ in range(MORE):
        more = world.report()
        client.post(f"/cases/{more}/watch/")
        world.do("calltaker1", more, "comment", text="二")
    many = statements(client, address)
    assert len(few) <= MOST[address], "\n".join(few)
    assert len(many) < len(few) + MORE, "\n".join(sorted(set(many) - set(few)))


def test_a_case_page_sends_few_statements_whatever_its_length(world: World, sign: Sign) -> None:
    case = world.checked()
    client = sign("shiftleader1")
    few = statements(client, f"/cases/{case}/")
    for n in range(MORE):
        world.do("calltaker1", case, "comment", text=f"第{n}次")
    many = statements(client, f"/cases/{case}/")
    assert len(few) <= MOST["case"], "\n".join(few)
    assert len(many) < len(few) + MORE, "\n".join(sorted(set(many) - set(few)))
