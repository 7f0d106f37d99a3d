"""A list as a file: the rows and columns of the list, within the scope, guarded, bounded, and noted in the audit."""

import csv
import io

import openpyxl
import pytest
from django.test import Client

from citygrid.cases.lists import exporting
from citygrid.trust.models import AuditRecord
from tests.cases.pages import Sign, sign
from tests.cases.world import GARBAGE, World

__all__ = ["sign"]


def lines(client: Client, address: str, **query: object) -> list[list[str]]:
    answer = client.get(address, query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_file_holds_the_rows_and_columns_of_the_list_in_its_order(
    world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    for _ in range(5):
        world.report()
    client = sign("calltaker1")
    client.post("/lists/desk/columns/", {"column": ["number", "text", "source"]})
    desk = lines(client, "/lists/desk/export/csv/")
    assert len(desk) == 6 and len({tuple(row) for row in desk[1:]}) == 5
    assert all("路边有一堆垃圾" in row for row in desk[1:]), "words as the list shows them"
    assert len(lines(client, "/lists/cases/export/csv/", sort="due")) == 6
    assert lines(client, "/lists/desk/export/csv/", mark="hard")[1:] == []


def test_a_workbook_holds_the_same(world: World, sign: Sign) -> None:
    world.report()
    client = sign("calltaker1")
    answer = client.get("/lists/cases/export/xlsx/", {"class": GARBAGE})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value or "" for cell in row] for row in book.active.iter_rows()]
    assert rows == lines(client, "/lists/cases/export/csv/", **{"class": GARBAGE})


def test_no_cell_becomes_a_formula(world: World, sign: Sign) -> None:
    case = world.report()
    where = {"lon": "111.0165000", "lat": "30.0005000", "address": '=HYPERLINK("x")'}
    world.do("calltaker1", case, "relocate", reason="改", **where)
    client = sign("calltaker1")
    client.post("/lists/desk/columns/", {"column": ["where"]})
    cells = [cell for row in lines(client, "/lists/desk/export/csv/")[1:] for cell in row]
    assert """'=HYPERLINK("x")""" in cells


def test_a_stranger_s_file_has_no_row_of_others(world: World, sign: Sign) -> None:
    world.handling()
    assert lines(sign("east_roads_desk"), "/lists/cases/export/csv/")[1:] == []
    assert len(lines(sign("west_sanitation_desk"), "/lists/cases/export/csv/")) == 2
    assert Client().get("/lists/cases/export/csv/").status_code == 302


def test_the_bound_is_told_before_and_kept(world: World, sign: Sign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST", 2)
    monkeypatch.setattr(exporting.rows, "__defaults__", (2,))
    for _ in range(3):
        world.report()
    client = sign("calltaker1")
    for which in ("desk", "cases"):
        told = client.get(f"/lists/{which}/export/").text
        assert "2" in told and "超过 2" in told, told
        assert len(lines(client, f"/lists/{which}/export/csv/")) == 3
    assert "超过" not in client.get("/lists/desk/export/", {"mark": "hard"}).text


def test_every_file_taken_is_a_line_of_the_audit(world: World, sign: Sign) -> None:
    world.report()
    client = sign("calltaker1")
    lines(client, "/lists/cases/export/csv/", q="垃圾")
    row = AuditRecord.objects.filter(act="download").latest("pk")
    assert row.person == world.person("calltaker1") and row.params["of"]["kind"] == "csv"
    assert row.params["asked"] == ["q"] and "垃圾" not in str(row.params)
