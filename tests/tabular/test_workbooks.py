"""Owner: a sheet as an office keeps it is read: titles, merged cells, typed dates, formulas, several sheets."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from citygrid.tabular import TableError, open_table

from .made import codes, read


def sheet(path: Path, rows: list[list[Any]], merges: list[tuple[int, int, int, int]] = []) -> Path:  # noqa: B006
    book = xlsxwriter.Workbook(str(path))
    page, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write_datetime(at, column, value, day)
            elif isinstance(value, str):
                page.write_string(at, column, value)
            elif value is not None:
                page.write(at, column, value)
    for row, column, last_row, last_column in merges:
        page.merge_range(row, column, last_row, last_column, rows[row][column])
    book.close()
    return path


def test_typed_cells_become_plain_text(tmp_path: Path) -> None:
    rows = [
        ["a", "b", "c", "d"],
        [1, 2.5, date(2024, 5, 1), True],
        [0.1 + 0.2, 1e9, datetime(2024, 5, 1, 8, 30), " x "],  # noqa: DTZ001 - sheets know no time zones
    ]
    table, batch = read(sheet(tmp_path / "a.xlsx", rows))
    assert table.kind == "xlsx"
    assert batch.columns == {
        "a": ["1", "0.3"],
        "b": ["2.5", "1000000000"],
        "c": ["2024-05-01", "2024-05-01 08:30:00"],
        "d": ["true", "x"],
    }
    assert batch.numbers == [2, 3]
    assert not table.problems + batch.problems


def test_merged_cells_are_filled_from_the_first_and_told(tmp_path: Path) -> None:
    rows = [["街道", "社区"], ["东街", "一"], [None, "二"], [None, "三"], ["西街", "四"]]
    table, batch = read(sheet(tmp_path / "a.xlsx", rows, [(1, 0, 3, 0)]))
    assert batch.columns["街道"] == ["东街", "东街", "东街", "西街"]
    assert codes(table.problems) == {"merged_cells": [0]}


def test_a_merged_cell_is_filled_over_the_edge_of_a_batch(tmp_path: Path) -> None:
    rows = [["街道", "社区"], ["东街", "一"], [None, "二"], [None, "三"]]
    with open_table(sheet(tmp_path / "a.xlsx", rows, [(1, 0, 3, 0)])) as table:
        assert [batch.columns["街道"] for batch in table.batches(2)] == [["东街", "东街"], ["东街"]]


def test_a_title_and_a_header_in_two_rows(tmp_path: Path) -> None:
    rows = [["部件普查表", None, None, None], ["编号", "坐标", None, "名称"], [None, "X", "Y", None], [1, 2, 3, "井盖"]]
    merges = [(0, 0, 0, 3), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3)]
    table, batch = read(sheet(tmp_path / "a.xlsx", rows, merges))
    assert table.columns == ["编号", "坐标/X", "坐标/Y", "名称"]
    assert batch.columns["坐标/Y"] == ["3"]
    assert batch.numbers == [4]
    assert codes(table.problems) == {"title_rows": [2]}


def test_rows_above_the_table_may_be_empty(tmp_path: Path) -> None:
    table, batch = read(sheet(tmp_path / "a.xlsx", [[], [], ["a", "b"], [], [1, 2], [None, None], [3, 4]]))
    assert table.columns == ["a", "b"]
    assert batch.numbers == [5, 7]


def test_a_code_of_16_digits_kept_as_a_number_is_told(tmp_path: Path) -> None:
    """codes.md 3.1: Excel makes 3205080101000001 of it 3205080101000000."""
    rows = [["code", "name"], [3205080101000000, "x"], ["3205080101000001", "y"], [320508010100123, "15 digits"]]
    _, batch = read(sheet(tmp_path / "a.xlsx", rows))
    assert codes(batch.problems) == {"digits_lost": [2]}
    assert batch.columns["code"] == ["3205080101000000", "3205080101000001", "320508010100123"]


def test_formulas_without_a_result_and_errors_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (["a", "b"], [1, "=A2*2"], [2, "x"]):
        page.append(row)
    page["A4"], page["B4"] = "#N/A", "y"
    page["A4"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    _, batch = read(tmp_path / "a.xlsx")
    assert codes(batch.problems) == {"formula_empty": [2], "cell_error": [4]}
    assert [(p.field, p.params["value"]) for p in batch.problems] == [("b", "=A2*2"), ("a", "#N/A")]
    assert batch.columns["b"] == ["", "x", "y"]


def test_formulas_with_a_result_give_it(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    page = book.add_worksheet()
    page.write_row(0, 0, ["a", "b"])
    page.write_formula(1, 0, "=1+1", None, 2)
    page.write_formula(1, 1, '="x"', None, "x")
    book.close()
    _, batch = read(tmp_path / "a.xlsx")
    assert batch.columns == {"a": ["2"], "b": ["x"]}
    assert not batch.problems


def test_of_several_sheets_one_is_chosen(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    for name in ("井盖", "路灯"):
        page = book.add_worksheet(name)
        page.write_row(0, 0, ["a", "b"])
        page.write_row(1, 0, [name, 1])
    book.add_worksheet("Sheet3")
    book.close()
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.xlsx")
    assert error.value.code == "several_tables"
    assert error.value.params["tables"] == ["井盖", "路灯"]
    table, batch = read(tmp_path / "a.xlsx", sheet="路灯")
    assert batch.columns["a"] == ["路灯"]
    assert table.sheets == ["井盖", "路灯"]
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.xlsx", sheet="树")
    assert error.value.code == "no_such_table"


def test_text_beside_the_table_is_told(tmp_path: Path) -> None:
    _, batch = read(sheet(tmp_path / "a.xlsx", [["a", "b"], [1, 2], [3, 4, "looked at by Li"]]))
    assert codes(batch.problems) == {"cells_beyond": [3]}


def test_a_sheet_without_rows(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    book.add_worksheet()
    book.close()
    with pytest.raises(TableError) as error:
        open_table(tmp_path / "a.xlsx")
    assert error.value.code == "no_header"
